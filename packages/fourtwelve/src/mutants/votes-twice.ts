/**
 * Broken: a node forgets for whom it voted in a term, so that it votes for everybody who asks.
 * Must be caught by: `one-active-a-term`. When the two that were elected hear of each other the node throws, which ends such a run.
 */

import type { NodeState } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

interface Asked {
  readonly term: number
  readonly trial: boolean
}
type Receive = (turn: { readonly node: NodeState }, from: string, asked: Asked) => void

export const VOTES_TWICE: Mutant = defineMutant<Receive>({
  name: 'votes-twice',
  breaks: 'A node forgets for whom it voted in a term, so that it votes for everybody who asks.',
  law: 'one-active-a-term',
  reference: null,
  package: 'vault-node',
  file: 'leadership/election',
  replaces: 'receiveStand',
  by: (original) => (turn, from, asked) => {
    const { node } = turn
    if (!asked.trial && asked.term === node.term) node.leadership.votedFor = null
    original(turn, from, asked)
  },
})
