/**
 * The calls that wait for their answers.
 * Always holds: at most OPEN_CALLS_MAX of them; those that were lost wait for ever, so the oldest are dropped. A call that waits
 * while the log is numbered anew is none of the new numbering's.
 */

import type { CallRecord } from '@fourtwelve/protocol'

const OPEN_CALLS_MAX = 65_536

export class OpenCalls {
  readonly #open = new Map<number, CallRecord>()

  add(call: CallRecord): void {
    if (this.#open.size >= OPEN_CALLS_MAX) {
      for (const oldest of this.#open.keys()) {
        this.#open.delete(oldest)
        break
      }
    }
    this.#open.set(call.id, call)
  }

  /** The call that is answered now; undefined when it is not known. */
  take(id: number): CallRecord | undefined {
    const call = this.#open.get(id)
    if (call !== undefined) this.#open.delete(id)
    return call
  }

  /** The call that waits under this number. */
  find(id: number): CallRecord | undefined {
    return this.#open.get(id)
  }

  /** Whatever is answered to them may speak of indexes that mean nothing any more. */
  forgetAll(): void {
    this.#open.clear()
  }
}
