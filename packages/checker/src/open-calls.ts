/**
 * The calls that wait for their answers.
 * Always holds: at most OPEN_CALLS_MAX of them; those that were lost wait for ever, so the oldest are dropped. A call that waits
 * while the log is numbered anew is none of the new numbering's.
 */

import type { CallRecord } from '@fourtwelve/protocol'

const OPEN_CALLS_MAX = 65_536
/** Of these, so many stand in a ring by their numbers, which costs next to nothing; a power of two. */
const RING = 1024

export interface OpenCall {
  readonly call: CallRecord
}

export class OpenCalls<Open extends OpenCall> {
  #ring: (Open | undefined)[] = Array.from({ length: RING }, () => undefined)
  /** Those whose place in the ring is taken, as it is when calls wait long. */
  readonly #others = new Map<number, Open>()

  add(open: Open): void {
    const { id } = open.call
    // Of two calls with one number the later counts.
    if (this.#others.size > 0) this.#others.delete(id)
    const at = id & (RING - 1)
    const other = this.#ring[at]
    if (other !== undefined && other.call.id !== id) this.#putAside(other)
    this.#ring[at] = open
  }

  /** The call that is answered now; undefined when it is not known. */
  take(id: number): Open | undefined {
    const open = this.#ring[id & (RING - 1)]
    if (open?.call.id === id) {
      this.#ring[id & (RING - 1)] = undefined
      return open
    }
    const other = this.#others.get(id)
    if (other !== undefined) this.#others.delete(id)
    return other
  }

  /** The call that waits under this number. */
  find(id: number): Open | undefined {
    const open = this.#ring[id & (RING - 1)]
    return open?.call.id === id ? open : this.#others.get(id)
  }

  /** Whatever is answered to them may speak of indexes that mean nothing any more. */
  forgetAll(): void {
    this.#ring = Array.from({ length: RING }, () => undefined)
    this.#others.clear()
  }

  #putAside(open: Open): void {
    if (this.#others.size >= OPEN_CALLS_MAX - RING) {
      for (const oldest of this.#others.keys()) {
        this.#others.delete(oldest)
        break
      }
    }
    this.#others.set(open.call.id, open)
  }
}
