/** Real cryptography behind the port, against Vault's vectors, RFC vectors and node:crypto. */

import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { createRealCrypto, generateKeys, type ClusterKeys } from '@fourtwelve/live'
import {
  decodeServiceToken,
  encodeIndexState,
  encodeServiceToken,
  epoch,
  fromHex,
  hasValidMac,
  hex,
  MAC_BYTES,
  openBatchToken,
  SEAL_NONCE_BYTES,
  sealBatchToken,
  walIndex,
  type CryptoPort,
} from '@fourtwelve/protocol'

const bytesOf = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array(0)
const KEYS: ClusterKeys = {
  indexKey: '0f8fad5b-d9cb-469f-a165-70867728950e',
  sealKey: bytesOf('808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f'),
  saltKey: bytesOf('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'),
}
const INNER = 'hvs.ABCDEFGHIJKLMNOPQRSTUVWX'

let crypto: CryptoPort
let other: CryptoPort
beforeAll(async () => {
  crypto = await createRealCrypto(KEYS)
  other = await createRealCrypto(generateKeys())
})

const nonces = fc.uint8Array({ minLength: SEAL_NONCE_BYTES, maxLength: SEAL_NONCE_BYTES })

describe('mac', () => {
  test("gives the bytes of Vault's tokens and index headers (vault-consistency 1.4, 3.1)", () => {
    expect(encodeServiceToken(crypto, INNER, walIndex(380_329), epoch(1))).toBe(
      'hvs.CAESIBXdzAQXinT8XaUGowIwJPfAgoih8vNxEbeowi_8jNqDGiQKHGh2cy5BQkNERUZHSElKS0xNTk9QUVJTVFVWV1gQqZsXGAE',
    )
    expect(encodeIndexState(crypto, '9f82e03b-71fb-97a6-9c5a-46fa6715d6e4', walIndex(1000), walIndex(0))).toBe(
      'djE6OWY4MmUwM2ItNzFmYi05N2E2LTljNWEtNDZmYTY3MTVkNmU0OjEwMDA6MDo2NTI0MjhkZTY3MjM2YWExMzRjODY4MjM4MzllMWUzMjA5MTkwYmNlZTNlOGIwOGNmMWIwM2E0NGUzMGRiODJh',
    )
  })

  test('is HMAC-SHA256 under the text of the key, as a plain array of bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000, size: 'max' }), (data) => {
        const mac = crypto.mac(data)
        expect(mac).toEqual(new Uint8Array(createHmac('sha256', KEYS.indexKey).update(data).digest()))
        expect(mac).toHaveLength(MAC_BYTES)
        expect(Object.getPrototypeOf(mac)).toBe(Uint8Array.prototype)
      }),
    )
  })

  test('of another cluster fits no token of this one', () => {
    const token = decodeServiceToken(encodeServiceToken(crypto, INNER, walIndex(5), epoch(0)))
    if (typeof token === 'string') throw new Error(token)
    expect(hasValidMac(crypto, token)).toBe(true)
    expect(hasValidMac(other, token)).toBe(false)
  })
})

describe('seal and open', () => {
  test('are XChaCha20-Poly1305, by the vector of its draft RFC', () => {
    const plain = new TextEncoder().encode(
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
    )
    const nonce = bytesOf('404142434445464748494a4b4c4d4e4f5051525354555657')
    const sealed = crypto.seal(plain, nonce)
    // The ciphertext of draft-irtf-cfrg-xchacha A.3.1. Its tag covers additional data, of which there is none here.
    expect(hex(sealed.subarray(0, plain.length))).toBe(
      'bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb' +
        '731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452' +
        '2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9' +
        '21f9664c97637da9768812f615c68b13b52e',
    )
    expect(sealed).toHaveLength(plain.length + 16)
    expect(crypto.open(sealed, nonce)).toEqual(plain)
  })

  test('undo each other, for the empty text too', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300, size: 'max' }), nonces, (plain, nonce) => {
        const sealed = crypto.seal(plain, nonce)
        expect(crypto.open(sealed, nonce)).toEqual(plain)
        expect(other.open(sealed, nonce)).toBeNull()
      }),
    )
  })

  test('refuse every single changed bit of what is sealed and of the nonce', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40, size: 'max' }), nonces, (plain, nonce) => {
        const sealed = crypto.seal(plain, nonce)
        const opened: string[] = []
        for (const [name, bytes] of [
          ['sealed', sealed],
          ['nonce', nonce],
        ] as const) {
          for (let bit = 0; bit < bytes.length * 8; bit++) {
            bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
            if (crypto.open(sealed, nonce) !== null) opened.push(`bit ${bit} of ${name}`)
            bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
          }
        }
        expect(opened).toEqual([])
        expect(crypto.open(sealed, nonce)).toEqual(plain)
      }),
      { numRuns: 10 },
    )
  })

  test('refuse whatever is too short or has a nonce of another length', () => {
    const nonce = crypto.random(SEAL_NONCE_BYTES)
    const sealed = crypto.seal(Uint8Array.of(1, 2, 3), nonce)
    for (let length = 0; length < sealed.length; length++)
      expect(crypto.open(sealed.subarray(0, length), nonce)).toBeNull()
    for (const length of [0, 12, 23]) expect(crypto.open(sealed, nonce.subarray(0, length))).toBeNull()
    expect(crypto.open(sealed, new Uint8Array(25))).toBeNull()
  })

  test('a nonce of another length is a bug of the caller when sealing', () => {
    expect(() => crypto.seal(new Uint8Array(1), new Uint8Array(12))).toThrow('seal was given a nonce of 12 bytes')
  })

  test('make batch tokens that only their own cluster opens', () => {
    const token = sealBatchToken(crypto, { policies: ['default'] })
    expect(openBatchToken(crypto, token)).toEqual({ policies: ['default'] })
    expect(openBatchToken(other, token)).toBeNull()
  })
})

