/**
 * Which leases end when: a binary heap by time, for the active node's timer.
 * Always holds: a popped item may be out of date (renewed, revoked); whoever pops it compares with the stored lease.
 */

import type { Micros } from '@fourtwelve/protocol'

interface Expiry {
  readonly at: Micros
  readonly leaseKey: string
}

export interface ExpiryQueue {
  readonly heap: Expiry[]
}

export const createExpiryQueue = (): ExpiryQueue => ({ heap: [] })

export const nextExpiry = (queue: ExpiryQueue): Micros | null => queue.heap[0]?.at ?? null

export function pushExpiry(queue: ExpiryQueue, at: Micros, leaseKey: string): void {
  const { heap } = queue
  const added = { at, leaseKey }
  let slot = heap.push(added) - 1
  while (slot > 0) {
    const above = (slot - 1) >> 1
    const parent = heap[above]
    if (parent === undefined || parent.at <= at) break
    heap[slot] = parent
    slot = above
  }
  heap[slot] = added
}

/** Takes the earliest lease that ends at or before `now`; null when there is none. */
export function popExpired(queue: ExpiryQueue, now: Micros): string | null {
  const { heap } = queue
  const first = heap[0]
  if (first === undefined || first.at > now) return null
  const last = heap.pop()
  if (last !== undefined && heap.length > 0) sink(heap, last)
  return first.leaseKey
}

function sink(heap: Expiry[], item: Expiry): void {
  let slot = 0
  for (;;) {
    let below = 2 * slot + 1
    const left = heap[below]
    if (left === undefined) break
    const right = heap[below + 1]
    let child = left
    if (right !== undefined && right.at < left.at) {
      child = right
      below += 1
    }
    if (item.at <= child.at) break
    heap[slot] = child
    slot = below
  }
  heap[slot] = item
}
