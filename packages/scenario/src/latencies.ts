/**
 * Times of operations, and what is asked of them.
 * Always holds: count, mean, least and greatest are exact; percentiles are exact up to LATENCIES_KEPT times, beyond that they
 * are those of every second, fourth, eighth... time, so that memory stays bounded and a run stays repeatable.
 */

import type { Micros } from '@fourtwelve/protocol'
import type { Aggregate } from './metric-expression.ts'

/** Times that are kept; 8 bytes each. */
const LATENCIES_KEPT = 1_000_000

export class Latencies {
  #kept: number[] = []
  /** A sorted copy, until the next time comes. */
  #sorted: Float64Array | null = null
  #count = 0
  #sum = 0
  #least = 0
  #greatest = 0
  /** One in so many is kept. */
  #stride = 1

  get count(): number {
    return this.#count
  }

  add(time: Micros): void {
    if (this.#count % this.#stride === 0) this.#kept.push(time)
    this.#least = this.#count === 0 ? time : Math.min(this.#least, time)
    this.#greatest = Math.max(this.#greatest, time)
    this.#count += 1
    this.#sum += time
    this.#sorted = null
    if (this.#kept.length <= LATENCIES_KEPT) return
    this.#kept = this.#kept.filter((_, at) => at % 2 === 0)
    this.#stride *= 2
  }

  /** In microseconds; 0 when there was no operation. */
  value(aggregate: Aggregate): number {
    switch (aggregate.kind) {
      case 'count':
      case 'rate':
        return this.#count
      case 'avg':
        return this.#count === 0 ? 0 : this.#sum / this.#count
      case 'min':
        return this.#least
      case 'max':
        return this.#greatest
      case 'med':
        return this.#percentile(50)
      case 'percentile':
        return this.#percentile(aggregate.percent)
    }
  }

  /** The least kept time that `percent` of the kept times do not exceed. */
  #percentile(percent: number): number {
    this.#sorted ??= Float64Array.from(this.#kept).sort()
    const rank = Math.max(1, Math.ceil((percent / 100) * this.#sorted.length))
    return this.#sorted[rank - 1] ?? 0
  }
}
