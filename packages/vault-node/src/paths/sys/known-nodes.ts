/**
 * What the active node knows of the cluster's nodes: the ground of `sys/ha-status`, autopilot's state and the metrics.
 * Always holds: links say at once when they break, so a node whose link stands was heard just now. Vault knows as much only
 * from the last of its standbys' echoes, which come every five seconds.
 */

import { seconds, type Micros, type NodeId, type WalIndex } from '@fourtwelve/protocol'
import type { NodeState } from '../../node-state.ts'

export interface KnownNode {
  readonly id: NodeId
  /** The last entry that it is known to have. */
  readonly lastIndex: WalIndex
  /** When it was last heard of. */
  readonly lastContact: Micros
  /** As autopilot judges it (vault-http-api 3.3). */
  readonly healthy: boolean
  /** Since when its link has been as it is. */
  readonly stableSince: Micros
}

/** Autopilot's own thresholds, which nobody can change here. */
const LAST_CONTACT_THRESHOLD = seconds(10)
/** Entries that a healthy node may be behind. */
const MAX_TRAILING_LOGS = 1000

/** Every node of the cluster, as its active node knows it. Only on the active node: others know only of it. */
export function knownNodes(node: NodeState, now: Micros): readonly KnownNode[] {
  const began = node.activeSince ?? now
  return node.nodes.map((id): KnownNode => {
    const peer = node.peers.get(id)
    if (peer === undefined) return { id, lastIndex: node.log.head, lastContact: now, healthy: true, stableSince: began }
    const changed = peer.linkChangedAt ?? began
    const lastContact = peer.connected ? now : changed
    const isNear = node.log.head - peer.received <= MAX_TRAILING_LOGS
    const healthy = isNear && now - lastContact <= LAST_CONTACT_THRESHOLD
    return { id, lastIndex: peer.received, lastContact, healthy, stableSince: changed }
  })
}

/** How many more healthy nodes may fail until there is no majority. */
export const failureTolerance = (nodes: readonly KnownNode[]): number =>
  Math.max(0, nodes.filter(({ healthy }) => healthy).length - (Math.floor(nodes.length / 2) + 1))

/** A version without its edition, as nodes tell it each other: `1.18.5`. */
export const bareVersion = ({ config }: NodeState): string => config.version.replace(/\+.*/, '')
