/**
 * A node serves one request at a time: a loaded active node queues.
 * Always holds: first come, first served; no more than QUEUE_MAX wait.
 */

import { micros, type Micros } from '@fourtwelve/protocol'

/** Requests that may wait for one node; beyond, the next is turned away. */
const QUEUE_MAX = 100_000

export interface ServiceQueue {
  /** How long from now until a request with this cost is served; null when the queue is full. */
  admit(now: Micros, cost: Micros): Micros | null
  /** One of the admitted is served. */
  served(): void
}

export function createServiceQueue(): ServiceQueue {
  let busyUntil = 0
  let waiting = 0
  return {
    admit(now, cost) {
      if (waiting >= QUEUE_MAX) return null
      waiting += 1
      busyUntil = Math.max(now, busyUntil) + cost
      return micros(busyUntil - now)
    },
    served() {
      waiting -= 1
    },
  }
}
