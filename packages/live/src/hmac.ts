/**
 * HMAC-SHA256 under a key that stays, by its definition (RFC 2104): two hashes. Node's own Hmac object costs three times as much
 * for the short texts of tokens, nearly all of it for making the object.
 * Always holds: the same bytes as `createHmac('sha256', key)`, which the tests compare it with.
 */

import { hash } from 'node:crypto'

const BLOCK_BYTES = 64
const HASH_BYTES = 32
const [INNER_PAD, OUTER_PAD] = [0x36, 0x5c] as const
/** Data up to here is hashed without fetching memory for it. */
const SHORT_BYTES = 1024

/** The MAC of data under `key`, as a plain array of its own. Throws on a key of more than a block, which would have to be hashed first. */
export function hmacSha256(key: Uint8Array): (data: Uint8Array) => Uint8Array {
  if (key.length > BLOCK_BYTES) throw new Error(`an HMAC key of ${key.length} bytes: give at most ${BLOCK_BYTES}`)
  const inner = new Uint8Array(BLOCK_BYTES + SHORT_BYTES)
  const outer = new Uint8Array(BLOCK_BYTES + HASH_BYTES)
  for (let i = 0; i < BLOCK_BYTES; i++) {
    inner[i] = (key[i] ?? 0) ^ INNER_PAD
    outer[i] = (key[i] ?? 0) ^ OUTER_PAD
  }
  return (data) => {
    const length = BLOCK_BYTES + data.length
    const keyed = length <= inner.length ? inner.subarray(0, length) : lengthened(inner, length)
    keyed.set(data, BLOCK_BYTES)
    writeHash(keyed, outer, BLOCK_BYTES)
    const mac = new Uint8Array(HASH_BYTES)
    writeHash(outer, mac, 0)
    return mac
  }
}

function lengthened(inner: Uint8Array, length: number): Uint8Array {
  const keyed = new Uint8Array(length)
  keyed.set(inner.subarray(0, BLOCK_BYTES))
  return keyed
}

/** By way of text, one character a byte: that costs a fifth of a Buffer, whose memory is fetched from the system. */
function writeHash(data: Uint8Array, to: Uint8Array, at: number): void {
  const bytes = hash('sha256', data, 'binary')
  for (let i = 0; i < HASH_BYTES; i++) to[at + i] = bytes.charCodeAt(i)
}
