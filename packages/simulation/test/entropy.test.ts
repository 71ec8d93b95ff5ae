/** Named streams of chance: repeatable, independent of one another, and evenly spread. All draws are seeded, so no test is a gamble. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createEntropy, type Stream } from '../dist/entropy.js'

const draws = (stream: Stream, count: number): number[] => Array.from({ length: count }, () => stream.uint32())
const firstDraws = (seed: number, name: string): number[] => draws(createEntropy(seed).stream(name), 4)

/** How far counts are from even, in standard deviations of chi-square: beyond 6 is no accident. */
function unevenness(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  const freedom = counts.length - 1
  return Math.abs(chiSquare - freedom) / Math.sqrt(2 * freedom)
}

describe('the same seed and name', () => {
  test('give the same numbers, in every run and on every machine', () => {
    expect(firstDraws(1, 'link n0->n1')).toEqual([2437051972, 382203697, 4086975405, 3416430419])
    expect(firstDraws(-1, '')).toEqual([257943044, 2497487324, 1885122396, 3443923654])
    expect(firstDraws(Number.MAX_SAFE_INTEGER, 'ids')).toEqual([745158185, 504255468, 2000331166, 527606044])
    expect(createEntropy(7).stream('ids').bytes(5)).toEqual(Uint8Array.of(13, 104, 117, 249, 126))
  })

  test('give the same stream object', () => {
    const entropy = createEntropy(3)
    expect(entropy.stream('a')).toBe(entropy.stream('a'))
    expect(entropy.stream('a')).not.toBe(entropy.stream('b'))
    expect(entropy.stream('__proto__')).toBe(entropy.stream('__proto__'))
  })
})

test('what is drawn from one stream, and which streams there are, moves nothing in another', () => {
  const use = fc.record({
    name: fc.constantFrom('a', 'b', 'c', ''),
    draw: fc.constantFrom(
      (s: Stream) => s.unit(),
      (s: Stream) => s.below(6),
      (s: Stream) => s.below(2 ** 40),
      (s: Stream) => s.bytes(5),
      (s: Stream) => s.uint32(),
    ),
  })
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.array(use, { maxLength: 30 }), (seed, uses) => {
      const entropy = createEntropy(seed)
      const seen = uses.map(({ name, draw }) => ({ name, value: draw(entropy.stream(name)) }))
      for (const name of ['a', 'b', 'c', '']) {
        const alone = createEntropy(seed).stream(name)
        const expected = uses.filter((u) => u.name === name).map(({ draw }) => draw(alone))
        expect(seen.filter((s) => s.name === name).map((s) => s.value)).toEqual(expected)
      }
    }),
  )
})

describe('seeds', () => {
  test('of any safe integer are taken, and give streams of their own', () => {
    const seeds = [
      0,
      1,
      -1,
      2,
      -2,
      2 ** 31,
      -(2 ** 31),
      2 ** 32,
      -(2 ** 32),
      2 ** 32 + 1,
      2 ** 32 - 1,
      2 ** 52,
      -(2 ** 52),
    ]
    seeds.push(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER)
    expect(new Set(seeds.map((seed) => firstDraws(seed, 'x').join())).size).toBe(seeds.length)
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), fc.string(), (a, b, name) => {
        expect(firstDraws(a, name).join() === firstDraws(b, name).join()).toBe(a === b)
      }),
    )
  })

  test('that differ in one bit give streams that have nothing to do with one another', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 0, max: 52 }), (seed, bit) => {
        const near = Number(BigInt(seed) ^ (1n << BigInt(bit)))
        const [a, b] = [draws(createEntropy(seed).stream('x'), 64), draws(createEntropy(near).stream('x'), 64)]
        let differing = 0
        a.forEach((word, i) => {
          for (let x = word ^ (b[i] ?? 0); x !== 0; x &= x - 1) differing++
        })
        // 2048 bits, of which 1024 differ on average: within eight standard deviations.
        expect(Math.abs(differing - 1024)).toBeLessThan(8 * Math.sqrt(2048 / 4))
      }),
    )
  })

  test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 53)])('%d is none', (seed) => {
    expect(() => createEntropy(seed)).toThrow(/is no seed/)
  })
})

describe('names', () => {
  test('that differ at all give other numbers', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(firstDraws(5, a).join() === firstDraws(5, b).join()).toBe(a === b)
      }),
    )
    const near = ['', '\0', '\0\0', 'a', 'b', 'ab', 'ba', 'aa', 'a\0', '\0a', 'A', 'n0->n1', 'n1->n0', 'é', '\u0100']
    expect(new Set(near.map((name) => firstDraws(5, name).join())).size).toBe(near.length)
  })

  test('and seeds together: the first numbers of many streams are themselves evenly spread', () => {
    for (const firstOf of [
      (i: number) => createEntropy(i).stream('x').uint32(),
      (i: number) =>
        createEntropy(i * 2 ** 32)
          .stream('x')
          .uint32(),
      (i: number) => createEntropy(9).stream(`client ${i}`).uint32(),
    ]) {
      const [high, low] = [Array<number>(256).fill(0), Array<number>(256).fill(0)]
      for (let i = 0; i < 50_000; i++) {
        const word = firstOf(i)
        high[word >>> 24] = (high[word >>> 24] ?? 0) + 1
        low[word & 255] = (low[word & 255] ?? 0) + 1
      }
      expect(unevenness(high)).toBeLessThan(6)
      expect(unevenness(low)).toBeLessThan(6)
    }
  })
})

