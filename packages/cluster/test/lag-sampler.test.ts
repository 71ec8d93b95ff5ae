import { LONGEST_LAG, sampler, type Distribution } from '@fourtwelve/cluster'
import { micros, milliseconds, seconds } from '@fourtwelve/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalBelow } from './normal-curve.ts'
import { listedChance, seededChance } from './seeded-chance.ts'

const DRAWS = 50_000

function draws(distribution: Distribution, seed: number, count: number = DRAWS): readonly number[] {
  const draw = sampler(distribution, seededChance(seed))
  return Array.from({ length: count }, () => draw())
}

/** Kolmogorov and Smirnov: the largest distance between the sample's distribution and the one it should have. */
function distance(sample: readonly number[], below: (x: number) => number): number {
  const sorted = sample.toSorted((a, b) => a - b)
  let largest = 0
  for (const [at, value] of sorted.entries()) {
    if (sorted[at + 1] === value) continue
    // A draw was rounded to a whole microsecond, so up to half a microsecond more belongs to it.
    largest = Math.max(largest, Math.abs((at + 1) / sorted.length - below(value + 0.5)))
  }
  return largest
}
/** A true sample is further away than this in one of a hundred seeds; the seeds here are fixed. */
const TOLERANCE = 1.63 / Math.sqrt(DRAWS)

const mean = (sample: readonly number[]): number => sample.reduce((sum, value) => sum + value, 0) / sample.length

describe('each distribution has its own curve', () => {
  test('uniform, both ends included', () => {
    const sample = draws({ dist: 'uniform', min: milliseconds(2), max: milliseconds(9) }, 1)
    expect(distance(sample, (x) => (x - 1999.5) / 7001)).toBeLessThan(TOLERANCE)
    const die = draws({ dist: 'uniform', min: micros(1), max: micros(6) }, 2)
    for (let face = 1; face <= 6; face++) {
      expect(die.filter((value) => value === face).length / DRAWS).toBeCloseTo(1 / 6, 2)
    }
    expect(new Set(die).size).toBe(6)
  })
  test('normal, where truncation takes nothing away', () => {
    const sample = draws({ dist: 'normal', mean: milliseconds(2), stddev: micros(300), min: micros(200) }, 3)
    expect(distance(sample, (x) => normalBelow((x - 2000) / 300))).toBeLessThan(TOLERANCE)
    expect(mean(sample)).toBeCloseTo(2000, -1)
  })
  test('normal, truncated close to its middle: what is left is scaled up and nothing piles up at the minimum', () => {
    const sample = draws({ dist: 'normal', mean: milliseconds(2), stddev: micros(500), min: micros(1800) }, 4)
    const cut = normalBelow((1799.5 - 2000) / 500)
    const below = (x: number): number => (normalBelow((x - 2000) / 500) - cut) / (1 - cut)
    expect(distance(sample, below)).toBeLessThan(TOLERANCE)
    expect(Math.min(...sample)).toBe(1800)
    expect(sample.filter((value) => value === 1800).length).toBeLessThan(DRAWS / 200)
  })
  test('normal, truncated far out: nearly exponential with the mean stddev over distance', () => {
    const sample = draws({ dist: 'normal', mean: micros(0), stddev: seconds(1), min: seconds(10) }, 5)
    // Mills' ratio: E[X | X > a] is the density at a over the tail above a.
    expect(mean(sample) - 10_000_000).toBeCloseTo(98_093, -4)
    expect(Math.min(...sample)).toBeGreaterThanOrEqual(10_000_000)
  })
  test('lognormal', () => {
    const sample = draws({ dist: 'lognormal', median: milliseconds(20), sigma: 0.8 }, 6)
    expect(distance(sample, (x) => normalBelow(Math.log(x / 20_000) / 0.8))).toBeLessThan(TOLERANCE)
    expect(mean(sample) / (20_000 * Math.exp(0.32))).toBeCloseTo(1, 1)
  })
  test('exponential, truncated at its minimum', () => {
    const sample = draws({ dist: 'exponential', mean: milliseconds(250), min: milliseconds(30) }, 7)
    expect(distance(sample, (x) => 1 - Math.exp(-(x - 30_000) / 250_000))).toBeLessThan(TOLERANCE)
    expect(mean(sample) / 280_000).toBeCloseTo(1, 1)
    expect(Math.min(...sample)).toBeGreaterThanOrEqual(30_000)
  })
  test('constant', () => {
    expect(new Set(draws({ dist: 'constant', value: micros(7) }, 8, 10))).toEqual(new Set([7]))
  })
  test('a trace, in order, over and over', () => {
    expect(draws({ dist: 'trace', values: [micros(3), micros(0), micros(5)] }, 9, 7)).toEqual([3, 0, 5, 3, 0, 5, 3])
  })
})

const lag = fc.integer({ min: 0, max: LONGEST_LAG }).map((value) => micros(value))
const anyDistribution: fc.Arbitrary<Distribution> = fc.oneof(
  fc.record({ dist: fc.constant('constant' as const), value: lag }),
  fc
    .tuple(lag, lag)
    .map(([a, b]) => ({ dist: 'uniform' as const, min: micros(Math.min(a, b)), max: micros(Math.max(a, b)) })),
  fc.record({ dist: fc.constant('normal' as const), mean: lag, stddev: lag, min: lag }),
  fc.record({
    dist: fc.constant('lognormal' as const),
    median: lag,
    sigma: fc.double({ min: 0, max: 20, noNaN: true }),
  }),
  fc.record({ dist: fc.constant('exponential' as const), mean: lag, min: lag }),
  fc.record({ dist: fc.constant('trace' as const), values: fc.array(lag, { minLength: 1, maxLength: 5 }) }),
)
const extremeUnit = fc.oneof(
  fc.constantFrom(0, 2 ** -53, 2 ** -32, 0.5, 1 - 2 ** -32, 1 - 2 ** -53),
  fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
)

