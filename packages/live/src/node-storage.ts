/**
 * What a node keeps on disk, behind one interface: its log in rows, a checkpoint of its state, what it knows to be committed.
 * Always holds: what `flushed` was said for survives (how much: see `StorageMode`); a checkpoint is complete before the log
 * behind it is cut; after any crash `load` finds a checkpoint and the whole log after it.
 */

import type { Term, WalEntry, WalIndex } from '@fourtwelve/protocol'
import type { Ballot } from '@fourtwelve/vault-node'
import type { Row, StoredPair } from './rows.ts'

/** `durable` survives the loss of power, `nosync` that of the process, `memory` nothing. */
export type StorageMode = 'durable' | 'nosync' | 'memory'

export interface NodeStorage {
  /** Null on a new disk. */
  load(): LoadedState | null
  /** Appends a row behind the last one; `flushed` is said when everything up to its end is safe. */
  append(row: Row): void
  /** Drops the entries behind `after`, of rows up to `last`. A row that goes on behind it stays: what is appended next stands over it. */
  truncate(after: WalIndex, last: WalIndex): void
  /** Writes down what the node has promised: safe when it returns. */
  noteBallot(ballot: Ballot): void
  /** Writes down how far a majority is known to be. Lazily: a restart may know less. */
  noteCommitted(index: WalIndex): void
  /** Begins a checkpoint of the state at `index`, whose pairs come in slices. */
  beginCheckpoint(at: StatePlace): CheckpointWriter
  /** Puts a whole state in place of log and checkpoint; resolves when it is safe. */
  install(at: StatePlace, pairs: Iterable<StoredPair>): Promise<void>
  /** Forgets everything. */
  clear(): Promise<void>
  close(): Promise<void>
}

/** Where in the log a state stands. */
export interface StatePlace {
  readonly index: WalIndex
  /** Of the entry at `index`. */
  readonly term: Term
  /** The chain of digests at `index`. */
  readonly chain: number
}

export interface CheckpointWriter {
  slice(pairs: readonly StoredPair[]): void
  /** The checkpoint counts from here on, and the log behind it is cut. */
  finish(): Promise<void>
}

export interface LoadedState extends StatePlace {
  readonly pairs: Iterable<StoredPair>
  /** The log behind it. */
  readonly entries: readonly WalEntry[]
  readonly committed: WalIndex
  /** Null when the node never voted. */
  readonly ballot: Ballot | null
}