describe('unit', () => {
  test('lies in [0, 1), with 53 bits, evenly', () => {
    const stream = createEntropy(11).stream('unit')
    const counts = Array<number>(1000).fill(0)
    let odd = 0
    let sum = 0
    const COUNT = 200_000
    for (let i = 0; i < COUNT; i++) {
      const value = stream.unit()
      if (!(value >= 0 && value < 1) || !Number.isInteger(value * 2 ** 53)) throw new Error(`${value} is out of order`)
      odd += (value * 2 ** 53) % 2
      sum += value
      counts[Math.floor(value * 1000)] = (counts[Math.floor(value * 1000)] ?? 0) + 1
    }
    expect(unevenness(counts)).toBeLessThan(6)
    expect(Math.abs(odd - COUNT / 2)).toBeLessThan(6 * Math.sqrt(COUNT / 4))
    expect(Math.abs(sum / COUNT - 0.5)).toBeLessThan(6 * Math.sqrt(1 / 12 / COUNT))
  })
})

describe('below', () => {
  test.each([1, 2, 3, 6, 7, 10, 100, 256, 257, 1000])('%i comes evenly, and every number of it', (bound) => {
    const stream = createEntropy(12).stream(`below ${bound}`)
    const counts = Array<number>(bound).fill(0)
    for (let i = 0; i < 1000 * bound && i < 200_000; i++) {
      const value = stream.below(bound)
      counts[value] = (counts[value] ?? 0) + 1
    }
    expect(counts).toHaveLength(bound)
    expect(Math.min(...counts)).toBeGreaterThan(0)
    if (bound > 1) expect(unevenness(counts)).toBeLessThan(6)
  })

  test.each([
    ['three quarters of 2^32, where a modulo would favour the lower third', 3 * 2 ** 30],
    ['a bit above 2^32', 2 ** 32 + 2 ** 30],
    ['three quarters of 2^53', 3 * 2 ** 51],
  ])('%s comes evenly', (_what, bound) => {
    const stream = createEntropy(13).stream('wide')
    const counts = Array<number>(30).fill(0)
    for (let i = 0; i < 60_000; i++) {
      const bucket = Math.floor((stream.below(bound) / bound) * 30)
      counts[bucket] = (counts[bucket] ?? 0) + 1
    }
    expect(counts).toHaveLength(30)
    expect(unevenness(counts)).toBeLessThan(6)
  })

  test('gives a whole number below any bound', () => {
    const around = fc
      .tuple(fc.integer({ min: 0, max: 52 }), fc.integer({ min: -1, max: 1 }))
      .map(([p, o]) => Math.max(1, 2 ** p + o))
    fc.assert(
      fc.property(
        fc.maxSafeInteger(),
        fc.oneof(
          around,
          fc.maxSafeNat().map((n) => Math.max(1, n)),
        ),
        (seed, bound) => {
          const stream = createEntropy(seed).stream('bounds')
          for (let i = 0; i < 20; i++) {
            const value = stream.below(bound)
            expect(Number.isSafeInteger(value) && value >= 0 && value < bound).toBe(true)
          }
        },
      ),
    )
  })

  test.each([0, -1, 0.5, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('%d has no answer', (bound) => {
    expect(() => createEntropy(1).stream('x').below(bound)).toThrow(/has no answer/)
  })
})

describe('bytes and words', () => {
  test('words are whole numbers of 32 bits, and bytes are words, lowest byte first', () => {
    const [words, bytes] = [createEntropy(14).stream('x'), createEntropy(14).stream('x')]
    for (let i = 0; i < 100; i++) {
      const word = words.uint32()
      expect(word).toBe(word >>> 0)
      expect([...bytes.bytes(4)]).toEqual([word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24])
    }
  })

  test('any length is served with an array of its own, evenly filled', () => {
    const stream = createEntropy(15).stream('x')
    for (let length = 0; length <= 33; length++) {
      const bytes = stream.bytes(length)
      expect(bytes).toHaveLength(length)
      expect(bytes.buffer.byteLength).toBe(length)
    }
    const counts = Array<number>(256).fill(0)
    for (let i = 0; i < 20_000; i++) for (const byte of stream.bytes(7)) counts[byte] = (counts[byte] ?? 0) + 1
    expect(unevenness(counts)).toBeLessThan(6)
  })

  test('two million words hold no more repetitions than chance allows', () => {
    const stream = createEntropy(16).stream('x')
    const COUNT = 1 << 21
    const sorted = Uint32Array.from({ length: COUNT }, () => stream.uint32()).sort()
    let repeated = 0
    for (let i = 1; i < COUNT; i++) if (sorted[i] === sorted[i - 1]) repeated++
    const expected = COUNT ** 2 / 2 ** 33
    expect(Math.abs(repeated - expected)).toBeLessThan(6 * Math.sqrt(expected))
  })
})
