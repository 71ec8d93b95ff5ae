/**
 * The log of the cluster, as entry and commit records tell it: its head, what is committed, and the chain at every index.
 * The chain is the whole log up to an index in one number: chain(0) = DIGEST_START, chain(i) = mixNumber(chain(i-1), digest(i)).
 * Always holds: only entries that are not committed are ever replaced, and only by a later term; chains are kept for the last
 * CHAIN_WINDOW indexes, which is far more than a standby may fall behind before it gets a snapshot.
 */

import { DIGEST_START, mixNumber, type CommitRecord, type EntryRecord, type NodeId } from '@fourtwelve/protocol'

/** Indexes whose chain is kept; 4 bytes each. */
const CHAIN_WINDOW = 262_144
const CHAIN_WINDOW_AT_START = 1024
/** Entries that a witness can still show. */
const ENTRIES_KEPT = 64

/** `dead`: written by a node that does not know yet that a later term has begun; it can never be committed. */
export type Appended =
  | { readonly kind: 'appended' }
  | { readonly kind: 'replaced'; readonly head: number }
  | { readonly kind: 'dead' }
  | { readonly kind: 'broken'; readonly why: string }

const APPENDED: Appended = { kind: 'appended' }
const DEAD: Appended = { kind: 'dead' }

export class LogChain {
  #head = 0
  #committed = 0
  #term = 0
  #writer: NodeId | null = null
  #chains = new Uint32Array(CHAIN_WINDOW_AT_START).fill(DIGEST_START, 0, 1)
  readonly #recent: EntryRecord[] = []

  get head(): number {
    return this.#head
  }

  get committed(): number {
    return this.#committed
  }

  /** Who wrote the newest entry: the active node, which works on its own head before that is committed. */
  get writer(): NodeId | null {
    return this.#writer
  }

  append(entry: EntryRecord): Appended {
    const { index, term } = entry
    if (term < this.#term) return DEAD
    const headBefore = this.#head
    const replaces = term > this.#term && index <= headBefore
    if (replaces && index <= this.#committed) {
      return { kind: 'broken', why: `${this.#committed} was committed, so ${index} can never be written again` }
    }
    if (index !== headBefore + 1 && !(replaces && index > 0)) {
      return { kind: 'broken', why: `after ${headBefore} comes ${headBefore + 1}, not ${index}` }
    }
    this.#put(index, mixNumber(this.#chains[(index - 1) % this.#chains.length] ?? 0, entry.digest))
    this.#head = index
    this.#term = term
    this.#writer = entry.node
    this.#recent[index % ENTRIES_KEPT] = entry
    return replaces ? { kind: 'replaced', head: headBefore } : APPENDED
  }

  /** Takes a commit. What is wrong with it, or null. */
  commit(record: CommitRecord): string | null {
    if (record.index > this.#head) return `the log ends at ${this.#head}, so ${record.index} cannot be committed`
    if (record.index > this.#committed) this.#committed = record.index
    return null
  }

  /** The chain at an index; null beyond the head, and for indexes that fell out of the window. */
  chainAt(index: number): number | null {
    if (index > this.#head || index <= this.#head - this.#chains.length) return null
    return this.#chains[index % this.#chains.length] ?? null
  }

  /** The entries from one index to another, as far as they are still kept. */
  entries(from: number, to: number): readonly EntryRecord[] {
    const found: EntryRecord[] = []
    for (let index = Math.max(from, to - ENTRIES_KEPT + 1); index <= to; index++) {
      const entry = this.#recent[index % ENTRIES_KEPT]
      if (entry?.index === index) found.push(entry)
    }
    return found
  }

  #put(index: number, chain: number): void {
    // While the window grows, every index stands in its own place, so a bigger one can simply take them over.
    if (index >= this.#chains.length && this.#chains.length < CHAIN_WINDOW) {
      const grown = new Uint32Array(this.#chains.length * 2)
      grown.set(this.#chains)
      this.#chains = grown
    }
    this.#chains[index % this.#chains.length] = chain
  }
}
