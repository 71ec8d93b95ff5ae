/**
 * Chance and cryptography, which come in by this port: real ones in a live cluster, a seeded stand-in in simulation.
 * Always holds: the same port with the same keys answers the same, but for `random`.
 */

import { HEX_PAIRS } from './bytes.ts'

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

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Random base62 text, the alphabet of Vault's ids. Bytes of 248 and more are drawn again, so that no letter is likelier. */
export function randomBase62(crypto: CryptoPort, length: number): string {
  let text = ''
  while (text.length < length) {
    const bytes = crypto.random(length - text.length)
    for (const byte of bytes) {
      if (byte < 248) text += BASE62.charAt(byte % 62)
    }
  }
  return text
}

/** A random UUID (version 4), as request ids and cluster ids are. */
export function randomUuid(crypto: CryptoPort): string {
  const b = crypto.random(16)
  const hex = (at: number): string => HEX_PAIRS[b[at] ?? 0] ?? ''
  b[6] = ((b[6] ?? 0) & 0x0f) | 0x40
  b[8] = ((b[8] ?? 0) & 0x3f) | 0x80
  return `${hex(0)}${hex(1)}${hex(2)}${hex(3)}-${hex(4)}${hex(5)}-${hex(6)}${hex(7)}-${hex(8)}${hex(9)}-${hex(10)}${hex(11)}${hex(12)}${hex(13)}${hex(14)}${hex(15)}`
}
