/**
 * The log on its way: flushed here, streamed, received there, committed by a majority.
 * Always holds: an entry is streamed, by itself or in a snapshot, only after it is on the active node's own disk; commit never
 * goes back; a standby gets every entry in order, or a snapshot in place of those that are no longer held.
 */

import { walIndex, type NodeId, type WalEntry, type WalIndex } from '@fourtwelve/protocol'
import { quorum, steady } from '../leadership/leadership.ts'
import { applyDue, catchUp } from '../log/apply.ts'
import { committedState } from '../log/committed-state.ts'
import { append, appliedPlace, entriesBetween, forget, termAt, truncate, type Log } from '../log/log.ts'
import type { NodeState } from '../node-state.ts'
import { endCommitWaits } from '../request/waiting.ts'
import type { Turn } from '../turn.ts'
import type { Peer } from './peers.ts'
import type { PeerMessage, Snapshot } from './peer-message.ts'

/** The own disk has everything up to `through`. */
export function entriesFlushed(turn: Turn, through: WalIndex): void {
  const { node } = turn
  if (through > node.log.received) node.log.received = through
  if (node.role === 'active') {
    for (const peer of node.peers.values()) stream(turn, peer)
    advanceCommit(turn)
  } else {
    tellReceived(turn)
    catchUp(turn)
    applyDue(turn)
  }
}

