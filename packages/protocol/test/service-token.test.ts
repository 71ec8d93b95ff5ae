/** Consistent tokens: Vault's bytes, and what becomes of a token in which something was changed. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  base64Url,
  decodeServiceToken,
  encodeServiceToken,
  epoch,
  fromBase64Url,
  hasValidMac,
  isConsistentToken,
  namespaceOf,
  SERVICE_PREFIX,
  walIndex,
  type ServiceToken,
} from '@fourtwelve/protocol'
import { nodeCryptoPort, VECTOR_KEY } from './node-crypto-port.ts'
import { bytesEntry, numberEntry, writeToken } from './proto-writer.ts'

const crypto = nodeCryptoPort(VECTOR_KEY)
const ROOT_INNER = 'hvs.ABCDEFGHIJKLMNOPQRSTUVWX'
const encode = (inner: string, index: number, counter: number): string =>
  encodeServiceToken(crypto, inner, walIndex(index), epoch(counter))

function decoded(token: string): ServiceToken {
  const answer = decodeServiceToken(token)
  if (typeof answer === 'string') throw new Error(`${token} does not decode: ${answer}`)
  return answer
}

/** Whether a node takes a token for its own: it decodes, and its MAC fits. */
function isAccepted(token: string): boolean {
  const answer = decodeServiceToken(token)
  return typeof answer !== 'string' && hasValidMac(crypto, answer)
}

describe('the vectors of vault-consistency 1.4', () => {
  const vectors: readonly (readonly [
    inner: string,
    index: number,
    counter: number,
    external: string,
    length: number,
  ])[] = [
    [
      ROOT_INNER,
      0,
      0,
      'hvs.CAESIDWpVVRb3RBN0Srl4IZtMjXURJYfTJPtsX31i2RxiKyBGh4KHGh2cy5BQkNERUZHSElKS0xNTk9QUVJTVFVWV1g',
      95,
    ],
    [
      ROOT_INNER,
      1000,
      0,
      'hvs.CAESIF1i1U6t4pUinPg5pTThYkOXvdauobbg8DEnfL7aFrbeGiEKHGh2cy5BQkNERUZHSElKS0xNTk9QUVJTVFVWV1gQ6Ac',
      99,
    ],
    [
      ROOT_INNER,
      380_329,
      1,
      'hvs.CAESIBXdzAQXinT8XaUGowIwJPfAgoih8vNxEbeowi_8jNqDGiQKHGh2cy5BQkNERUZHSElKS0xNTk9QUVJTVFVWV1gQqZsXGAE',
      103,
    ],
    [
      `${ROOT_INNER}.gsudz`,
      1000,
      2,
      'hvs.CAESIB8VSkc1PJmyhZzgbK6hM2RATinn8v2LNEYg9Y5LCXNRGikKImh2cy5BQkNERUZHSElKS0xNTk9QUVJTVFVWV1guZ3N1ZHoQ6AcYAg',
      110,
    ],
  ]

  test.each(vectors)('%s at index %i, epoch %i encodes byte for byte', (inner, index, counter, external, length) => {
    expect(encode(inner, index, counter)).toBe(external)
    expect(external).toHaveLength(length)
  })

  test.each(vectors)('%s at index %i, epoch %i decodes, and its MAC fits', (inner, index, counter, external) => {
    const token = decoded(external)
    expect(token).toMatchObject({ version: 1, inner, localIndex: index, indexEpoch: counter })
    expect(hasValidMac(crypto, token)).toBe(true)
  })

  test('a MAC under another key does not fit', () => {
    for (const [, , , external] of vectors) {
      expect(hasValidMac(nodeCryptoPort(VECTOR_KEY.replace('0f', '0e')), decoded(external))).toBe(false)
    }
  })

  test('every token begins with the bytes that scanners look for', () => {
    for (const [, , , external] of vectors) expect(external.startsWith('hvs.CAESI')).toBe(true)
  })

  test('the payload of a public token of gitleaks PR 919 decodes to its inner id', () => {
    const signed = bytesEntry(1n, new TextEncoder().encode('hvs.SJ4gtj1iN873lrnLJTKAvtdh'))
    expect(signed.slice(0, 2)).toEqual([0x0a, 0x1c])
    const outer = [...numberEntry(1n, 1n), ...bytesEntry(2n, new Uint8Array(32)), ...bytesEntry(3n, signed)]
    const token = SERVICE_PREFIX + base64Url(Uint8Array.from(outer))
    expect(decoded(token)).toMatchObject({ inner: 'hvs.SJ4gtj1iN873lrnLJTKAvtdh', localIndex: 0, indexEpoch: 0 })
  })
})

