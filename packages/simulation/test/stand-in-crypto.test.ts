/** The stand-in for cryptography: it notices every flipped bit, it never changes, and ids do not collide. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decodeServiceToken,
  encodeIndexState,
  encodeServiceToken,
  epoch,
  hasValidMac,
  hex,
  MAC_BYTES,
  openBatchToken,
  SEAL_NONCE_BYTES,
  sealBatchToken,
  walIndex,
  type CryptoPort,
} from '@fourtwelve/protocol'
import { createEntropy } from '../dist/entropy.js'
import { createStandInCrypto } from '../dist/stand-in-crypto.js'

const portOf = (key: string): CryptoPort => createStandInCrypto(key, createEntropy(1).stream('crypto'))
const port = portOf('a key')
const other = portOf('another key')
const flip = (bytes: Uint8Array, bit: number): Uint8Array => {
  const flipped = bytes.slice()
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return flipped
}
const data = fc.uint8Array({ maxLength: 80, size: 'max' })
const nonces = fc.uint8Array({ minLength: SEAL_NONCE_BYTES, maxLength: SEAL_NONCE_BYTES })

test('it answers the same in every run and on every machine', () => {
  const nonce = Uint8Array.from({ length: SEAL_NONCE_BYTES }, (_, i) => i)
  expect(hex(port.mac(Uint8Array.of(1, 2, 3, 4, 5)))).toBe(
    '07f0c0ee1329c87cbee6e5e52441f208dc1a08ef681b8a2e4363d0347571a1e8',
  )
  expect(hex(port.mac(new Uint8Array(0)))).toBe('663967d51f6bd2ca09fb5472effefaeefa5169c82f41c2c5afbe5980b21359c4')
  expect(hex(port.seal(Uint8Array.of(1, 2, 3, 4, 5), nonce))).toBe('53179bee6ef7734182e3a6962d39f352bb8de1ca24')
  expect(port.saltedId('hvs.ABCDEFGHIJKLMNOPQRSTUVWX')).toBe('h722c9ae4a1b88813')
})

describe('mac', () => {
  test('has 32 bytes, and is an array of its own', () => {
    const [first, second] = [port.mac(Uint8Array.of(1)), port.mac(Uint8Array.of(2))]
    expect(first).toHaveLength(MAC_BYTES)
    expect(first.buffer).not.toBe(second.buffer)
    expect(first).toEqual(port.mac(Uint8Array.of(1)))
  })

  test('changes with every flipped bit, and about half of its bits do', () => {
    let flips = 0
    const changedBits = new Float64Array(MAC_BYTES)
    fc.assert(
      fc.property(data, (bytes) => {
        const mac = port.mac(bytes)
        for (let bit = 0; bit < bytes.length * 8; bit++) {
          const after = port.mac(flip(bytes, bit))
          expect(hex(after) === hex(mac)).toBe(false)
          flips++
          after.forEach((byte, at) => {
            for (let x = byte ^ (mac[at] ?? 0); x !== 0; x &= x - 1) changedBits[at] = (changedBits[at] ?? 0) + 1
          })
        }
      }),
      { seed: 412 },
    )
    expect(flips).toBeGreaterThan(10_000)
    for (const changed of changedBits) expect(Math.abs(changed / flips - 4)).toBeLessThan(0.1)
  })

  test('changes with length, with zeros at the end, with the order of bytes and with the key', () => {
    const macs = new Set<string>()
    for (let length = 0; length <= 100; length++) macs.add(hex(port.mac(new Uint8Array(length))))
    expect(macs.size).toBe(101)
    fc.assert(
      fc.property(data, data, (a, b) => {
        const same = Buffer.from(a).equals(b)
        expect(hex(port.mac(a)) === hex(port.mac(b))).toBe(same)
        expect(hex(other.mac(a))).not.toBe(hex(port.mac(a)))
        const reversed = a.toReversed()
        expect(hex(port.mac(reversed)) === hex(port.mac(a))).toBe(Buffer.from(a).equals(reversed))
      }),
      { numRuns: 1000 },
    )
  })

  test('reads a part of an array as that part', () => {
    const whole = Uint8Array.from({ length: 50 }, (_, i) => i)
    expect(port.mac(whole.subarray(3, 20))).toEqual(port.mac(whole.slice(3, 20)))
  })
})

describe('seal and open', () => {
  test('undo each other under the same key and nonce alone', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300, size: 'max' }), nonces, nonces, (plain, nonce, otherNonce) => {
        const before = plain.slice()
        const sealed = port.seal(plain, nonce)
        expect(sealed).toHaveLength(plain.length + 16)
        expect(port.open(sealed, nonce)).toEqual(plain)
        expect(plain).toEqual(before)
        expect(other.open(sealed, nonce)).toBeNull()
        if (!Buffer.from(nonce).equals(otherNonce)) expect(port.open(sealed, otherNonce)).toBeNull()
      }),
    )
  })

  test('refuse every single flipped bit of what is sealed and of the nonce', () => {
    fc.assert(
      fc.property(data, nonces, (plain, nonce) => {
        const sealed = port.seal(plain, nonce)
        const opened: string[] = []
        for (let bit = 0; bit < sealed.length * 8; bit++) {
          if (port.open(flip(sealed, bit), nonce) !== null) opened.push(`bit ${bit} of sealed`)
        }
        for (let bit = 0; bit < nonce.length * 8; bit++) {
          if (port.open(sealed, flip(nonce, bit)) !== null) opened.push(`bit ${bit} of the nonce`)
        }
        expect(opened).toEqual([])
      }),
    )
  })

  test('refuse what is cut short, lengthened, or has a nonce of another length', () => {
    const nonce = port.random(SEAL_NONCE_BYTES)
    const sealed = port.seal(new Uint8Array(20), nonce)
    for (let length = 0; length < sealed.length; length++)
      expect(port.open(sealed.subarray(0, length), nonce)).toBeNull()
    expect(port.open(Uint8Array.from([...sealed, 0]), nonce)).toBeNull()
    for (const length of [0, 12, 23]) expect(port.open(sealed, nonce.subarray(0, length))).toBeNull()
    expect(() => port.seal(sealed, nonce.subarray(1))).toThrow('seal was given a nonce of 23 bytes')
  })

  test('hide what is sealed: another nonce gives other bytes, and zeros look like noise', () => {
    const zeros = new Uint8Array(4096)
    const [a, b] = [port.seal(zeros, port.random(SEAL_NONCE_BYTES)), port.seal(zeros, port.random(SEAL_NONCE_BYTES))]
    let [ones, differing] = [0, 0]
    a.forEach((byte, at) => {
      for (let x = byte; x !== 0; x &= x - 1) ones++
      for (let x = byte ^ (b[at] ?? 0); x !== 0; x &= x - 1) differing++
    })
    const bits = a.length * 8
    for (const count of [ones, differing]) expect(Math.abs(count - bits / 2)).toBeLessThan(6 * Math.sqrt(bits / 4))
  })
})

describe('saltedId', () => {
  test('is an h and 16 hexadecimal digits, other ones under another key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(port.saltedId(a)).toMatch(/^h[0-9a-f]{16}$/)
        expect(port.saltedId(a) === port.saltedId(b)).toBe(a === b)
        expect(other.saltedId(a)).not.toBe(port.saltedId(a))
      }),
      { numRuns: 1000 },
    )
  })

  test('sees every flipped bit of every character, and the length', () => {
    const id = 'hvs.ABCDEFGHIJKLMNOPQRSTUVWX\u00e9'
    const seen = new Set([port.saltedId(id)])
    for (let bit = 0; bit < id.length * 16; bit++) {
      const at = bit >> 4
      seen.add(
        port.saltedId(id.slice(0, at) + String.fromCharCode(id.charCodeAt(at) ^ (1 << (bit & 15))) + id.slice(at + 1)),
      )
    }
    for (let zeros = 0; zeros < 50; zeros++) seen.add(port.saltedId('\0'.repeat(zeros)))
    expect(seen.size).toBe(1 + id.length * 16 + 50)
  })

  test('half a million ids that resemble one another have no two alike, and both halves are as good as chance', () => {
    const COUNT = 500_000
    const seen = new Set<string>()
    const halves = [new Uint32Array(COUNT), new Uint32Array(COUNT)]
    for (let i = 0; i < COUNT; i++) {
      const salted = port.saltedId(`hvs.${i.toString(36).padStart(24, '0')}`)
      seen.add(salted)
      halves.forEach((half, at) => (half[i] = Number.parseInt(salted.slice(1 + 8 * at, 9 + 8 * at), 16)))
    }
    expect(seen.size).toBe(COUNT)
    const expected = COUNT ** 2 / 2 ** 33
    for (const half of halves) {
      const repeated = COUNT - new Set(half).size
      expect(Math.abs(repeated - expected)).toBeLessThan(6 * Math.sqrt(expected))
    }
  })
})

test('random bytes are those of its stream', () => {
  const expected = createEntropy(8).stream('x')
  const drawn = createStandInCrypto('k', createEntropy(8).stream('x'))
  for (const length of [0, 1, 24, 7]) expect(drawn.random(length)).toEqual(expected.bytes(length))
})

test('two ports take turns without disturbing each other', () => {
  const nonce = new Uint8Array(SEAL_NONCE_BYTES)
  const alone = [portOf('x').mac(nonce), portOf('y').seal(nonce, nonce), portOf('x').seal(nonce, nonce)]
  const [x, y] = [portOf('x'), portOf('y')]
  expect([x.mac(nonce), y.seal(nonce, nonce), x.seal(nonce, nonce)]).toEqual(alone)
})

test('tokens and index headers made with it have the form and the lengths of real ones, and only their own key takes them', () => {
  const external = encodeServiceToken(port, 'hvs.ABCDEFGHIJKLMNOPQRSTUVWX', walIndex(1000), epoch(0))
  expect(external).toHaveLength(99)
  expect(encodeIndexState(port, '9f82e03b-71fb-97a6-9c5a-46fa6715d6e4', walIndex(1000), walIndex(0))).toHaveLength(148)
  const token = decodeServiceToken(external)
  if (typeof token === 'string') throw new Error(token)
  expect([hasValidMac(port, token), hasValidMac(other, token)]).toEqual([true, false])
  const batch = sealBatchToken(port, { ttl: 60 })
  expect([openBatchToken(port, batch), openBatchToken(other, batch)]).toEqual([{ ttl: 60 }, null])
})
