/**
 * Chance and cryptography, which come in by this port: real ones in a live cluster, a seeded stand-in in simulation.
 * Always holds: the same port with the same keys answers the same, but for `random`.
 */

import { asciiText, codesOf, hex } from './bytes.ts'

export interface CryptoPort {
  /** Fresh bytes. */
  random(length: number): Uint8Array
  /** A 32-byte MAC under the cluster's index-header key: HMAC-SHA256 in Vault (vault-consistency 1.2). */
  mac(data: Uint8Array): Uint8Array
  /** Authenticated encryption under the barrier key. The nonce has SEAL_NONCE_BYTES and must never come twice. */
  seal(plain: Uint8Array, nonce: Uint8Array): Uint8Array
  /** What `seal` closed, or null when one bit differs or the key is another. */
  open(sealed: Uint8Array, nonce: Uint8Array): Uint8Array | null
  /** A keyed one-way hash as text: how ids stand in storage (vault-consistency 1.9). */
  saltedId(id: string): string
}

export const SEAL_NONCE_BYTES = 24
export const MAC_BYTES = 32

const BASE62 = codesOf('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')

/** Random base62 text, the alphabet of Vault's ids. Bytes of 248 and more are drawn again, so that no letter is likelier. */
export function randomBase62(crypto: CryptoPort, length: number): string {
  const codes = new Uint8Array(length)
  let at = 0
  while (at < length) {
    for (const byte of crypto.random(length - at)) {
      if (byte < 248) codes[at++] = BASE62[byte % 62] ?? 0
    }
  }
  return asciiText(codes)
}

/** A random UUID (version 4), as request ids and cluster ids are. */
export function randomUuid(crypto: CryptoPort): string {
  const bytes = crypto.random(16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const text = hex(bytes)
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`
}
