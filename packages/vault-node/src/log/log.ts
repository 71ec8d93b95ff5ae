/**
 * A node's own log: which entries it has, and how far each stage has come.
 * Always holds: entries from `first` to `head` are held, without a gap; shipped <= applied. On a standby applied is at most
 * received, committed and matched; it may learn of a commit before it has the entries. On the active node entries are applied
 * as they are written, so there shipped = applied = matched = head.
 */

import {
  DIGEST_START,
  micros,
  mixNumber,
  NO_INDEX,
  term,
  walIndex,
  type Micros,
  type Term,
  type WalEntry,
  type WalIndex,
} from '@fourtwelve/protocol'
import type { Snapshot } from '../peers/peer-message.ts'
import { CommitMarks } from './commit-marks.ts'
import { Undo } from './undo.ts'

export interface Log {
  /** The held entries, behind `forgotten` places that are free again. */
  entries: WalEntry[]
  forgotten: number
  /** Index of the first held entry; one past the head when none is held. */
  first: WalIndex
  /** The term of the entry before `first`. */
  termBefore: Term
  /** The last entry that this node has, flushed or not. */
  head: WalIndex
  /** The last entry on its own disk. */
  received: WalIndex
  /** The last entry that it knows to be the active node's too: what lies beyond may be of a leadership that was lost. */
  matched: WalIndex
  /** The last entry that it knows a majority to have. */
  committed: WalIndex
  /** When a majority got that far, on the active node's clock: the lag runs from then, also for a standby that learns late. */
  committedAt: Micros
  /** On the active node: when it got as far as it is, for standbys that were away. */
  readonly commits: CommitMarks
  /** On the active node: how it was at `committed`. */
  readonly undo: Undo
  /** How far the link's lag lets reads see. */
  due: WalIndex
  /** What reads see. */
  applied: WalIndex
  /** What the index state says (Vault's LastRemoteWAL): `applied`, but over Consul-like storage, where reads run ahead of it. */
  shipped: WalIndex
  /** Digests of all applied entries, chained. */
  chain: number
  /** A snapshot that stands between `applied` and `first`, until its index may be seen. */
  snapshot: Snapshot | null
  /** The term of the entry at `applied`, while there is a snapshot: no entry that is held tells it then. */
  termBeforeSnapshot: Term
}

export const emptyLog = (): Log => ({
  entries: [],
  forgotten: 0,
  first: walIndex(1),
  termBefore: term(0),
  head: NO_INDEX,
  received: NO_INDEX,
  matched: NO_INDEX,
  committed: NO_INDEX,
  committedAt: micros(0),
  commits: new CommitMarks(),
  undo: new Undo(),
  due: NO_INDEX,
  applied: NO_INDEX,
  shipped: NO_INDEX,
  chain: DIGEST_START,
  snapshot: null,
  termBeforeSnapshot: term(0),
})

/** Puts an entry behind the head. Throws on a gap: links keep order, so a gap is a bug. */
export function append(log: Log, entry: WalEntry): void {
  if (entry.index !== log.head + 1) {
    throw new Error(`log: entry ${entry.index} after head ${log.head}: the stream must be resent from ${log.head + 1}`)
  }
  log.entries.push(entry)
  log.head = entry.index
}

/** The held entries after `after`, up to and with `through`; null when some of them are no longer held. */
export function entriesBetween(log: Log, after: WalIndex, through: WalIndex): readonly WalEntry[] | null {
  if (after + 1 < log.first) return null
  const place = log.forgotten - log.first
  return log.entries.slice(place + after + 1, place + through + 1)
}

/** Free places at the front that are worth a copy of the rest. */
const FORGOTTEN_MAX = 1024

/** Lets go of entries up to and with `through`. */
export function forget(log: Log, through: WalIndex): void {
  if (through < log.first) return
  log.termBefore = termAt(log, through) ?? log.termBefore
  log.forgotten += through + 1 - log.first
  log.first = walIndex(through + 1)
  if (log.first > log.head) log.entries.length = 0
  else if (log.forgotten < FORGOTTEN_MAX || log.forgotten * 2 < log.entries.length) return
  else log.entries = log.entries.slice(log.forgotten)
  log.forgotten = 0
}

/** The term of the entry at `index`; null when it is not held any more, or not yet. */
export function termAt(log: Log, index: WalIndex): Term | null {
  if (index === log.first - 1) return log.termBefore
  return index < log.first || index > log.head ? null : (log.entries[log.forgotten + index - log.first]?.term ?? null)
}

/** Where reads are: the index, its entry's term, and the chain of digests up to it. */
export const appliedPlace = (log: Log): { readonly index: WalIndex; readonly term: Term; readonly chain: number } => ({
  index: log.applied,
  term: log.snapshot === null ? (termAt(log, log.applied) ?? log.termBefore) : log.termBeforeSnapshot,
  chain: log.chain,
})

/** What this node knows to be committed, and its own. */
export const knownCommitted = (log: Log): WalIndex => walIndex(Math.min(log.committed, log.matched))

/** The term of the last entry. */
export const headTerm = (log: Log): Term => termAt(log, log.head) ?? log.termBefore

/** Drops the entries behind `after`. Throws when one of them is applied: what reads have seen is committed, and never dropped. */
export function truncate(log: Log, after: WalIndex): void {
  if (after < log.applied || after + 1 < log.first)
    throw new Error(`log: ${after + 1} would be dropped, but everything up to ${log.applied} is applied`)
  log.entries.length = log.forgotten + after + 1 - log.first
  log.head = after
  log.received = walIndex(Math.min(log.received, after))
  log.matched = walIndex(Math.min(log.matched, after))
}

export const chainAfter = (chain: number, entry: WalEntry): number => mixNumber(chain, entry.digest)
