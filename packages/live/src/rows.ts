/**
 * Log entries as bytes: one row holds the entries of one event turn.
 * Always holds: encoded once, the same bytes serve the active node's disk, every link and every standby's disk.
 */

import type { StoredValue, WalEntry, WalIndex } from '@fourtwelve/protocol'
import { Packr } from 'msgpackr'

/** Self-describing maps: what one version wrote another can read, and equal entries are equal bytes. */
const packr = new Packr({ useRecords: false, int64AsType: 'number' })

export interface Row {
  readonly first: WalIndex
  readonly last: WalIndex
  readonly bytes: Uint8Array
}

export function packRow(entries: readonly WalEntry[]): Row {
  const [first, last] = [entries[0], entries.at(-1)]
  if (first === undefined || last === undefined) throw new Error('a row of no entries: append only what was written')
  return { first: first.index, last: last.index, bytes: packr.pack(entries) }
}

export const unpackRow = (bytes: Uint8Array): readonly WalEntry[] => packr.unpack(bytes) as WalEntry[]

export type StoredPair = readonly [string, StoredValue]
export const packPairs = (pairs: readonly StoredPair[]): Uint8Array => packr.pack(pairs)
export const unpackPairs = (bytes: Uint8Array): readonly StoredPair[] => packr.unpack(bytes) as StoredPair[]

export const packMeta = (value: unknown): Uint8Array => packr.pack(value)
export const unpackMeta = (bytes: Uint8Array): unknown => packr.unpack(bytes)
