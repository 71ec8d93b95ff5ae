/**
 * What a node's reads see: keys and values, with listing by folder.
 * Owns: the maps. Always holds: `applyChange` is the only way in, so a store is exactly the log that was applied to it;
 * values are shared between nodes and never changed. Folders are indexed from the first listing on, because most of what is
 * written (tokens, leases) is never listed.
 */

import type { Change, StoredValue } from '@fourtwelve/protocol'

export class Store {
  readonly #values = new Map<string, StoredValue>()
  /** Folder path (ends in `/`, or is empty) to the names in it; a subfolder's name ends in `/`. */
  readonly #folders = new Map<string, Set<string>>()
  /** Beginnings of keys whose folders are indexed: up to three segments of whatever was listed. */
  readonly #indexed: string[] = []

  get size(): number {
    return this.#values.size
  }

  /** The value under a key. The caller names its type: each key pattern has one writer (`storage-keys.ts`). */
  get<T extends StoredValue>(key: string): T | undefined {
    return this.#values.get(key) as T | undefined
  }

  has(key: string): boolean {
    return this.#values.has(key)
  }

  /** Names directly under a folder path, sorted; folders end in `/`. */
  list(folder: string): readonly string[] {
    this.#index(folder)
    const names = this.#folders.get(folder)
    return names === undefined ? [] : [...names].sort()
  }

  /** How many names stand directly under a folder path. */
  count(folder: string): number {
    this.#index(folder)
    return this.#folders.get(folder)?.size ?? 0
  }

  applyChange(change: Change): void {
    if (change.value === null) this.#delete(change.key)
    else {
      this.#values.set(change.key, change.value)
      if (this.#isIndexed(change.key)) this.#enter(change.key)
    }
  }

  /** All keys and values, in the order in which they came. */
  entries(): IterableIterator<[string, StoredValue]> {
    return this.#values.entries()
  }

  /** Becomes a copy of another store. */
  replaceBy(values: Iterable<readonly [string, StoredValue]>): void {
    this.#values.clear()
    this.#folders.clear()
    this.#indexed.length = 0
    for (const [key, value] of values) this.#values.set(key, value)
  }

  #isIndexed(key: string): boolean {
    for (const beginning of this.#indexed) if (key.startsWith(beginning)) return true
    return false
  }

  #index(folder: string): void {
    if (this.#isIndexed(folder)) return
    const beginning = /^(?:[^/]*\/){0,3}/.exec(folder)?.[0] ?? ''
    this.#indexed.push(beginning)
    for (const key of this.#values.keys()) if (key.startsWith(beginning)) this.#enter(key)
  }

  #delete(key: string): void {
    if (!this.#values.delete(key) || !this.#isIndexed(key)) return
    let path = key
    for (;;) {
      const at = path.lastIndexOf('/', path.length - 2) + 1
      const folder = path.slice(0, at)
      const names = this.#folders.get(folder)
      names?.delete(path.slice(at))
      if (names === undefined || names.size > 0) return
      this.#folders.delete(folder)
      if (folder === '') return
      path = folder
    }
  }

  #enter(key: string): void {
    let path = key
    for (;;) {
      const at = path.lastIndexOf('/', path.length - 2) + 1
      const folder = path.slice(0, at)
      const names = this.#folders.get(folder)
      if (names !== undefined) {
        names.add(path.slice(at))
        return
      }
      this.#folders.set(folder, new Set([path.slice(at)]))
      if (folder === '') return
      path = folder
    }
  }
}
