/**
 * Rows as they stand on disk, kept for the links: what was encoded once is sent as it is.
 * Always holds: a row is found only by exactly the entries that are in it; rows behind the held log are let go.
 */

import type { WalEntry, WalIndex } from '@fourtwelve/protocol'
import { packRow, unpackRow, type Row } from './rows.ts'

export interface RowCache {
  /** Keeps a row for the links; `first` is where the held log begins. */
  keep(row: Row, first: WalIndex): void
  /** The bytes of entries that are to be sent: whole rows where there are such, newly encoded where not. */
  rowsFor(entries: readonly WalEntry[]): readonly Uint8Array[]
  /** Entries that came by a link, which the disk will want as the row that they came in. */
  remember(entries: readonly WalEntry[]): void
  /** Rows that hold anything behind `after` are let go: other entries stand there from now on. */
  truncate(after: WalIndex): void
  /** The row that these entries came in; null when they came in several or none. */
  rowOf(entries: readonly WalEntry[]): Row | null
}

/** Turns bytes back, and remembers that these entries and these bytes are the same. */
const received = new WeakMap<readonly WalEntry[], Row>()

export function unpackReceived(bytes: Uint8Array): readonly WalEntry[] {
  const entries = unpackRow(bytes)
  const [first, last] = [entries[0], entries.at(-1)]
  if (first !== undefined && last !== undefined) received.set(entries, { first: first.index, last: last.index, bytes })
  return entries
}

export function createRowCache(): RowCache {
  const kept = new Map<WalIndex, Row>()
  let arrived: Row | null = null
  return {
    keep(row, first) {
      kept.set(row.first, row)
      for (const [index, old] of kept) {
        if (old.last >= first) break
        kept.delete(index)
      }
    },
    rowsFor(entries) {
      const rows: Uint8Array[] = []
      let at = 0
      while (at < entries.length) {
        const start = entries[at]
        const row = start === undefined ? undefined : kept.get(start.index)
        const length = row === undefined ? 0 : row.last - row.first + 1
        if (row === undefined || at + length > entries.length) {
          rows.push(packRow(entries.slice(at)).bytes)
          break
        }
        rows.push(row.bytes)
        at += length
      }
      return rows
    },
    remember(entries) {
      arrived = received.get(entries) ?? null
    },
    truncate(after) {
      arrived = null
      for (const [index, row] of kept) if (row.last > after) kept.delete(index)
    },
    rowOf(entries) {
      const row = arrived
      arrived = null
      return row !== null && row.first === entries[0]?.index && row.last === entries.at(-1)?.index ? row : null
    },
  }
}
