/**
 * Virtual time: takes the next event, sets the clock to it, lets it happen, folds it into the fingerprint.
 * Always holds: same posts, same order, same fingerprint; time never goes back; at most `eventsMax` events.
 */

import { DIGEST_START, micros, mixNumber, type Micros } from '@fourtwelve/protocol'
import { EventHeap, type EventKind } from './event-heap.ts'

export interface Kernel {
  now(): Micros
  /** Lets something happen after a time of at least 0. */
  post(delay: Micros, kind: EventKind, node: number, detail: number, run: () => void): void
  /** Runs all events up to and with `until`, or until `stop` says so. The clock stands at the last one, or at `until`. */
  run(until: Micros, stop: () => boolean): void
  events(): number
  /** A number for everything that has happened. */
  fingerprint(): string
}

/** Events in one run; a scenario that needs more has a loop in it. */
const EVENTS_MAX = 2_000_000_000

export function createKernel(): Kernel {
  const heap = new EventHeap()
  let now = micros(0)
  let events = 0
  // Two lanes of 32 bits, started apart, so that a fingerprint has 64.
  let low = DIGEST_START
  let high = mixNumber(DIGEST_START, 1)
  return {
    now: () => now,
    events: () => events,
    fingerprint: () => high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0'),
    post(delay, kind, node, detail, run) {
      heap.post((now + delay) as Micros, { kind, node, detail, run })
    },
    run(until, stop) {
      for (;;) {
        const time = heap.nextTime()
        if (time === null || time > until) break
        const event = heap.take()
        if (event === null) break
        now = time
        events += 1
        if (events > EVENTS_MAX)
          throw new Error(`the run passed ${EVENTS_MAX} events at ${now} us: shorten it or lower its rates`)
        low = mixNumber(mixNumber(mixNumber(low, now), event.kind * 256 + event.node), event.detail)
        high = mixNumber(mixNumber(high, low), event.detail)
        event.run()
        if (stop()) return
      }
      if (until > now) now = until
    },
  }
}
