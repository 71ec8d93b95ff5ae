/** Log entries made up for tests of the disk: what nodes make of them plays no part there. */

import {
  micros,
  term,
  WAL_FORMAT,
  walIndex,
  type ClusterId,
  type StoredValue,
  type WalEntry,
} from '@fourtwelve/protocol'
import type { StatePlace } from '../dist/node-storage.js'

/** A time of the year 2026 in microseconds: beyond 32 bits. */
export const SOME_TIME = 1_780_000_000_123_457

/** Where a state stands whose entries are all of term 1. */
export const place = (index: number, chain: number): StatePlace => ({ index: walIndex(index), term: term(1), chain })

export const entry = (index: number, key: string, value: StoredValue | null, time: number = SOME_TIME): WalEntry => ({
  format: WAL_FORMAT,
  cluster: 'c1' as ClusterId,
  term: term(1),
  index: walIndex(index),
  time: micros(time),
  request: String(index),
  changes: [{ scope: 'replicated', namespace: '', key, value }],
  digest: (index * 2_654_435_761) >>> 0,
})