describe('saltedId', () => {
  test('is keyed BLAKE2b with 32 bytes, in hexadecimal behind an h', () => {
    // Keyed BLAKE2b-256 of "abc" under the key 00 01 .. 1f, by Python's hashlib.
    expect(crypto.saltedId('abc')).toBe('hd63a32d3e44738d7907f964316c241adaba0abfeabc32349677578a15a203f7f')
  })

  test('is the same for the same id and key, and differs for other ids and keys', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        expect(crypto.saltedId(a)).toMatch(/^h[0-9a-f]{64}$/)
        expect(crypto.saltedId(a) === crypto.saltedId(b)).toBe(a === b)
        expect(other.saltedId(a)).not.toBe(crypto.saltedId(a))
      }),
    )
  })
})

describe('random', () => {
  test('gives the length asked for, and never the same bytes twice', () => {
    const seen = new Set<string>()
    let drawn = 0
    for (const length of [8, 16, 24, 32, 100]) {
      for (let i = 0; i < 3000; i++) {
        const bytes = crypto.random(length)
        expect(bytes).toHaveLength(length)
        for (let at = 0; at + 8 <= length; at += 8) {
          seen.add(hex(bytes.subarray(at, at + 8)))
          drawn++
        }
      }
    }
    expect(seen.size).toBe(drawn)
  })

  test('gives arrays that nobody else writes to, whatever is drawn after them', () => {
    const kept = Array.from({ length: 200 }, () => crypto.random(24))
    const copies = kept.map((bytes) => bytes.slice())
    for (let i = 0; i < 3000; i++) crypto.random(24).fill(0xaa)
    expect(kept).toEqual(copies)
    expect(new Set(kept.map((bytes) => bytes.buffer)).size).toBe(kept.length)
    expect(kept.every((bytes) => bytes.buffer.byteLength === 24)).toBe(true)
  })

  test('serves lengths around the size of the pool, and nothing at all', () => {
    for (const length of [0, 1, 16_383, 16_384, 16_385, 100_000]) {
      const bytes = crypto.random(length)
      expect(bytes).toHaveLength(length)
      if (length > 1000) {
        const zeros = bytes.reduce((sum, byte) => sum + (byte === 0 ? 1 : 0), 0)
        expect(zeros).toBeLessThan(length / 100)
        expect(bytes.subarray(-100).some((byte) => byte !== 0)).toBe(true)
      }
    }
  })

  test('has ones and zeros in every bit about equally often', () => {
    const bytes = crypto.random(64_000)
    for (let bit = 0; bit < 8; bit++) {
      const ones = bytes.reduce((sum, byte) => sum + ((byte >> bit) & 1), 0)
      // Ten standard deviations: fails once in 10^22 runs.
      expect(Math.abs(ones - 32_000)).toBeLessThan(10 * Math.sqrt(64_000 / 4))
    }
  })

  test('comes from the given source when there is one, and all else stays the same', async () => {
    let next = 0
    const seeded = await createRealCrypto(KEYS, (length) => Uint8Array.from({ length }, () => next++ & 255))
    expect(seeded.random(3)).toEqual(Uint8Array.of(0, 1, 2))
    expect(seeded.random(2)).toEqual(Uint8Array.of(3, 4))
    expect(seeded.mac(Uint8Array.of(1))).toEqual(crypto.mac(Uint8Array.of(1)))
    expect(seeded.saltedId(INNER)).toBe(crypto.saltedId(INNER))
    const first = sealBatchToken(await createRealCrypto(KEYS, (length) => new Uint8Array(length)), { ttl: 1 })
    const again = sealBatchToken(await createRealCrypto(KEYS, (length) => new Uint8Array(length)), { ttl: 1 })
    expect(first).toBe(again)
  })
})

describe('keys', () => {
  test('are a UUID text and two times 32 bytes, other ones at every call', () => {
    const sets = Array.from({ length: 50 }, generateKeys)
    for (const keys of sets) {
      expect(keys.indexKey).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect([keys.sealKey.length, keys.saltKey.length]).toEqual([32, 32])
    }
    const texts = sets.flatMap((keys) => [keys.indexKey, hex(keys.sealKey), hex(keys.saltKey)])
    expect(new Set(texts).size).toBe(150)
  })

  test.each([
    ['indexKey', { ...KEYS, indexKey: 'secret' }],
    ['indexKey', { ...KEYS, indexKey: '' }],
    ['sealKey', { ...KEYS, sealKey: new Uint8Array(16) }],
    ['saltKey', { ...KEYS, saltKey: new Uint8Array(33) }],
  ])('with a wrong %s are refused by name, without telling the key', async (name, keys) => {
    await expect(createRealCrypto(keys)).rejects.toThrow(new RegExp(`^${name} of the cluster keys (?!.*secret)`))
  })

  test('that the caller wipes afterwards change nothing', async () => {
    const keys = generateKeys()
    const port = await createRealCrypto(keys)
    const [before, nonce] = [port.saltedId('a'), new Uint8Array(SEAL_NONCE_BYTES)]
    const sealed = port.seal(Uint8Array.of(7), nonce)
    keys.sealKey.fill(0)
    keys.saltKey.fill(0)
    expect(port.saltedId('a')).toBe(before)
    expect(port.open(sealed, nonce)).toEqual(Uint8Array.of(7))
  })
})