/** What the active node may count: on the own disk, and its own. */
function tellReceived({ node, effects }: Turn): void {
  if (node.active === null) return
  const received = walIndex(Math.min(node.log.received, node.log.matched))
  effects.push({ kind: 'send', to: node.active, message: { kind: 'received', term: node.term, received } })
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
export function standbyJoined(turn: Turn, from: NodeId, told: ThisFar): void {
  const peer = turn.node.peers.get(from)
  if (peer === undefined || turn.node.role !== 'active') return
  const same = sameUpTo(turn.node.log, told)
  if (peer.isHeard) return standbyReceived(turn, from, same)
  peer.isHeard = true
  peer.snapshot = null
  peer.sent = same
  peer.received = same
  tellCommits(turn, from, same)
  // It must hear where both logs are the same, also when there is nothing to add.
  if (!stream(turn, peer)) sendEntries(turn, peer, [])
  advanceCommit(turn)
  forgetReceived(turn.node)
}

/** Tells a standby when each commit was that it may have missed: its lag runs from then. */
function tellCommits({ node, effects }: Turn, to: NodeId, received: WalIndex): void {
  const { term } = node
  const { committed, committedAt, commits } = node.log
  const missed = commits.unheard(received)
  for (const { through, at } of missed)
    effects.push({ kind: 'send', to, message: { kind: 'commit', term, commit: through, commitTime: at } })
  if (missed.at(-1)?.through !== committed)
    effects.push({ kind: 'send', to, message: { kind: 'commit', term, commit: committed, commitTime: committedAt } })
}

type ThisFar = Extract<PeerMessage, { readonly kind: 'this-far' }>

/** Up to where a standby's disk holds this node's log: to where the terms differ first (raft, 5.3). */
function sameUpTo(log: Log, { received, agreed, terms }: ThisFar): WalIndex {
  let same: number = agreed
  for (const [at, run] of terms.entries()) {
    const end = Math.min(received, (terms[at + 1]?.from ?? received + 1) - 1)
    while (same < end && termAt(log, walIndex(same + 1)) === run.term) same += 1
    if (same < end) break
  }
  return walIndex(same)
}

/** Streams what a standby has not been sent, as far as it is on the own disk. Whether there was anything. */
function stream(turn: Turn, peer: Peer): boolean {
  const { log, term } = turn.node
  if (!peer.connected || !peer.isHeard) return false
  if (peer.snapshot !== null) {
    if (log.received < peer.snapshot.index) return true
    turn.effects.push({ kind: 'send', to: peer.id, message: { kind: 'snapshot', term, snapshot: peer.snapshot } })
    peer.sent = peer.snapshot.index
    peer.snapshot = null
    if (peer.sent >= log.received) return true
  }
  if (peer.sent >= log.received) return false
  const entries = entriesBetween(log, peer.sent, log.received)
  if (entries === null) {
    // What lies beyond the commit may never be, and a snapshot is not taken back.
    peer.snapshot = committedState(turn.node)
    return stream(turn, peer)
  }
  sendEntries(turn, peer, entries)
  return true
}

function sendEntries({ node, effects }: Turn, peer: Peer, entries: readonly WalEntry[]): void {
  const { committed: commit, committedAt: commitTime } = node.log
  const after = peer.sent
  peer.sent = entries.at(-1)?.index ?? after
  effects.push({
    kind: 'send',
    to: peer.id,
    message: { kind: 'append', term: node.term, after, entries, commit, commitTime },
  })
}

/**
 * Entries arrive at a standby, behind `after`, up to where both logs are the same. What it has already (the stream was resent) is
 * left out; what it has of another leadership in their place is dropped.
 */
export function receiveEntries(turn: Turn, after: WalIndex, entries: readonly WalEntry[]): void {
  const { node, effects } = turn
  const { log } = node
  const conflict = entries.find((entry) => entry.index <= log.head && differs(log, entry))
  if (conflict !== undefined) {
    truncate(log, walIndex(conflict.index - 1))
    effects.push({ kind: 'truncate', after: log.head })
  }
  const fresh = entries.filter((entry) => entry.index > log.head)
  for (const entry of fresh) append(log, entry)
  log.matched = walIndex(Math.max(log.matched, entries.at(-1)?.index ?? after))
  node.leadership.agreedIn = node.term
  if (fresh.length > 0) effects.push({ kind: 'append', origin: 'received', entries: fresh })
  catchUp(turn)
  applyDue(turn)
}

/** Of another leadership than the entry that is held in its place. One that is not held any more is applied, and so the same. */
function differs(log: Log, { index, term }: WalEntry): boolean {
  const held = termAt(log, index)
  return held !== null && index >= log.first && held !== term
}

/** A snapshot arrives: it stands in place of the own log, and reads go on with old data until its index may be seen. */
export function receiveSnapshot(turn: Turn, snapshot: Snapshot): void {
  const { log } = turn.node
  // What it has behind the snapshot's last entry it may have acknowledged: it keeps that when it has this entry too (raft, section 7).
  if (snapshot.index <= Math.min(log.head, log.matched) || termAt(log, snapshot.index) === snapshot.term) {
    log.matched = walIndex(Math.max(log.matched, snapshot.index))
    turn.node.leadership.agreedIn = turn.node.term
    tellReceived(turn)
    catchUp(turn)
    return applyDue(turn)
  }
  log.termBeforeSnapshot = appliedPlace(log).term
  log.snapshot = snapshot
  log.termBefore = snapshot.term
  log.matched = snapshot.index
  // What is on the disk is replaced; until then only what is applied is known to be there.
  log.received = walIndex(Math.min(log.received, log.applied))
  turn.node.leadership.agreedIn = turn.node.term
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
  // Only an entry of its own term tells a new active node that those before it are committed (raft, 5.4.2).
  if (commit <= node.log.committed || commit < node.leadership.begins) return
  node.log.committed = commit
  // The lag runs by time as it passes, whatever this node's clock says.
  const at = steady(node, turn.now)
  node.log.committedAt = at
  node.log.undo.forget(commit)
  node.log.commits.add({ through: commit, at, streamed: node.log.received })
  turn.effects.push({ kind: 'committed', through: commit })
  endCommitWaits(turn, commit)
  for (const peer of node.peers.values()) {
    if (peer.connected)
      turn.effects.push({
        kind: 'send',
        to: peer.id,
        message: { kind: 'commit', term: node.term, commit, commitTime: at },
      })
  }
  forgetReceived(node)
}

/** Lets go of entries that every standby has, and of those beyond the log shipper's buffer. Uncommitted ones are kept. */
function forgetReceived(node: NodeState): void {
  const { log } = node
  let everywhere: number = log.committed
  for (const peer of node.peers.values()) everywhere = Math.min(everywhere, peer.received)
  log.commits.forget(walIndex(everywhere))
  const buffered = log.head - node.shipperBuffer
  forget(log, walIndex(Math.min(log.committed, Math.max(everywhere, buffered))))
}
