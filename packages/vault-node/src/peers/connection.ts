/** Links that break and heal. Always holds: a broken link loses what was under way on it, and both ends know. */

import type { NodeId } from '@fourtwelve/protocol'
import { failCalls } from './calls.ts'
import { stream } from './replicate.ts'
import type { Turn } from '../turn.ts'

export function connect(turn: Turn, other: NodeId): void {
  const peer = turn.node.peers.get(other)
  if (peer === undefined || peer.connected) return
  peer.connected = true
  if (turn.node.role !== 'active') return
  // What was under way when the link broke is lost: begin again behind what the standby acknowledged.
  peer.sent = peer.received
  stream(turn, peer)
  const { committed } = turn.node.log
  turn.effects.push({ kind: 'send', to: other, message: { kind: 'commit', commit: committed, commitTime: turn.now } })
}

export function disconnect(turn: Turn, other: NodeId): void {
  const peer = turn.node.peers.get(other)
  if (peer === undefined || !peer.connected) return
  peer.connected = false
  if (other === turn.node.active) failCalls(turn)
}
