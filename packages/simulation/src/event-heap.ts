/**
 * What happens next: events ordered by time, and in the order of their posting where times are equal.
 * Always holds: `take` never goes back in time; equal times keep their order on every machine.
 */

import type { Micros } from '@fourtwelve/protocol'

/** A thing that happens. `kind` and `node` go into the fingerprint; `detail` too, where the kind has one. */
export interface SimEvent {
  readonly kind: EventKind
  /** Ordinal of the node that it happens to; NO_NODE for clients. */
  readonly node: number
  readonly detail: number
  readonly run: () => void
}

export const NO_NODE = 255

/** Numbers, not words, because every event is folded into the fingerprint. Never reuse one. */
export const EVENT_KINDS = {
  arrive: 1,
  serve: 2,
  message: 3,
  flushed: 4,
  apply: 5,
  timer: 6,
  continue: 7,
  answer: 8,
  client: 9,
  serveMessage: 10,
  leadership: 11,
} as const

export type EventKind = (typeof EVENT_KINDS)[keyof typeof EVENT_KINDS]

export class EventHeap {
  readonly #times: number[] = []
  readonly #orders: number[] = []
  readonly #events: SimEvent[] = []
  #posted = 0

  get size(): number {
    return this.#events.length
  }

  /** The time of the next event; null when there is none. */
  nextTime(): Micros | null {
    const time = this.#times[0]
    return time === undefined ? null : (time as Micros)
  }

  post(time: Micros, event: SimEvent): void {
    const order = this.#posted++
    const times = this.#times
    const orders = this.#orders
    const events = this.#events
    let slot = events.length
    while (slot > 0) {
      const above = (slot - 1) >> 1
      const aboveTime = times[above] as number
      if (aboveTime <= time) break
      times[slot] = aboveTime
      orders[slot] = orders[above] as number
      events[slot] = events[above] as SimEvent
      slot = above
    }
    times[slot] = time
    orders[slot] = order
    events[slot] = event
  }

  take(): SimEvent | null {
    const first = this.#events[0]
    if (first === undefined) return null
    const time = this.#times.pop() as number
    const order = this.#orders.pop() as number
    const event = this.#events.pop() as SimEvent
    if (this.#events.length > 0) this.#sink(time, order, event)
    return first
  }

  #sink(time: number, order: number, event: SimEvent): void {
    const times = this.#times
    const orders = this.#orders
    const events = this.#events
    const size = events.length
    let slot = 0
    for (;;) {
      let below = 2 * slot + 1
      if (below >= size) break
      const right = below + 1
      if (right < size && before(times[right], orders[right], times[below], orders[below])) below = right
      if (!before(times[below], orders[below], time, order)) break
      times[slot] = times[below] as number
      orders[slot] = orders[below] as number
      events[slot] = events[below] as SimEvent
      slot = below
    }
    times[slot] = time
    orders[slot] = order
    events[slot] = event
  }
}

const before = (timeA = 0, orderA = 0, timeB = 0, orderB = 0): boolean =>
  timeA < timeB || (timeA === timeB && orderA < orderB)
