/**
 * A map that forgets what was longest not used.
 * Always holds: it keeps at least the last `capacity` keys that were set or got, and at most twice as many. Two generations,
 * because dropping a whole one costs nothing, while dropping single keys would cost as much as the law itself.
 */

export class RecentMap<Key, Value> {
  readonly #capacity: number
  #fresh = new Map<Key, Value>()
  #older = new Map<Key, Value>()
  #rounds = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  set(key: Key, value: Value): void {
    if (this.#fresh.size >= this.#capacity && !this.#fresh.has(key)) {
      this.#older = this.#fresh
      this.#fresh = new Map()
      this.#rounds++
    }
    this.#fresh.set(key, value)
  }

  /** How often it forgot. Whoever keeps a value at hand must get it again when this has changed: it counts as unused, and may be gone. */
  get rounds(): number {
    return this.#rounds
  }

  /** The value, which is thereby used again; undefined when it was never set, or forgotten. */
  get(key: Key): Value | undefined {
    const fresh = this.#fresh.get(key)
    if (fresh !== undefined) return fresh
    const older = this.#older.get(key)
    if (older !== undefined) this.set(key, older)
    return older
  }
}
