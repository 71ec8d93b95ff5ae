/**
 * Real time in microseconds since the Unix epoch, the same for all threads of a process.
 * Always holds: it never goes back; two threads that ask one after the other get times in that order.
 */

import { micros, type Micros } from '@fourtwelve/protocol'

export type Clock = () => Micros

const NANOS_PER_MICRO = 1000n
const MICROS_PER_MS = 1000

const sinceBoot = (): number => Number(process.hrtime.bigint() / NANOS_PER_MICRO)

/** What to add to the machine's monotonic clock: asked once in a process, and handed to its threads. */
export const epochOffset = (): number => Date.now() * MICROS_PER_MS - sinceBoot()

export const clockFrom =
  (offset: number): Clock =>
  () =>
    micros(sinceBoot() + offset)

/** Timers take at most this; a longer wait is taken in parts. */
const TIMER_MS_MAX = 2_000_000_000

/** Rounded up: a timer that rings early would ring for nothing. */
export const timerMs = (delay: Micros): number => Math.min(TIMER_MS_MAX, Math.max(0, Math.ceil(delay / 1000)))
