/**
 * Fresh random bytes of the operating system, fetched a pool at a time.
 * Always holds: no byte is handed out twice, and what was handed out belongs to the caller: it is a copy, so that neither a
 * refill of the pool nor a transfer to another thread reaches it.
 */

import { randomFillSync } from 'node:crypto'

/** One fetch costs about as much as thirty ids, so one fetch serves hundreds of them (performance 3). */
const POOL_BYTES = 16 * 1024

const pool = new Uint8Array(POOL_BYTES)
let used = POOL_BYTES

/** Cryptographically strong random bytes. Throws when `length` is no length of an array. */
export function pooledRandom(length: number): Uint8Array {
  if (length > POOL_BYTES) return randomFillSync(new Uint8Array(length))
  const bytes = new Uint8Array(length)
  if (used + bytes.length > POOL_BYTES) {
    randomFillSync(pool)
    used = 0
  }
  const end = used + bytes.length
  bytes.set(pool.subarray(used, end))
  // A later look into this process's memory must not find keys and ids that are long in use.
  pool.fill(0, used, end)
  used = end
  return bytes
}
