/**
 * The active node's heartbeats, and the lease that they give it.
 * Always holds: an active node whose lease is over serves nothing more. The lease is over before any standby that heard it would vote
 * for another: it lasts half an election time-out from when the heartbeat was said, a standby waits a whole one from when it heard it.
 */

import { micros, type Micros, type NodeId } from '@fourtwelve/protocol'
import type { Turn } from '../turn.ts'
import { quorum, steady } from './leadership.ts'
import { resign } from './resign.ts'

/** Heartbeats in one election time-out. */
const BEATS = 10

/** Says to every standby that this node is there, when it is time. */
export function beatWhenDue(turn: Turn): void {
  const { node, now } = turn
  if (node.role === 'active' && node.nodes.length > 1 && steady(node, now) >= node.leadership.heartbeatAt) beat(turn)
}

export function beat({ node, now, effects }: Turn): void {
  const sentAt = steady(node, now)
  node.leadership.heartbeatAt = micros(sentAt + Math.max(1, Math.floor(node.config.election_timeout / BEATS)))
  const message = { kind: 'heartbeat', term: node.term, sentAt } as const
  for (const peer of node.peers.values()) if (peer.connected) effects.push({ kind: 'send', to: peer.id, message })
}

/** A standby has heard what was said at `sentAt`. */
export function heartbeatHeard({ node }: Turn, from: NodeId, sentAt: Micros): void {
  const { leadership, peers, config, nodes } = node
  const peer = peers.get(from)
  if (peer === undefined || sentAt <= peer.heardAt) return
  peer.heardAt = sentAt
  const heard = Array.from(peers.values(), ({ heardAt }) => heardAt).sort((a, b) => b - a)
  // The node itself is one of the majority.
  const majority = heard[quorum(nodes.length) - 2] ?? sentAt
  leadership.leaseEnd = micros(Math.max(leadership.leaseEnd, majority + config.election_timeout / 2))
}

/** An active node that no majority has heard lately is none any more. Asked before anything else that happens to it. */
export function resignWithoutLease(turn: Turn): void {
  const { node, now } = turn
  if (node.role === 'active' && node.nodes.length > 1 && steady(node, now) > node.leadership.leaseEnd) resign(turn)
}
