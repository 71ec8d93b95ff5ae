/** Real time in microseconds since the Unix epoch. Always holds: it never goes back while the process lives. */

import { micros, type Micros } from '@fourtwelve/protocol'

const MICROS_PER_MS = 1000

export const wallClock = (): Micros => micros((performance.timeOrigin + performance.now()) * MICROS_PER_MS)
