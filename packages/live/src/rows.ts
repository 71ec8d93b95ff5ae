/**
 * Log entries as bytes: one row holds the entries of one event turn. They follow each other in the log of one cluster, so what they
 * share stands in it once, and their fields have places instead of names: that takes a third off the bytes, and half of the time.
 * Always holds: a row of another format is refused. Encoded once, the same bytes serve the active node's disk, every link and every
 * standby's disk. They have memory of their own: a message to another thread copies all the memory that its bytes lie in, and
 * msgpackr's grows with the largest row.
 */

import {
  WAL_FORMAT,
  walIndex,
  type ClusterId,
  type Micros,
  type StorageScope,
  type StoredValue,
  type Term,
  type WalEntry,
  type WalIndex,
} from '@fourtwelve/protocol'
import { Packr, Unpackr } from 'msgpackr'

/** Values are self-describing maps: equal entries are equal bytes. */
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

/** Rises with every change of what stands in a row; the format of cluster folders rises with it. */
const ROW_FORMAT = 2

type PackedRow = readonly [format: number, cluster: ClusterId, first: WalIndex, entries: readonly PackedEntry[]]
type PackedEntry = readonly [
  term: Term,
  time: Micros,
  request: string,
  changes: readonly PackedChange[],
  digest: number,
]
type PackedChange = readonly [scope: StorageScope, namespace: string, key: string, value: StoredValue | null]

/** Throws on entries that do not follow each other, or are of several clusters: nothing writes such. */
export function packRow(entries: readonly WalEntry[]): Row {
  const [first, last] = [entries[0], entries.at(-1)]
  if (first === undefined || last === undefined) throw new Error('a row of no entries: append only what was written')
  const packed = entries.map((entry, at) => {
    if (entry.index !== first.index + at || entry.cluster !== first.cluster)
      throw new Error(
        `entry ${entry.index} of ${entry.cluster} has no place in a row from ${first.index} of ${first.cluster}`,
      )
    return packEntry(entry)
  })
  const row: PackedRow = [ROW_FORMAT, first.cluster, first.index, packed]
  return { first: first.index, last: last.index, bytes: pack(row) }
}

const packEntry = ({ term, time, request, changes, digest }: WalEntry): PackedEntry => [
  term,
  time,
  request,
  changes.map(({ scope, namespace, key, value }): PackedChange => [scope, namespace, key, value]),
  digest,
]

/** Throws on a row of another version. */
export function unpackRow(bytes: Uint8Array): readonly WalEntry[] {
  const [format, cluster, first, entries] = unpack(bytes) as PackedRow
  if (format !== ROW_FORMAT)
    throw new Error(
      `a row of the log is not of format ${ROW_FORMAT}, which this version reads: use another data folder`,
    )
  return entries.map(([term, time, request, changes, digest], at) => ({
    format: WAL_FORMAT,
    cluster,
    term,
    index: walIndex(first + at),
    time,
    request,
    changes: changes.map(([scope, namespace, key, value]) => ({ scope, namespace, key, value })),
    digest,
  }))
}

export type StoredPair = readonly [string, StoredValue]
export const packPairs = (pairs: readonly StoredPair[]): Uint8Array => pack(pairs)
export const unpackPairs = (bytes: Uint8Array): readonly StoredPair[] => unpack(bytes) as StoredPair[]

export const packMeta = (value: unknown): Uint8Array => pack(value)
export const unpackMeta = (bytes: Uint8Array): unknown => unpack(bytes)
