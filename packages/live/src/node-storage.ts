/**
 * What a node keeps on disk, behind one interface: its log in rows, a checkpoint of its state, what it knows to be committed.
 * Always holds: what `flushed` was said for survives (how much: see `StorageMode`); a checkpoint is complete before the log
 * behind it is cut; after any crash `load` finds a checkpoint and the whole log after it.
 */

import type { WalIndex } from '@fourtwelve/protocol'
import type { Row, StoredPair } from './rows.ts'

/** `durable` survives the loss of power, `nosync` that of the process, `memory` nothing. */
export type StorageMode = 'durable' | 'nosync' | 'memory'

export interface NodeStorage {
  /** Null on a new disk. */
  load(): LoadedState | null
  /** Appends a row behind the last one; `flushed` is said when everything up to its end is safe. */
  append(row: Row): void
  /** Writes down how far a majority is known to be. Lazily: a restart may know less. */
  noteCommitted(index: WalIndex): void
  /** Begins a checkpoint of the state at `index`, whose pairs come in slices. */
  beginCheckpoint(index: WalIndex, chain: number): CheckpointWriter
  /** Puts a whole state in place of log and checkpoint; resolves when it is safe. */
  install(index: WalIndex, chain: number, pairs: Iterable<StoredPair>): Promise<void>
  /** Forgets everything. */
  clear(): Promise<void>
  close(): Promise<void>
}

export interface CheckpointWriter {
  slice(pairs: readonly StoredPair[]): void
  /** The checkpoint counts from here on, and the log behind it is cut. */
  finish(): Promise<void>
}

export interface LoadedState {
  readonly index: WalIndex
  readonly chain: number
  readonly pairs: Iterable<StoredPair>
  readonly rows: readonly Uint8Array[]
  readonly committed: WalIndex
}