describe('the lengths of vault-consistency 1.3', () => {
  const MAX_INDEX = (1n << 64n) - 1n
  const MAX_EPOCH = (1n << 32n) - 1n
  const columns: readonly (readonly [index: bigint, counter: bigint])[] = [
    [0n, 0n],
    [100n, 0n],
    [1000n, 0n],
    [100_000n, 0n],
    [3_000_000n, 0n],
    [100_000n, 1n],
    [MAX_INDEX, MAX_EPOCH],
  ]
  const rows: readonly (readonly [namespace: string, lengths: readonly number[]])[] = [
    ['', [95, 98, 99, 100, 102, 103, 118]],
    ['.abcd', [102, 104, 106, 107, 108, 110, 124]],
    ['.abcde', [103, 106, 107, 108, 110, 111, 126]],
  ]

  test.each(rows)('namespace suffix "%s" gives the documented lengths', (namespace, lengths) => {
    const inner = ROOT_INNER + namespace
    expect(columns.map(([index, counter]) => writeToken(crypto, { inner, index, epoch: counter }).length)).toEqual(
      lengths,
    )
    const encodable = columns.filter(([index]) => index <= Number.MAX_SAFE_INTEGER)
    expect(encodable.map(([index, counter]) => encode(inner, Number(index), Number(counter)).length)).toEqual(
      lengths.slice(0, encodable.length),
    )
  })
})

const namespaceSuffix = fc.constantFrom('', '.abcd', '.gsudz')
const innerId = fc
  .tuple(fc.stringMatching(/^[0-9A-Za-z]{24}$/), namespaceSuffix)
  .map(([random, suffix]) => `hvs.${random}${suffix}`)
const indexes = fc.oneof(fc.nat(300), fc.maxSafeNat())

test('what is encoded decodes to itself, and is what a plain protobuf writer writes', () => {
  fc.assert(
    fc.property(innerId, indexes, fc.nat(0xffff_ffff), (inner, index, counter) => {
      const token = encode(inner, index, counter)
      expect(token).toBe(writeToken(crypto, { inner, index: BigInt(index), epoch: BigInt(counter) }))
      expect(isConsistentToken(token)).toBe(true)
      expect(decoded(token)).toMatchObject({ version: 1, inner, localIndex: index, indexEpoch: counter })
      expect(isAccepted(token)).toBe(true)
    }),
  )
})

test('an index above 2^53 - 1 decodes to a bigint exactly, a smaller one to a number', () => {
  const uint64 = fc.oneof(
    fc.bigInt(0n, (1n << 64n) - 1n),
    fc.bigInt(BigInt(Number.MAX_SAFE_INTEGER) - 3n, BigInt(Number.MAX_SAFE_INTEGER) + 3n),
    fc.bigInt((1n << 49n) - 2n, (1n << 49n) + 2n),
    fc.bigInt((1n << 64n) - 3n, (1n << 64n) - 1n),
  )
  fc.assert(
    fc.property(uint64, uint64, (index, counter) => {
      const token = decoded(writeToken(crypto, { inner: ROOT_INNER, index, epoch: counter }))
      for (const [read, written] of [
        [token.localIndex, index],
        [token.indexEpoch, counter],
      ] as const) {
        expect(read).toBe(written > BigInt(Number.MAX_SAFE_INTEGER) ? written : Number(written))
      }
      expect(hasValidMac(crypto, token)).toBe(true)
    }),
  )
})

test('every single changed bit of the bytes of a token makes it refused', () => {
  fc.assert(
    fc.property(innerId, indexes, fc.nat(3), (inner, index, counter) => {
      const bytes = fromBase64Url(encode(inner, index, counter).slice(SERVICE_PREFIX.length)) ?? new Uint8Array(0)
      const accepted: number[] = []
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const changed = bytes.slice()
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        if (isAccepted(SERVICE_PREFIX + base64Url(changed))) accepted.push(bit)
      }
      expect(accepted).toEqual([])
    }),
    { numRuns: 30 },
  )
})

test('every single changed bit of the text of a token makes it refused or no consistent token at all', () => {
  fc.assert(
    fc.property(innerId, indexes, (inner, index) => {
      const text = encode(inner, index, 1)
      const accepted: string[] = []
      for (let bit = 0; bit < text.length * 8; bit++) {
        const at = bit >> 3
        const changed =
          text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << (bit & 7))) + text.slice(at + 1)
        if (isConsistentToken(changed) && isAccepted(changed)) accepted.push(changed)
      }
      expect(accepted).toEqual([])
    }),
    { numRuns: 30 },
  )
})

