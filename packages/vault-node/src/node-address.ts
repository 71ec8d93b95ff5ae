/**
 * Where nodes are found: what answers name instead of a node's id.
 * Always holds: every node has an address. One that nobody gave is that of a host named like the node, with Vault's own ports.
 */

import type { NodeId } from '@fourtwelve/protocol'
import type { NodeState } from './node-state.ts'

export interface NodeAddress {
  /** Where clients find it (Vault's `api_addr`): `http://n0:8200`. */
  readonly api: string
  /** Where nodes find it (`cluster_addr`): `https://n0:8201`. */
  readonly cluster: string
}

export const addressOf = ({ addresses }: NodeState, id: NodeId): NodeAddress =>
  addresses[id] ?? { api: `http://${id}:8200`, cluster: `https://${id}:8201` }

/** As raft names a node: host and port of its cluster address. */
export const raftAddressOf = (node: NodeState, id: NodeId): string =>
  addressOf(node, id).cluster.replace(/^[a-z]+:\/\//, '')
