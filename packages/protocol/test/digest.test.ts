/** Digests tell different data apart, and the same data never. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DIGEST_START, mixNumber, mixText, mixValue } from '@fourtwelve/protocol'

const digestOf = (value: unknown): number => mixValue(DIGEST_START, value)

/** Every value of a few atoms, and every array and object of up to two smaller values. */
function smallValues(depth: number): readonly unknown[] {
  const atoms = [
    undefined,
    null,
    true,
    false,
    0,
    1,
    2,
    3,
    4,
    5,
    -1,
    0.5,
    1.5,
    2 ** 32,
    2 ** 53 - 1,
    1e300,
    1n,
    2n ** 64n,
    '',
    '0',
    '1',
    'a',
    'null',
    'end',
  ]
  if (depth === 0) return atoms
  const inner = depth === 1 ? atoms : [0, '', null, ...smallValues(1).slice(atoms.length, atoms.length + 120)]
  return [
    ...atoms,
    [],
    {},
    ...inner.flatMap((a) => [[a], { a }, { b: a }]),
    ...inner.flatMap((a) => inner.flatMap((b) => [[a, b], { a, b }])),
  ]
}

describe('different data have different digests', () => {
  test.each([1, 2])('for all small values of depth %i', (depth) => {
    const seen = new Map<number, unknown>()
    const equal: unknown[] = []
    for (const value of smallValues(depth)) {
      const digest = digestOf(value)
      if (seen.has(digest)) equal.push([seen.get(digest), value])
      seen.set(digest, value)
    }
    expect(seen.size).toBeGreaterThan(1000)
    // Among n digests of 32 bits, n^2 / 2^33 pairs are equal by chance: that is none.
    expect(equal).toEqual([])
  })

  test.each([
    [[[1], 2], [[1, 2]]],
    [{ a: { b: 1 }, c: 2 }, { a: { b: 1, c: 2 } }],
    [{ a: null }, { a: 1 }],
    [{ a: true }, { a: 3 }],
    [{ a: 0.5 }, { a: 0.25 }],
    [{ a: 'bc' }, { ab: 'c' }],
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    [[], {}],
    ['1', 1],
  ])('%j and %j', (a, b) => {
    expect(digestOf(a)).not.toBe(digestOf(b))
  })
})

test('a digest is a whole number of 32 bits, and a copy of the data has the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const digest = digestOf(value)
      expect(digest).toBe(digest >>> 0)
      expect(digestOf(JSON.parse(JSON.stringify(value)))).toBe(digest)
    }),
  )
})

test('one changed bit of a number, low or high, changes the digest', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.integer({ min: 0, max: 52 }), fc.nat(0xffff_ffff), (value, bit, digest) => {
      const changed = Number(BigInt(value) ^ (1n << BigInt(bit)))
      expect(mixNumber(digest, changed)).not.toBe(mixNumber(digest, value))
    }),
    { numRuns: 2000 },
  )
})

test('one changed character changes the digest', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.nat(), fc.nat(0xffff_ffff), (text, at, digest) => {
      const i = at % text.length
      const changed = text.slice(0, i) + String.fromCharCode(text.charCodeAt(i) ^ 1) + text.slice(i + 1)
      expect(mixText(digest, changed)).not.toBe(mixText(digest, text))
    }),
  )
})
