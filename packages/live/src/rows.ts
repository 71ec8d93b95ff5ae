/**
 * Log entries as bytes: one row holds the entries of one event turn.
 * Always holds: encoded once, the same bytes serve the active node's disk, every link and every standby's disk. They have memory of
 * their own: a message to another thread copies all the memory that its bytes lie in, and msgpackr's grows with the largest row.
 */

import type { StoredValue, WalEntry, WalIndex } from '@fourtwelve/protocol'
import { Packr, Unpackr } from 'msgpackr'

/** Self-describing maps: what one version wrote another can read, and equal entries are equal bytes. */
const packr = new Packr({ useRecords: false, int64AsType: 'number' })

const pack = (value: unknown): Uint8Array => new Uint8Array(packr.pack(value))

/** msgpackr renames the one key that is special to JavaScript, in objects and not in maps. A secret may have any field. */
const SPECIAL_KEY = '__proto__'
const mapUnpackr = new Unpackr({ useRecords: false, int64AsType: 'number', mapsAsObjects: false })

function unpack(bytes: Uint8Array): unknown {
  const isSpecial = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(SPECIAL_KEY)
  return isSpecial ? withoutMaps(mapUnpackr.unpack(bytes)) : packr.unpack(bytes)
}

function withoutMaps(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMaps)
  if (!(value instanceof Map)) return value
  return Object.fromEntries(Array.from(value, ([key, one]) => [key, withoutMaps(one)]))
}

export interface Row {
  readonly first: WalIndex
  readonly last: WalIndex
  readonly bytes: Uint8Array
}

export function packRow(entries: readonly WalEntry[]): Row {
  const [first, last] = [entries[0], entries.at(-1)]
  if (first === undefined || last === undefined) throw new Error('a row of no entries: append only what was written')
  return { first: first.index, last: last.index, bytes: pack(entries) }
}

export const unpackRow = (bytes: Uint8Array): readonly WalEntry[] => unpack(bytes) as WalEntry[]

export type StoredPair = readonly [string, StoredValue]
export const packPairs = (pairs: readonly StoredPair[]): Uint8Array => pack(pairs)
export const unpackPairs = (bytes: Uint8Array): readonly StoredPair[] => unpack(bytes) as StoredPair[]

export const packMeta = (value: unknown): Uint8Array => pack(value)
export const unpackMeta = (bytes: Uint8Array): unknown => unpack(bytes)