describe('every draw', () => {
  test('is a whole time from the minimum to the longest lag, whatever the parameters and the numbers drawn', () => {
    fc.assert(
      fc.property(anyDistribution, fc.array(extremeUnit, { minLength: 1, maxLength: 5 }), (distribution, units) => {
        const draw = sampler(distribution, listedChance(units))
        const floor = 'min' in distribution ? distribution.min : 0
        for (let i = 0; i < 6; i++) {
          const value = draw()
          expect(Number.isSafeInteger(value)).toBe(true)
          expect(value).toBeGreaterThanOrEqual(floor)
          expect(value).toBeLessThanOrEqual(LONGEST_LAG)
        }
      }),
      { numRuns: 3000 },
    )
  })
  test('takes one number from the stream, or none where nothing is left to chance', () => {
    const asked = (distribution: Distribution): number => {
      const chance = listedChance([0.3])
      const draw = sampler(distribution, chance)
      for (let i = 0; i < 10; i++) draw()
      return chance.asked()
    }
    const [a, b] = [micros(10), micros(20)]
    expect(asked({ dist: 'constant', value: a })).toBe(0)
    expect(asked({ dist: 'trace', values: [a, b] })).toBe(0)
    expect(asked({ dist: 'uniform', min: a, max: b })).toBe(10)
    expect(asked({ dist: 'normal', mean: b, stddev: a, min: a })).toBe(10)
    expect(asked({ dist: 'lognormal', median: b, sigma: 1 })).toBe(10)
    expect(asked({ dist: 'exponential', mean: b, min: a })).toBe(10)
  })
  test('stays near the middle of a narrow curve when the stream gives its lowest number', () => {
    const narrow: Distribution = { dist: 'normal', mean: milliseconds(2), stddev: micros(1), min: micros(0) }
    expect(sampler(narrow, listedChance([0]))()).toBe(1992)
    expect(sampler({ dist: 'lognormal', median: milliseconds(2), sigma: 0.001 }, listedChance([0]))()).toBe(1984)
  })
  test('is the minimum when the whole curve lies below it', () => {
    const below: Distribution = { dist: 'normal', mean: milliseconds(2), stddev: micros(1), min: milliseconds(3) }
    expect(draws(below, 1, 3)).toEqual([3000, 3000, 3000])
  })
  test('is the same on every machine and under every version of Node', () => {
    // FNV-1a over the lower and upper halves, written here so that these numbers depend on the sampler alone.
    const fold = (digest: number, value: number): number =>
      Math.imul(Math.imul(digest ^ (value | 0), 0x01000193) ^ Math.floor(value / 2 ** 32), 0x01000193) >>> 0
    const digest = (distribution: Distribution): number =>
      draws(distribution, 412, 20_000).reduce((folded, value) => fold(folded, value), 0x811c9dc5)
    expect(digest({ dist: 'uniform', min: micros(0), max: seconds(7) })).toBe(2383302967)
    expect(digest({ dist: 'normal', mean: seconds(2), stddev: seconds(3), min: milliseconds(1) })).toBe(296746125)
    expect(digest({ dist: 'lognormal', median: seconds(400), sigma: 1.7 })).toBe(980368654)
    expect(digest({ dist: 'exponential', mean: seconds(400), min: micros(0) })).toBe(2310367853)
  })
})

describe('a distribution with a defect', () => {
  test('is refused with a sentence that names the field', () => {
    const us = (value: number): ReturnType<typeof micros> => value as ReturnType<typeof micros>
    const defects: readonly (readonly [Distribution, RegExp])[] = [
      [{ dist: 'constant', value: us(-1) }, /value: -1 is no lag/],
      [{ dist: 'constant', value: us(0.5) }, /value: 0.5 is no lag/],
      [{ dist: 'constant', value: us(Number.NaN) }, /value: NaN is no lag/],
      [{ dist: 'constant', value: us(LONGEST_LAG + 1) }, /365 days/],
      [{ dist: 'uniform', min: us(2), max: us(1) }, /min: 2 is above max 1/],
      [{ dist: 'normal', mean: us(1), stddev: us(-1), min: us(0) }, /stddev: -1/],
      [{ dist: 'lognormal', median: us(1), sigma: -0.1 }, /sigma: -0.1 is out of range/],
      [{ dist: 'lognormal', median: us(1), sigma: Number.NaN }, /sigma: NaN/],
      [{ dist: 'exponential', mean: us(Infinity), min: us(0) }, /mean: Infinity/],
      [{ dist: 'trace', values: [] }, /empty trace/],
      [{ dist: 'trace', values: [us(1), us(-2)] }, /values\[1\]: -2/],
    ]
    for (const [distribution, sentence] of defects) {
      expect(() => sampler(distribution, seededChance(1))).toThrow(sentence)
    }
  })
})