test('a token cut short, lengthened or with two characters exchanged is refused', () => {
  fc.assert(
    fc.property(innerId, indexes, fc.nat(), fc.nat(), (inner, index, a, b) => {
      const text = encode(inner, index, 0)
      const body = text.slice(SERVICE_PREFIX.length).split('')
      expect(isAccepted(text.slice(0, SERVICE_PREFIX.length + (a % body.length)))).toBe(false)
      expect(isAccepted(`${text}A`)).toBe(false)
      expect(isAccepted(`${text}AAAA`)).toBe(false)
      const [i, j] = [a % body.length, b % body.length]
      ;[body[i], body[j]] = [body[j] ?? '', body[i] ?? '']
      const exchanged = SERVICE_PREFIX + body.join('')
      expect(isAccepted(exchanged)).toBe(exchanged === text)
    }),
  )
})

test('a version that is not 1 is refused: the MAC does not cover it', () => {
  for (const version of [0n, 2n, 3n, 129n, 1n << 63n]) {
    expect(isAccepted(writeToken(crypto, { inner: ROOT_INNER, index: 5n, epoch: 0n, version }))).toBe(false)
  }
})

describe('what is wrong with a text', () => {
  const tokenOf = (bytes: readonly number[]): string => SERVICE_PREFIX + base64Url(Uint8Array.from(bytes))
  const signedPart = bytesEntry(1n, new TextEncoder().encode(ROOT_INNER))

  test.each([
    ['a character outside the alphabet', 'hvs.CAES!', 'not-base64'],
    ['padding', `${encode(ROOT_INNER, 0, 0)}=`, 'not-base64'],
    ['a bare inner id of a namespace with five characters', `${ROOT_INNER}.gsudz`, 'not-base64'],
    ['bits that base64 does not use', 'hvs.CAESIB', 'not-base64'],
    ['no field at all', tokenOf([]), 'not-a-token'],
    ['field 0', tokenOf([0x00, 0x01]), 'not-a-token'],
    ['a varint without end', tokenOf([0x08, 0x80]), 'not-a-token'],
    ['a varint of eleven bytes', tokenOf([0x08, ...Array<number>(10).fill(0x80), 0x01]), 'not-a-token'],
    ['a varint above 2^64', tokenOf([0x08, ...Array<number>(9).fill(0xff), 0x02]), 'not-a-token'],
    ['a length beyond the end', tokenOf([0x1a, 0x05, 0x00]), 'not-a-token'],
    ['an unknown wire type', tokenOf([0x0b]), 'not-a-token'],
    ['no signed part', tokenOf(numberEntry(1n, 1n)), 'not-a-token'],
    ['an empty inner id', tokenOf([...numberEntry(1n, 1n), ...bytesEntry(3n, numberEntry(2n, 7n))]), 'not-a-token'],
    [
      'an inner id that is no UTF-8',
      tokenOf([...numberEntry(1n, 1n), ...bytesEntry(3n, bytesEntry(1n, [0xff, 0xfe]))]),
      'not-a-token',
    ],
  ])('%s is told', (_what, token, defect) => {
    expect(decodeServiceToken(token)).toBe(defect)
  })

  test('unknown fields are passed over, as protocol buffers demand', () => {
    const outer = [
      ...numberEntry(1n, 1n),
      ...numberEntry(9n, 12n),
      ...bytesEntry(2n, crypto.mac(Uint8Array.from(signedPart))),
      ...bytesEntry(10n, [1, 2, 3]),
      ...bytesEntry(3n, signedPart),
    ]
    expect(decoded(tokenOf(outer))).toMatchObject({ version: 1, inner: ROOT_INNER, localIndex: 0 })
    expect(isAccepted(tokenOf(outer))).toBe(true)
  })
})

test('decoding never throws, whatever the text', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 150, size: 'max' }),
    fc.string({ maxLength: 150, size: 'max' }).map((text) => SERVICE_PREFIX + text),
    fc.uint8Array({ maxLength: 120, size: 'max' }).map((bytes) => SERVICE_PREFIX + base64Url(bytes)),
    fc
      .uint8Array({ maxLength: 60, size: 'max' })
      .map((bytes) => SERVICE_PREFIX + base64Url(Uint8Array.from([8, 1, 18, 0, 26, bytes.length, ...bytes]))),
  )
  fc.assert(
    fc.property(texts, (text) => {
      expect(isConsistentToken(text)).toBe(text.length > 33 && text.startsWith('hvs.'))
      const answer = decodeServiceToken(text)
      if (typeof answer === 'string') expect(['not-base64', 'not-a-token']).toContain(answer)
      else expect(hasValidMac(crypto, answer)).toBe(false)
    }),
    { numRuns: 2000 },
  )
})

test.each([
  [ROOT_INNER, ''],
  [`${ROOT_INNER}.gsudz`, 'gsudz'],
  ['my-custom-id', ''],
  ['', ''],
])('the namespace of inner id "%s" is "%s"', (inner, namespace) => {
  expect(namespaceOf(inner)).toBe(namespace)
})
