/**
 * What a node's reads see: keys and values, with listing by folder.
 * Owns: the maps. Always holds: `applyChange` is the only way in, so a store is exactly the log that was applied to it;
 * values are shared between nodes and never changed. An area (`storage-keys.ts`) is indexed from its first listing on, because
 * most of what is written (tokens, leases) is never listed; at most AREAS_INDEXED_MAX are.
 */

import type { Change, StoredValue } from '@fourtwelve/protocol'
import { areaOf } from '../storage-keys.ts'

/** Areas that are indexed at once: more than a cluster has mounts. Beyond it all are forgotten, and indexed anew when listed. */
export const AREAS_INDEXED_MAX = 4_096

export class Store {
  readonly #values = new Map<string, StoredValue>()
  /** Folder path (ends in `/`) to the names in it; a subfolder's name ends in `/`. */
  readonly #folders = new Map<string, Set<string>>()
  readonly #indexed = new Set<string>()

  get size(): number {
    return this.#values.size
  }

  /** How many areas are indexed: each listing of another one goes once over all keys. */
  get areasIndexed(): number {
    return this.#indexed.size
  }

  /** The value under a key. The caller names its type: each key pattern has one writer (`storage-keys.ts`). */
  get<T extends StoredValue>(key: string): T | undefined {
    return this.#values.get(key) as T | undefined
  }

  has(key: string): boolean {
    return this.#values.has(key)
  }

  /** Names directly under a folder path, sorted; folders end in `/`. Throws on a folder above the areas. */
  list(folder: string): readonly string[] {
    const names = this.#namesIn(folder)
    return names === undefined ? [] : [...names].sort()
  }

  /** The first names directly under a folder path, as they came, at most `most`: what is taken away in parts is never listed whole. */
  listSome(folder: string, most: number): readonly string[] {
    const some: string[] = []
    for (const name of this.#namesIn(folder) ?? []) if (some.push(name) >= most) break
    return some.sort()
  }

  /** Keys anywhere under a folder path, at most `most`. */
  keysUnder(folder: string, most: number): readonly string[] {
    const keys: string[] = []
    for (const name of this.listSome(folder, most)) {
      if (name.endsWith('/')) keys.push(...this.keysUnder(folder + name, most - keys.length))
      else keys.push(folder + name)
      if (keys.length >= most) break
    }
    return keys
  }

  /** How many names stand directly under a folder path. */
  count(folder: string): number {
    return this.#namesIn(folder)?.size ?? 0
  }

  applyChange(change: Change): void {
    const { key, value } = change
    if (value === null) {
      if (this.#values.delete(key) && this.#isIndexed(key)) this.#leave(key)
    } else {
      this.#values.set(key, value)
      if (this.#isIndexed(key)) this.#enter(key)
    }
  }

  /** All keys and values, in the order in which they came. Goes on rightly whatever is written meanwhile. */
  entries(): IterableIterator<[string, StoredValue]> {
    return this.#values.entries()
  }

  /** Becomes a copy of another store. */
  replaceBy(values: Iterable<readonly [string, StoredValue]>): void {
    this.#values.clear()
    this.#forgetFolders()
    for (const [key, value] of values) this.#values.set(key, value)
  }

  #isIndexed(key: string): boolean {
    return this.#indexed.has(areaOf(key))
  }

  #namesIn(folder: string): ReadonlySet<string> | undefined {
    const area = areaOf(folder)
    if (!this.#indexed.has(area)) this.#index(area, folder)
    return this.#folders.get(folder)
  }

  #index(area: string, folder: string): void {
    if (area === '') throw new Error(`${folder} stands above all areas: list the areas in it, one by one`)
    if (this.#indexed.size >= AREAS_INDEXED_MAX) this.#forgetFolders()
    this.#indexed.add(area)
    for (const key of this.#values.keys()) if (key.startsWith(area)) this.#enter(key)
  }

  #forgetFolders(): void {
    this.#folders.clear()
    this.#indexed.clear()
  }

  /** Puts a key's name into its folder, and folders that are new into theirs, up to the area. */
  #enter(key: string): void {
    const area = areaOf(key)
    for (let path = key; path.length > area.length;) {
      const at = path.lastIndexOf('/', path.length - 2) + 1
      const folder = path.slice(0, at)
      const names = this.#folders.get(folder)
      if (names !== undefined) {
        names.add(path.slice(at))
        return
      }
      this.#folders.set(folder, new Set([path.slice(at)]))
      path = folder
    }
  }

  /** Takes a key's name out of its folder, and folders that are empty then out of theirs, up to the area. */
  #leave(key: string): void {
    const area = areaOf(key)
    for (let path = key; path.length > area.length;) {
      const at = path.lastIndexOf('/', path.length - 2) + 1
      const folder = path.slice(0, at)
      const names = this.#folders.get(folder)
      names?.delete(path.slice(at))
      if (names === undefined || names.size > 0) return
      this.#folders.delete(folder)
      path = folder
    }
  }
}
