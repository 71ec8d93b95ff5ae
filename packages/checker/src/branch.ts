/**
 * The log of one leadership, from where it may differ from the committed one: what its node held when it took over, and what it
 * wrote since.
 * Always holds: without a gap; before its first chain it is the committed log; what is committed is handed over to that, so that
 * here are no more chains than entries without a majority, which nodes bound (`storage-full.ts` of the node).
 */

import { mixNumber } from '@fourtwelve/protocol'
import type { Leadership } from './leaderships.ts'

/** Chains that were handed over are taken out of memory when there are so many, and no fewer than those that are left. */
const HANDED_OVER_MAX = 1024

export class Branch {
  readonly leadership: Leadership
  /** The last entry. */
  #head: number
  /** The last index that its node announced as committed. */
  committed = 0
  /** Whether it was told already that something is missing here that was committed. */
  isIncomplete = false
  /** The chains up to `head`, behind `#handedOver` places that are free. */
  #chains: number[]
  #handedOver = 0

  /** `head` is the last entry that its node held when it took over, and `chains` end with that one's. */
  constructor(leadership: Leadership, head: number, chains: number[]) {
    this.leadership = leadership
    this.#head = head
    this.#chains = chains
  }

  get head(): number {
    return this.#head
  }

  /** The first index that is not handed over. */
  get first(): number {
    return this.#head + 1 - (this.#chains.length - this.#handedOver)
  }

  /** Puts an entry behind the head, whose chain is `before`. */
  push(before: number, digest: number): void {
    this.#chains.push(mixNumber(before, digest))
    this.#head++
  }

  /** The chain at an index that is not handed over; null for any other. */
  chainAt(index: number): number | null {
    if (index > this.#head || index < this.first) return null
    return this.#chains[this.#handedOver + index - this.first] ?? null
  }

  /** The chains from `first` to `index`. */
  chainsThrough(index: number): number[] {
    return this.#chains.slice(this.#handedOver, this.#handedOver + Math.max(0, index - this.first + 1))
  }

  /** Lets go of what the committed log has too. */
  handOver(through: number): void {
    const many = Math.min(through, this.#head) - this.first + 1
    if (many <= 0) return
    this.#handedOver += many
    if (this.#handedOver === this.#chains.length) this.#chains.length = 0
    else if (this.#handedOver < HANDED_OVER_MAX || this.#handedOver * 2 < this.#chains.length) return
    else this.#chains = this.#chains.slice(this.#handedOver)
    this.#handedOver = 0
  }
}
