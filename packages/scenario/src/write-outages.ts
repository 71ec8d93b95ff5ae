/**
 * How long nobody could write: the longest time in which a client wanted to write and no write was acknowledged.
 * Always holds: reads play no part; a write that was refused (403, 404, ...) was served, and ends no such time either; memory is
 * one number for each write under way.
 */

import { micros, type CallRecord, type HistoryRecord, type Micros, type ReplyRecord } from '@fourtwelve/protocol'

const READING_METHODS: ReadonlySet<string> = new Set(['GET', 'LIST', 'HEAD'])

export class WriteOutages {
  /** When each write under way was sent, by its number; the earliest first. */
  readonly #open = new Map<number, Micros>()
  /** The first that failed since the last acknowledged write was sent then. */
  #failed: Micros | null = null
  #acknowledged: Micros = micros(0)
  /** When a write was last sent or answered. */
  #last: Micros = micros(0)
  #longest: Micros = micros(0)

  observe(record: HistoryRecord): void {
    if (record.kind === 'call') this.#call(record)
    else if (record.kind === 'reply') this.#reply(record)
  }

  /** In microseconds. A time that never ended lasts until the last write was sent or answered. */
  longest(): Micros {
    return micros(Math.max(this.#longest, this.#since() === null ? 0 : this.#spanUntil(this.#last)))
  }

  #call({ id, t, method }: CallRecord): void {
    if (READING_METHODS.has(method)) return
    this.#open.set(id, t)
    this.#last = t
  }

  #reply({ id, t, status }: ReplyRecord): void {
    const sent = this.#open.get(id)
    if (sent === undefined) return
    this.#last = t
    if (status >= 200 && status < 300) {
      this.#longest = micros(Math.max(this.#longest, this.#spanUntil(t)))
      this.#acknowledged = t
      this.#failed = null
    } else if (isFailure(status) && (this.#failed === null || sent < this.#failed)) {
      this.#failed = sent
    }
    this.#open.delete(id)
  }

  /** When the first of the writes was sent that still waits or has failed since the last was acknowledged. */
  #since(): Micros | null {
    const [waiting] = this.#open.values()
    if (this.#failed === null || waiting === undefined) return this.#failed ?? waiting ?? null
    return micros(Math.min(this.#failed, waiting))
  }

  #spanUntil(t: Micros): number {
    return t - Math.max(this.#since() ?? t, this.#acknowledged)
  }
}

/** The cluster could not: no answer (0), sent elsewhere, not yet, too much, broken. Everything else is an answer. */
const isFailure = (status: number): boolean =>
  status === 0 || status === 307 || status === 412 || status === 429 || status >= 500
