/**
 * Links that break and heal.
 * Always holds: a broken link loses what was under way on it, and both ends know; after it heals, whichever end hears of it
 * last, the standby says how far its disk is, and the active node streams from there, so nothing is sent on a guess.
 */

import type { NodeId } from '@fourtwelve/protocol'
import { expectElection } from '../leadership/election.ts'
import { thisFar } from '../leadership/follow.ts'
import type { Turn } from '../turn.ts'
import { failCalls } from './calls.ts'
import type { PeerMessage } from './peer-message.ts'

export function connect(turn: Turn, other: NodeId): void {
  const { node, effects } = turn
  const peer = node.peers.get(other)
  if (peer === undefined || peer.connected) return
  peer.connected = true
  peer.linkChangedAt = turn.now
  peer.isHeard = false
  const message: PeerMessage | null =
    node.role === 'active' ? { kind: 'how-far', term: node.term } : other === node.active ? thisFar(turn) : null
  expectElection(node, turn.now)
  if (message !== null) effects.push({ kind: 'send', to: other, message })
}

export function disconnect(turn: Turn, other: NodeId): void {
  const peer = turn.node.peers.get(other)
  if (peer === undefined || !peer.connected) return
  peer.connected = false
  peer.linkChangedAt = turn.now
  if (other === turn.node.active) failCalls(turn)
}
