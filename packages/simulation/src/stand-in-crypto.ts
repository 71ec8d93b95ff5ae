/**
 * A stand-in for cryptography in simulated time: fast, repeatable, NOT SECURE. A single output is enough to work out the key.
 * Made of the round of HalfSipHash over 128 bits of state, in whole 32-bit arithmetic.
 * Always holds: every step is a bijection of the state, and MACs and tags hold the whole of it. So for one key and one
 * length, inputs that differ within four aligned bytes, such as by one flipped bit, never have the same MAC or tag; inputs
 * that differ elsewhere have it by chance alone.
 */

import { MAC_BYTES, sameBytes, SEAL_NONCE_BYTES, type CryptoPort } from '@fourtwelve/protocol'
import type { Stream } from './entropy.ts'

/**
 * Makes the port. The same key and the same stream give the same answers on every machine; what one key closed, another
 * refuses. Salted ids have 64 bits: among ten million, two are equal with a chance of 1 in 370 000.
 */
export function createStandInCrypto(key: string, random: Stream): CryptoPort {
  const macKey = startOf(`mac:${key}`)
  const tagKey = startOf(`tag:${key}`)
  const streamKey = startOf(`stream:${key}`)
  const saltKey = startOf(`salt:${key}`)
  return {
    random: (length) => random.bytes(length),
    mac: (data) => macOf(macKey, data),
    seal(plain, nonce) {
      if (nonce.length !== SEAL_NONCE_BYTES) {
        throw new Error(
          `seal was given a nonce of ${nonce.length} bytes: give ${SEAL_NONCE_BYTES} fresh ones from random()`,
        )
      }
      const sealed = new Uint8Array(plain.length + STATE_BYTES)
      const body = sealed.subarray(0, plain.length)
      xorWithStream(streamKey, nonce, plain, body)
      writeTag(tagKey, nonce, body, sealed, plain.length)
      return sealed
    },
    open(sealed, nonce) {
      const length = sealed.length - STATE_BYTES
      if (length < 0 || nonce.length !== SEAL_NONCE_BYTES) return null
      const body = sealed.subarray(0, length)
      const tag = new Uint8Array(STATE_BYTES)
      writeTag(tagKey, nonce, body, tag, 0)
      if (!sameBytes(tag, sealed.subarray(length))) return null
      const plain = new Uint8Array(length)
      xorWithStream(streamKey, nonce, body, plain)
      return plain
    },
    saltedId(id) {
      start(saltKey, id.length)
      absorbText(id)
      finish()
      return `h${hexOf(word(0))}${hexOf(word(1))}`
    },
  }
}

function macOf(key: Int32Array, data: Uint8Array): Uint8Array {
  start(key, data.length)
  absorbBytes(data)
  finish()
  const mac = new Uint8Array(MAC_BYTES)
  writeState(mac, 0)
  finish()
  writeState(mac, STATE_BYTES)
  return mac
}

function writeTag(key: Int32Array, nonce: Uint8Array, body: Uint8Array, to: Uint8Array, at: number): void {
  start(key, body.length)
  absorbBytes(nonce)
  absorbBytes(body)
  finish()
  writeState(to, at)
}

/** Opens and closes alike. `to` must not be longer than `from`. */
function xorWithStream(key: Int32Array, nonce: Uint8Array, from: Uint8Array, to: Uint8Array): void {
  start(key, from.length)
  absorbBytes(nonce)
  for (let i = 0; i < to.length; i += 4) {
    if (i % STATE_BYTES === 0) finish()
    const bits = word((i >>> 2) & 3)
    // Writes beyond the end of an array of bytes do nothing.
    to[i] = (from[i] ?? 0) ^ bits
    to[i + 1] = (from[i + 1] ?? 0) ^ (bits >>> 8)
    to[i + 2] = (from[i + 2] ?? 0) ^ (bits >>> 16)
    to[i + 3] = (from[i + 3] ?? 0) ^ (bits >>> 24)
  }
}

const STATE_BYTES = 16

/** The state of the hash under way. There is never a second one: every function of the port ends before the next begins. */
const state = new Int32Array(4)

const word = (at: number): number => state[at] ?? 0

function start(key: Int32Array, length: number): void {
  state.set(key)
  state[0] = word(0) ^ length
}

/** The state that a key begins with: its text, absorbed under the first digits of pi. */
function startOf(key: string): Int32Array {
  start(Int32Array.of(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), key.length)
  absorbText(key)
  finish()
  return state.slice()
}

/** Four bytes a round, the lowest first. Beyond the end there are zeros, which the length tells from real ones. */
function absorbBytes(bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i += 4) {
    absorb((bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24))
  }
}

/** Two UTF-16 units a round. */
function absorbText(text: string): void {
  const even = text.length & ~1
  for (let i = 0; i < even; i += 2) absorb(text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16))
  if (even < text.length) absorb(text.charCodeAt(even))
}

function absorb(input: number): void {
  state[3] = word(3) ^ input
  round()
}

/** Three rounds, as in HalfSipHash-1-3: every bit of the state reaches every other. */
function finish(): void {
  state[2] = word(2) ^ 0xff
  round()
  round()
  round()
}

function round(): void {
  let a = word(0)
  let b = word(1)
  let c = word(2)
  let d = word(3)
  a = (a + b) | 0
  b = ((b << 5) | (b >>> 27)) ^ a
  a = (a << 16) | (a >>> 16)
  c = (c + d) | 0
  d = ((d << 8) | (d >>> 24)) ^ c
  a = (a + d) | 0
  d = ((d << 7) | (d >>> 25)) ^ a
  c = (c + b) | 0
  b = ((b << 13) | (b >>> 19)) ^ c
  c = (c << 16) | (c >>> 16)
  state[0] = a
  state[1] = b
  state[2] = c
  state[3] = d
}

/** Lowest byte first, whatever the machine's own order. */
function writeState(to: Uint8Array, at: number): void {
  for (let i = 0; i < STATE_BYTES; i += 4) {
    const bits = word(i >>> 2)
    to[at + i] = bits
    to[at + i + 1] = bits >>> 8
    to[at + i + 2] = bits >>> 16
    to[at + i + 3] = bits >>> 24
  }
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const hexOf = (bits: number): string =>
  `${HEX[bits >>> 24] ?? ''}${HEX[(bits >>> 16) & 255] ?? ''}${HEX[(bits >>> 8) & 255] ?? ''}${HEX[bits & 255] ?? ''}`
