/**
 * The committed log as one number an index: chain(0) = DIGEST_START, chain(i) = mixNumber(chain(i-1), digest(i)), so that a
 * chain is the whole log up to its index.
 * Always holds: it grows at its end and nothing in it ever changes; chains are kept for the last CHAIN_WINDOW indexes, which is
 * far more than a standby may fall behind before it gets a snapshot.
 */

import { DIGEST_START } from '@fourtwelve/protocol'

/** Indexes whose chain is kept; 4 bytes each. */
const CHAIN_WINDOW = 262_144
const CHAIN_WINDOW_AT_START = 1024

export class CommittedChain {
  #head = 0
  /** The first index whose chain is known. */
  #start = 0
  #chains = new Uint32Array(CHAIN_WINDOW_AT_START).fill(DIGEST_START, 0, 1)

  /** The last index that is committed. */
  get head(): number {
    return this.#head
  }

  /** The chain behind the next index. */
  push(chain: number): void {
    const index = this.#head + 1
    // While the window grows, every index stands in its own place, so a bigger one can simply take them over.
    if (index >= this.#chains.length && this.#chains.length < CHAIN_WINDOW) {
      const grown = new Uint32Array(this.#chains.length * 2)
      grown.set(this.#chains)
      this.#chains = grown
    }
    this.#chains[index % this.#chains.length] = chain
    this.#head = index
  }

  /** Goes on from an index whose chain is told, and forgets all before: nothing is known of what lies between. */
  leapTo(index: number, chain: number): void {
    this.#chains = new Uint32Array(CHAIN_WINDOW)
    this.#chains[index % CHAIN_WINDOW] = chain
    this.#start = index
    this.#head = index
  }

  /** The chain at an index; null beyond the head, and for indexes that fell out of the window. */
  chainAt(index: number): number | null {
    if (index > this.#head || index < this.#start || index <= this.#head - this.#chains.length) return null
    return this.#chains[index % this.#chains.length] ?? null
  }
}
