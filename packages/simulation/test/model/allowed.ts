/**
 * What policies allow, as the model sees it: paths that end in `*` and exact ones, which is all that plans write.
 * Always holds: an exact rule decides alone, else the longest prefix; rules of the same path add up; what has no rule is refused.
 */

import { policyIn, type Replayed } from './replayed-state.ts'

export type Capability = 'create' | 'read' | 'update' | 'delete' | 'list' | 'sudo'

interface Rule {
  readonly path: string
  readonly may: ReadonlySet<string>
}

/** `path "x" { capabilities = ["a", "b"] }`, any number of them. */
const STANZA = /path\s+"([^"]*)"\s*\{\s*capabilities\s*=\s*\[([^\]]*)\]\s*\}/g

function rulesIn(text: string): readonly Rule[] {
  const written = text.replaceAll(/^\s*#.*$/gm, '')
  return [...written.matchAll(STANZA)].map(([, path = '', list = '']) => ({
    path,
    may: new Set([...list.matchAll(/"(\w+)"/g)].map(([, name = '']) => name)),
  }))
}

/** What a token with these policies may do at a path. `root` may do everything. */
export function capabilitiesAt(state: Replayed, policies: readonly string[], path: string): ReadonlySet<string> {
  if (policies.includes('root')) return new Set(['create', 'read', 'update', 'delete', 'list', 'sudo'])
  const rules = policies.flatMap((name) => rulesIn(policyIn(state, name) ?? ''))
  const exact = rules.filter((rule) => rule.path === path)
  const prefixes = rules.filter((rule) => rule.path.endsWith('*') && path.startsWith(rule.path.slice(0, -1)))
  const longest = Math.max(0, ...prefixes.map((rule) => rule.path.length))
  const deciding = exact.length > 0 ? exact : prefixes.filter((rule) => rule.path.length === longest)
  return new Set(deciding.flatMap((rule) => [...rule.may]))
}
