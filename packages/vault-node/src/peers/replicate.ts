/**
 * The log on its way: flushed here, streamed, received there, committed by a majority.
 * Always holds: an entry is streamed, by itself or in a snapshot, only after it is on the active node's own disk; commit never
 * goes back; a standby gets every entry in order, or a snapshot in place of those that are no longer held.
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
export const quorum = (nodes: number): number => Math.floor(nodes / 2) + 1

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

/** A standby has flushed something. */
export function standbyReceived(turn: Turn, from: NodeId, received: WalIndex): void {
  const peer = turn.node.peers.get(from)
  if (peer === undefined || turn.node.role !== 'active' || received <= peer.received) return
  peer.received = received
  advanceCommit(turn)
  forgetReceived(turn.node)
}

/** A standby says where to go on behind a new link, and is told what it missed. It may say so twice: both ends began. */
export function standbyJoined(turn: Turn, from: NodeId, received: WalIndex): void {
  const peer = turn.node.peers.get(from)
  if (peer === undefined || turn.node.role !== 'active') return
  if (peer.isHeard) return standbyReceived(turn, from, received)
  peer.isHeard = true
  peer.snapshot = null
  peer.sent = received
  peer.received = received
  tellCommits(turn, from, received)
  stream(turn, peer)
  advanceCommit(turn)
  forgetReceived(turn.node)
}

/** Tells a standby when each commit was that it may have missed: its lag runs from then. */
function tellCommits({ node, effects }: Turn, to: NodeId, received: WalIndex): void {
  const { committed, committedAt, commits } = node.log
  const missed = commits.unheard(received)
  for (const { through, at } of missed)
    effects.push({ kind: 'send', to, message: { kind: 'commit', commit: through, commitTime: at } })
  if (missed.at(-1)?.through !== committed)
    effects.push({ kind: 'send', to, message: { kind: 'commit', commit: committed, commitTime: committedAt } })
}

/** Streams what a standby has not been sent, as far as it is on the own disk. */
function stream(turn: Turn, peer: Peer): void {
  const { log, term } = turn.node
  if (!peer.connected || !peer.isHeard) return
  if (peer.snapshot !== null) {
    if (log.received < peer.snapshot.index) return
    turn.effects.push({ kind: 'send', to: peer.id, message: { kind: 'snapshot', term, snapshot: peer.snapshot } })
    peer.sent = peer.snapshot.index
    peer.snapshot = null
  }
  if (peer.sent >= log.received) return
  const entries = entriesBetween(log, peer.sent, log.received)
  if (entries === null) {
    peer.snapshot = takeSnapshot(turn.node)
    return stream(turn, peer)
  }
  const { committed: commit, committedAt: commitTime, received } = log
  peer.sent = received
  turn.effects.push({ kind: 'send', to: peer.id, message: { kind: 'append', term, entries, commit, commitTime } })
}

/** A copy of the state as it is now: of the head of the log, which may not be on the own disk yet. */
const takeSnapshot = ({ log, store }: NodeState): Snapshot => ({
  index: log.head,
  chain: log.chain,
  values: [...store.entries()],
})

/** Entries arrive at a standby. What it has already (the stream was resent) is left out. */
export function receiveEntries(turn: Turn, entries: readonly WalEntry[]): void {
  const { log } = turn.node
  const fresh = entries.filter((entry) => entry.index > log.head)
  for (const entry of fresh) append(log, entry)
  if (fresh.length > 0) turn.effects.push({ kind: 'append', origin: 'received', entries: fresh })
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
  node.log.commits.add({ through: commit, at: turn.now, streamed: node.log.received })
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
  log.commits.forget(walIndex(everywhere))
  const buffered = log.head - config.replication.logshipper_buffer_length
  forget(log, walIndex(Math.min(log.committed, Math.max(everywhere, buffered))))
}
