/**
 * What laws remember of one thing: of a session, of a secret as one session knows it, of a call.
 * Always holds: each law has a place of its own in it, so that the thing is looked up once for all laws, which is what they would cost
 * most of.
 */

/** One place a law, in the order in which the laws began. */
export type Places = unknown[]

/** What is remembered of whatever is judged now. */
export class Memories {
  #laws = 0
  #now: Places | null = null
  #begin: (() => Places) | null = null

  /** A law's place, in each of them. To be asked for before the first record. */
  place<Value>(): Memory<Value> {
    return new Memory<Value>(this, this.#laws++)
  }

  /** Turns to the next thing: what is remembered of it, or how to begin that; null for both where nothing is to be remembered. */
  turnTo(now: Places | null, begin: (() => Places) | null = null): void {
    this.#now = now
    this.#begin = begin
  }

  at(place: number): unknown {
    return this.#now?.[place]
  }

  put(place: number, value: unknown): void {
    this.#now ??= this.#begin?.() ?? null
    if (this.#now !== null) this.#now[place] = value
  }
}

/** What one law remembers of whatever is judged now. */
export class Memory<Value> {
  readonly #all: Memories
  readonly #place: number

  constructor(all: Memories, place: number) {
    this.#all = all
    this.#place = place
  }

  /** Undefined for nothing. */
  get(): Value | undefined {
    return this.#all.at(this.#place) as Value | undefined
  }

  set(value: Value): void {
    this.#all.put(this.#place, value)
  }
}
