/**
 * Broken: a standby counts the uses of a limited token for itself.
 * Must be caught by: `lifetime`.
 */

import type { NodeState } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

interface Token {
  readonly entry: { readonly saltedId: string; readonly numUses: number }
}
type Count = (turn: { readonly node: NodeState }, open: unknown, token: Token) => unknown

const COUNTS = new WeakMap<NodeState, Map<string, number>>()

export const USES_COUNTED_ON_STANDBY: Mutant = defineMutant<Count>({
  name: 'uses-counted-on-standby',
  breaks: 'A standby counts the uses of a limited token for itself.',
  law: 'lifetime',
  reference: 'M22',
  package: 'vault-node',
  file: 'request/authenticate',
  replaces: 'countUse',
  by: (original) => (turn, open, token) => {
    const { node } = turn
    const { saltedId, numUses } = token.entry
    if (node.role === 'active' || numUses <= 0) return original(turn, open, token)
    const counts = COUNTS.get(node) ?? new Map<string, number>()
    COUNTS.set(node, counts)
    const used = counts.get(saltedId) ?? 0
    if (used >= numUses) return original(turn, open, token)
    counts.set(saltedId, used + 1)
    return { kind: 'accepted', token, lastUse: false }
  },
})
