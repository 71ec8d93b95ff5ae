/**
 * A fault as a file says it: its target may be a role, which the cluster is asked for at the moment of the fault.
 * Always holds: every node that is named exists in the topology; the two ends of a link are not the same node.
 */

import type { ClusterFault, LinkFault, NodeFault } from '@fourtwelve/cluster'
import type { Micros, NodeId } from '@fourtwelve/protocol'

/** Who leads, and the first running node that does not. */
export const LEADER_ROLES: readonly ['active', 'standby'] = ['active', 'standby']
export type LeaderRole = (typeof LEADER_ROLES)[number]

/** `random`: any running node; `random-standby`: any running node that is not active. */
export const NODE_ROLES: readonly ['active', 'standby', 'random', 'random-standby'] = [
  ...LEADER_ROLES,
  'random',
  'random-standby',
]
export type NodeRole = (typeof NODE_ROLES)[number]

export type NodeTarget = NodeId | NodeRole

export interface LinkTarget {
  readonly from: NodeTarget
  readonly to: NodeTarget
}

type AtLink<F> = F extends LinkFault ? Omit<F, 'link'> & { readonly link: LinkTarget } : never
type AtNode<F> = F extends NodeFault ? Omit<F, 'node'> & { readonly node: NodeTarget } : never

type PlannedLinkFault =
  | AtLink<LinkFault>
  /** So much on top of the lag that the file gives to the link. */
  | { readonly kind: 'add-lag'; readonly link: LinkTarget; readonly add: Micros }
type PlannedNodeFault = AtNode<NodeFault>
export type PlannedFault = PlannedLinkFault | PlannedNodeFault | ClusterFault
