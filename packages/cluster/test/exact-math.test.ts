import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exp, ln, normalQuantile, normalTail } from '../dist/exact-math.js'

/** Relative difference; two equal numbers, infinities too, differ by 0. */
const difference = (got: number, wanted: number): number =>
  Object.is(got, wanted) || got === wanted ? 0 : Math.abs(got - wanted) / Math.abs(wanted)

describe('ln', () => {
  test('agrees with Math.log over all positive doubles', () => {
    const positive = fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true })
    fc.assert(
      fc.property(positive, (x) => {
        expect(difference(ln(x), Math.log(x))).toBeLessThan(1e-14)
      }),
      { numRuns: 5000, seed: 1 },
    )
  })
  test('keeps its relative precision next to 1', () => {
    const near = fc.double({ min: 0.5, max: 2, noNaN: true })
    fc.assert(
      fc.property(near, (x) => {
        expect(difference(ln(x), Math.log(x))).toBeLessThan(1e-14)
      }),
      { numRuns: 5000, seed: 2 },
    )
    for (const x of [1 - 2 ** -53, 1 + 2 ** -52, 1 - 1e-9, 1 + 1e-9, 0.7071067811865476, Math.SQRT2]) {
      expect(difference(ln(x), Math.log(x))).toBeLessThan(1e-14)
    }
  })
  test('is exact at powers of two, as far as doubles can be', () => {
    for (let power = -1074; power <= 1023; power++) {
      expect(difference(ln(2 ** power), power * Math.LN2)).toBeLessThan(1e-15)
    }
  })
  test('answers the edges as Math.log does', () => {
    for (const x of [0, -0, -1, Infinity, -Infinity, Number.NaN, 1]) expect(ln(x)).toBe(Math.log(x))
  })
})

describe('exp', () => {
  test('agrees with Math.exp where results are normal numbers', () => {
    fc.assert(
      fc.property(fc.double({ min: -708, max: 709.78, noNaN: true }), (x) => {
        expect(difference(exp(x), Math.exp(x))).toBeLessThan(1e-13)
      }),
      { numRuns: 5000, seed: 3 },
    )
  })
  test('agrees more closely where lags are drawn', () => {
    fc.assert(
      fc.property(fc.double({ min: -20, max: 20, noNaN: true }), (x) => {
        expect(difference(exp(x), Math.exp(x))).toBeLessThan(2e-15)
      }),
      { numRuns: 5000, seed: 4 },
    )
  })
  test('overflows and vanishes where Math.exp does', () => {
    for (const x of [0, -0, 709.782712893384, 709.7827128933841, 710, 1e9, Infinity, -745.2, -746, -1e9, -Infinity]) {
      expect(difference(exp(x), Math.exp(x))).toBeLessThan(1e-13)
    }
    expect(exp(-745)).toBe(Math.exp(-745))
    expect(exp(Number.NaN)).toBeNaN()
  })
  test('undoes ln', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), (x) => {
        expect(difference(exp(ln(x)), x)).toBeLessThan(1e-14)
      }),
      { numRuns: 2000, seed: 5 },
    )
  })
})

// Half of erfc(x / sqrt 2) with 25 digits (mpmath), rounded.
const TAILS: readonly (readonly [x: number, tail: number])[] = [
  [-8, 0.9999999999999993],
  [-1, 0.8413447460685429],
  [0.25, 0.4012936743170763],
  [1, 0.15865525393145705],
  [1.96, 0.024997895148220435],
  [2.4, 0.008197535924596131],
  [2.5, 0.006209665325776135],
  [2.6, 0.004661188023718749],
  [3, 0.0013498980316300946],
  [5, 2.866515718791939e-7],
  [8, 6.220960574271784e-16],
  [10, 7.619853024160525e-24],
  [20, 2.7536241186062337e-89],
  [37, 5.725571222524577e-300],
]

describe('the normal distribution', () => {
  test('has the tails that a table says', () => {
    for (const [x, tail] of TAILS) expect(difference(normalTail(x), tail), `at ${x}`).toBeLessThan(1e-12)
  })
  test('has two tails that add up to 1', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 40, noNaN: true }), (x) => {
        expect(Math.abs(normalTail(x) + normalTail(-x) - 1)).toBeLessThan(1e-15)
      }),
    )
  })
  test('has the quantiles that a table says', () => {
    for (const [x, tail] of TAILS) {
      if (x < 0) continue
      expect(Math.abs(normalQuantile(tail) + x), `at ${tail}`).toBeLessThan(1e-12 * Math.max(1, x))
    }
    expect(normalQuantile(0.5)).toBe(0)
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14)
    expect(normalQuantile(0.025)).toBeCloseTo(-1.959963984540054, 14)
  })
  test('has a quantile that undoes its tail, which is calculated in another way', () => {
    fc.assert(
      fc.property(fc.double({ min: Number.MIN_VALUE, max: 1 - 2 ** -53, noNaN: true }), (p) => {
        fc.pre(p > 1e-300)
        const x = normalQuantile(p)
        // Above one half the tail that is left is small, and so is what rounding p leaves of its digits.
        const [got, wanted] = p < 0.5 ? [normalTail(-x), p] : [normalTail(x), 1 - p]
        expect(difference(got, wanted)).toBeLessThan(1e-11)
      }),
      { numRuns: 5000, seed: 6 },
    )
  })
  test('answers the edges', () => {
    expect([0, 1, -0.1, 1.1, Number.NaN].map((p) => normalQuantile(p))).toEqual([
      -Infinity,
      Infinity,
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ])
    expect([-Infinity, 0, Infinity, 50].map((x) => normalTail(x))).toEqual([1, 0.5, 0, 0])
  })
})
