/**
 * Links that break and heal.
 * Always holds: a broken link loses what was under way on it, and both ends know; after it heals, the active node streams only
 * when the standby has said how far its disk is, so nothing is sent on a guess.
 */

import type { NodeId } from '@fourtwelve/protocol'
import type { Turn } from '../turn.ts'
import { failCalls } from './calls.ts'

export function connect(turn: Turn, other: NodeId): void {
  const { node, effects } = turn
  const peer = node.peers.get(other)
  if (peer === undefined || peer.connected) return
  peer.connected = true
  peer.linkChangedAt = turn.now
  peer.isHeard = false
  if (node.role === 'active') {
    const { committed, committedAt } = node.log
    effects.push({ kind: 'send', to: other, message: { kind: 'commit', commit: committed, commitTime: committedAt } })
  } else if (other === node.active) {
    effects.push({ kind: 'send', to: other, message: { kind: 'received', received: node.log.received } })
  }
}

export function disconnect(turn: Turn, other: NodeId): void {
  const peer = turn.node.peers.get(other)
  if (peer === undefined || !peer.connected) return
  peer.connected = false
  peer.linkChangedAt = turn.now
  if (other === turn.node.active) failCalls(turn)
}
