/**
 * Broken: X-Vault-Index of a forwarded write is what the standby has, and not what was written.
 * Must be caught by: `reply-index-covers-its-write`.
 */

import type { NodeState } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

interface Answer {
  readonly result: { readonly kind: string; readonly reply?: { readonly index: string | null } }
}
type Turn = { readonly node: NodeState }
type Relay = (turn: Turn, open: unknown, after: unknown, answer: Answer) => void
type Names = { readonly withIndex: (turn: Turn, reply: unknown, index: number) => { readonly index: string | null } }

export const INDEX_OF_THE_STANDBY: Mutant = defineMutant<Relay, Names>({
  name: 'index-of-the-standby',
  breaks: 'X-Vault-Index of a forwarded write is what the standby has, and not what was written.',
  law: 'reply-index-covers-its-write',
  reference: 'M11',
  package: 'vault-node',
  file: 'peers/calls',
  replaces: 'relay',
  needs: ['withIndex'],
  by:
    (original, { withIndex }) =>
    (turn, open, after, answer) => {
      const { reply } = answer.result
      if (reply === undefined || reply.index === null) return original(turn, open, after, answer)
      const wrong = withIndex(turn, reply, turn.node.log.shipped)
      original(turn, open, after, { ...answer, result: { ...answer.result, reply: wrong } })
    },
})
