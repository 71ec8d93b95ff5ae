/**
 * The log on its way: flushed here, streamed, received there, committed by a majority.
 * Always holds: an entry is streamed only after it is on the active node's own disk; commit never goes back; a standby gets
 * every entry in order, or a snapshot in place of those that are no longer held.
 */

import { walIndex, type NodeId, type WalEntry, type WalIndex } from '@fourtwelve/protocol'
import { applyDue } from '../log/apply.ts'
import { append, entriesBetween, forget } from '../log/log.ts'
import type { NodeState } from '../node-state.ts'
import { endCommitWaits } from '../request/waiting.ts'
import type { Turn } from '../turn.ts'
import type { Peer } from './peers.ts'
import type { Snapshot } from './peer-message.ts'

/** How many nodes must have an entry: a majority of those configured. */
const quorum = (nodes: number): number => Math.floor(nodes / 2) + 1

/** The own disk has everything up to `through`. */
export function entriesFlushed(turn: Turn, through: WalIndex): void {
  const { node } = turn
  if (through > node.log.received) node.log.received = through
  if (node.role === 'active') {
    for (const peer of node.peers.values()) stream(turn, peer)
    advanceCommit(turn)
  } else {
    if (node.active !== null)
      turn.effects.push({ kind: 'send', to: node.active, message: { kind: 'received', received: node.log.received } })
    applyDue(turn)
  }
}

/** A standby says how far its disk is. */
export function standbyReceived(turn: Turn, from: NodeId, received: WalIndex): void {
  const peer = turn.node.peers.get(from)
  if (peer === undefined || turn.node.role !== 'active') return
  if (!peer.isHeard) {
    peer.isHeard = true
    peer.sent = received
    peer.received = received
    stream(turn, peer)
  } else if (received <= peer.received) return
  else peer.received = received
  advanceCommit(turn)
  forgetReceived(turn.node)
}

/** Streams what a standby has not been sent, as far as it is on the own disk. */
function stream(turn: Turn, peer: Peer): void {
  const { log, term } = turn.node
  if (!peer.connected || !peer.isHeard || peer.sent >= log.received) return
  const entries = entriesBetween(log, peer.sent, log.received)
  const message =
    entries === null
      ? ({ kind: 'snapshot', term, snapshot: takeSnapshot(turn) } as const)
      : ({ kind: 'append', term, entries, commit: log.committed, commitTime: log.committedAt } as const)
  peer.sent = entries === null ? log.head : log.received
  turn.effects.push({ kind: 'send', to: peer.id, message })
}

const takeSnapshot = ({ node, now }: Turn): Snapshot => ({
  index: node.log.head,
  chain: node.log.chain,
  values: [...node.store.entries()],
  commitTime: now,
})

/** Entries arrive at a standby. What it has already (the stream was resent) is left out. */
export function receiveEntries(turn: Turn, entries: readonly WalEntry[]): void {
  const { log } = turn.node
  const fresh = entries.filter((entry) => entry.index > log.head)
  for (const entry of fresh) append(log, entry)
  if (fresh.length > 0) turn.effects.push({ kind: 'append', entries: fresh })
}

/** A snapshot arrives: it stands in place of the own log, and reads go on with old data until its index may be seen. */
export function receiveSnapshot(turn: Turn, snapshot: Snapshot): void {
  const { log } = turn.node
  if (snapshot.index <= log.head) return
  log.snapshot = snapshot
  log.entries = []
  log.forgotten = 0
  log.first = walIndex(snapshot.index + 1)
  log.head = snapshot.index
  turn.effects.push({ kind: 'install', snapshot })
}

function advanceCommit(turn: Turn): void {
  const { node } = turn
  const received = [node.log.received, ...Array.from(node.peers.values(), (peer) => peer.received)].sort(
    (a, b) => b - a,
  )
  const commit = received[quorum(node.nodes.length) - 1] ?? node.log.committed
  if (commit <= node.log.committed) return
  node.log.committed = commit
  node.log.committedAt = turn.now
  turn.effects.push({ kind: 'committed', through: commit })
  endCommitWaits(turn, commit)
  for (const peer of node.peers.values()) {
    if (peer.connected)
      turn.effects.push({ kind: 'send', to: peer.id, message: { kind: 'commit', commit, commitTime: turn.now } })
  }
  forgetReceived(node)
}

/** Lets go of entries that every standby has, and of those beyond the log shipper's buffer. Uncommitted ones are kept. */
function forgetReceived(node: NodeState): void {
  const { log, config } = node
  let everywhere: number = log.committed
  for (const peer of node.peers.values()) everywhere = Math.min(everywhere, peer.received)
  const buffered = log.head - config.replication.logshipper_buffer_length
  forget(log, walIndex(Math.min(log.committed, Math.max(everywhere, buffered))))
}
