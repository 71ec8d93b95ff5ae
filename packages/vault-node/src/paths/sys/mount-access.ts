/** Whether a token may touch anything below a mount: what decides if it may know the mount (vault-http-api 3.4). */

import { capabilities, type Acl } from '../../policy/acl.ts'
import type { WildcardPattern } from '../../policy/path-pattern.ts'
import type { Permissions } from '../../policy/policy.ts'

/** `path` ends in `/`. Any rule for it, below it, or over it with wildcards counts, unless it denies. */
export function hasMountAccess(acl: Acl, path: string): boolean {
  if (!capabilities(acl, path).includes('deny')) return true
  for (const [exact, permissions] of acl.exact) {
    if (exact.startsWith(path) && allowsAnything(permissions)) return true
  }
  const rules = [...acl.otherWildcards, ...[...acl.wildcards.values()].flat()]
  return rules.some(({ pattern, permissions }) => reaches(pattern, path) && allowsAnything(permissions))
}

const allowsAnything = ({ capabilities: held }: Permissions): boolean => held.size > 0 && !held.has('deny')

/** Whether a pattern can match something at or below a mount. */
function reaches(pattern: WildcardPattern, path: string): boolean {
  if (pattern.segments === null) return pattern.path.startsWith(path)
  const mount = path.slice(0, -1).split('/')
  if (pattern.segments.length <= mount.length) return false
  return mount.every((segment, at) => pattern.segments?.[at] === '+' || pattern.segments?.[at] === segment)
}
