/** What a token may do on some paths: the answer that the three `sys/capabilities*` paths share (vault-http-api 3.6). */

import { refused, type Outcome } from '../../outcome.ts'
import { capabilities } from '../../policy/acl.ts'
import { aclOf } from '../../request/acl-cache.ts'
import type { RequestContext } from '../../request-context.ts'
import { readStringList } from '../../request-values.ts'
import type { TokenEntry } from '../../tokens/token-entry.ts'

/** The paths that a request names: `paths`, or the older `path`. An outcome is the refusal. */
export function pathsOf(context: RequestContext): readonly string[] | Outcome {
  for (const field of ['paths', 'path']) {
    const read = readStringList(context.data, field)
    if ('error' in read) return refused(400, read.error)
    if (read.value !== undefined && read.value.length > 0) return read.value
  }
  return refused(400, 'paths must be supplied')
}

/** One list a path; a single path has its list under `capabilities` too. */
export function capabilitiesOf(context: RequestContext, entry: TokenEntry, paths: readonly string[]): Outcome {
  const acl = aclOf(context.turn.node, entry)
  const held = paths.map((path) => [path, capabilities(acl, path)] as const)
  const [only] = held.length === 1 ? held : []
  return { kind: 'data', data: Object.fromEntries(only === undefined ? held : [only, ['capabilities', only[1]]]) }
}

/** Whether `pathsOf` refused. */
export const isRefusal = (paths: readonly string[] | Outcome): paths is Outcome => 'kind' in paths
