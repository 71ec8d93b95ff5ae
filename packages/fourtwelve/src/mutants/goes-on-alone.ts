/**
 * Broken: an active node that loses its lease removes the nodes that it does not reach from the cluster, and goes on with a majority of
 * the rest: the others elect one of their own, and both commit.
 * Must be caught by: `term-and-index-rise`.
 */

import type { NodeId } from '@fourtwelve/protocol'
import type { NodeState } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

interface Turn {
  readonly node: Omit<NodeState, 'nodes'> & { nodes: readonly NodeId[] }
  readonly now: number
}
type Check = (turn: Turn) => void
type Names = { readonly steady: (node: Turn['node'], now: number) => number }

export const GOES_ON_ALONE: Mutant = defineMutant<Check, Names>({
  name: 'goes-on-alone',
  breaks: 'An active node that loses its lease removes the nodes that it does not reach from the cluster, and goes on.',
  law: 'term-and-index-rise',
  reference: null,
  package: 'vault-node',
  file: 'leadership/heartbeat',
  replaces: 'resignWithoutLease',
  needs: ['steady'],
  by:
    (original, { steady }) =>
    (turn) => {
      const { node, now } = turn
      const { leadership, peers, config } = node
      if (node.role !== 'active' || steady(node, now) <= leadership.leaseEnd) return original(turn)
      const reached = node.nodes.filter((id) => id === node.id || peers.get(id)?.connected === true)
      if (reached.length === node.nodes.length) return original(turn)
      node.nodes = reached
      leadership.leaseEnd = (steady(node, now) + config.election_timeout) as typeof leadership.leaseEnd
    },
})
