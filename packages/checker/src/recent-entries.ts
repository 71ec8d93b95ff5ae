/**
 * The entries that were written last, for witnesses.
 * Always holds: at most ENTRIES_KEPT; where an index was written more than once, the last one stands for it.
 */

import type { EntryRecord } from '@fourtwelve/protocol'

/** Entries that a witness can still show. */
const ENTRIES_KEPT = 64

export class RecentEntries {
  readonly #entries: EntryRecord[] = []
  #seen = 0

  add(entry: EntryRecord): void {
    this.#entries[this.#seen++ % ENTRIES_KEPT] = entry
  }

  clear(): void {
    this.#seen = 0
  }

  /** The entries from one index to another, as far as they are still kept. */
  between(from: number, to: number): readonly EntryRecord[] {
    const found = new Map<number, EntryRecord>()
    for (let at = Math.max(0, this.#seen - ENTRIES_KEPT); at < this.#seen; at++) {
      const entry = this.#entries[at % ENTRIES_KEPT]
      if (entry !== undefined && entry.index >= from && entry.index <= to) found.set(entry.index, entry)
    }
    return [...found.values()].sort((a, b) => a.index - b.index)
  }
}
