/**
 * Broken: the active node counts no acknowledgement of a standby whose link came back: what it writes from then on never has that
 * standby for its majority, while heartbeats go on and nobody else is elected.
 * Must be caught by: `convergence`.
 */

import type { NodeId } from '@fourtwelve/protocol'
import type { NodeState } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

type Received = (turn: { readonly node: NodeState }, from: NodeId, received: number) => void

export const COMMIT_STOPS_AFTER_HEAL: Mutant = defineMutant<Received>({
  name: 'commit-stops-after-heal',
  breaks: 'The active node counts no acknowledgement of a standby whose link came back.',
  law: 'convergence',
  reference: null,
  package: 'vault-node',
  file: 'peers/replicate',
  replaces: 'standbyReceived',
  by: (original) => (turn, from, received) => {
    const isBack = turn.node.peers.get(from)?.linkChangedAt !== null
    if (!isBack) original(turn, from, received)
  },
})
