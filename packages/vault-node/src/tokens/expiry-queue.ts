/**
 * Which leases end when: a binary heap by time, for the active node's timer.
 * Always holds: a lease stands in it once, at the end that is stored; a lease that never ends, or is gone, is not in it.
 */

import type { Micros } from '@fourtwelve/protocol'

interface Expiry {
  readonly leaseKey: string
  at: Micros
  /** Where it stands in the heap. */
  slot: number
}

export class ExpiryQueue {
  readonly #heap: Expiry[] = []
  readonly #byLease = new Map<string, Expiry>()

  get size(): number {
    return this.#heap.length
  }

  /** When the next lease ends; null when none does. */
  next(): Micros | null {
    return this.#heap[0]?.at ?? null
  }

  /** The lease that ends next, if it has ended by `now`; it stays until its end is set anew, or it is taken. */
  firstExpired(now: Micros): string | null {
    const first = this.#heap[0]
    return first === undefined || first.at > now ? null : first.leaseKey
  }

  /** A lease was written. Null never ends. */
  set(leaseKey: string, at: Micros | null): void {
    const known = this.#byLease.get(leaseKey)
    if (at === null) return this.take(leaseKey)
    if (known === undefined) {
      const added: Expiry = { leaseKey, at, slot: this.#heap.length }
      this.#byLease.set(leaseKey, added)
      this.#heap.push(added)
      this.#rise(added)
    } else if (at < known.at) {
      known.at = at
      this.#rise(known)
    } else if (at > known.at) {
      known.at = at
      this.#sink(known)
    }
  }

  /** Takes a lease out, wherever it stands. */
  take(leaseKey: string): void {
    const taken = this.#byLease.get(leaseKey)
    if (taken === undefined) return
    this.#byLease.delete(leaseKey)
    const last = this.#heap.pop()
    if (last === undefined || last === taken) return
    last.slot = taken.slot
    this.#heap[last.slot] = last
    this.#rise(last)
    this.#sink(last)
  }

  clear(): void {
    this.#heap.length = 0
    this.#byLease.clear()
  }

  #rise(item: Expiry): void {
    let { slot } = item
    while (slot > 0) {
      const above = this.#heap[(slot - 1) >> 1]
      if (above === undefined || above.at <= item.at) break
      const free = above.slot
      this.#put(above, slot)
      slot = free
    }
    this.#put(item, slot)
  }

  #sink(item: Expiry): void {
    let { slot } = item
    for (;;) {
      const left = this.#heap[2 * slot + 1]
      const right = this.#heap[2 * slot + 2]
      const below = left !== undefined && right !== undefined && right.at < left.at ? right : left
      if (below === undefined || item.at <= below.at) break
      const free = below.slot
      this.#put(below, slot)
      slot = free
    }
    this.#put(item, slot)
  }

  #put(item: Expiry, slot: number): void {
    this.#heap[slot] = item
    item.slot = slot
  }
}
