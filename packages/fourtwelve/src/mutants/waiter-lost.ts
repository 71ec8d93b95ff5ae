/**
 * Broken: a reply that waits for the state of its standby is forgotten, and never leaves.
 * Must be caught by: `convergence`.
 */

import type { NodeState } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

type Answer = (
  turn: { readonly node: NodeState },
  wait: { readonly index: number },
  open: unknown,
  reply: unknown,
  served: unknown,
) => void

export const WAITER_LOST: Mutant = defineMutant<Answer>({
  name: 'waiter-lost',
  breaks: 'A reply that waits for the state of its standby is forgotten, and never leaves.',
  law: 'convergence',
  reference: 'M19',
  package: 'vault-node',
  file: 'request/waiting',
  replaces: 'answerWhenApplied',
  by: (original) => (turn, wait, open, reply, served) => {
    if (turn.node.log.shipped >= wait.index) original(turn, wait, open, reply, served)
  },
})
