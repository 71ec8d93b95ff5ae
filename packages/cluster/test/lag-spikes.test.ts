import { micros, milliseconds, seconds, type Micros } from '@fourtwelve/protocol'
import type { Spikes } from '@fourtwelve/cluster'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { spikeAdder } from '../dist/lag-spikes.js'
import { listedChance, seededChance } from './seeded-chance.ts'

const spikes = (given: Partial<Spikes>): Spikes => ({
  every: seconds(15),
  add: seconds(2),
  for: seconds(1),
  jitter: 0,
  ...given,
})

/** Where stalls begin, to the millisecond. */
function beginnings(adder: (time: Micros) => Micros, until: Micros): readonly number[] {
  const found: number[] = []
  let before = 0
  for (let time = 0; time < until; time += 1000) {
    const added = adder(micros(time))
    if (added > 0 && before === 0) found.push(time)
    before = added
  }
  return found
}

describe('regular stalls', () => {
  test('come at every multiple of the interval, without jitter to the microsecond', () => {
    const chance = listedChance([0.5])
    const adder = spikeAdder(spikes({}), chance)
    for (const k of [1, 2, 3, 1000]) {
      const start = k * 15_000_000
      const around = [start - 1, start, start + 999_999, start + 1_000_000].map((time) => adder(micros(time)))
      expect(around).toEqual([0, 2_000_000, 2_000_000, 0])
    }
    expect(adder(micros(0))).toBe(0)
    expect(chance.asked()).toBe(0)
  })
  test('with jitter stay within their share of the interval, do not drift, and spread evenly', () => {
    const adder = spikeAdder(spikes({ every: seconds(1), for: milliseconds(100), jitter: 0.2 }), seededChance(1))
    const starts = beginnings(adder, seconds(2000))
    expect(starts.length).toBeGreaterThanOrEqual(1998)
    const offsets = starts.map((start, k) => (start - (k + 1) * 1_000_000) / 1_000_000)
    for (const offset of offsets) expect(Math.abs(offset)).toBeLessThanOrEqual(0.201)
    // Even spread: mean 0, standard deviation 0.4 / sqrt 12, neighbours unrelated.
    const mean = offsets.reduce((sum, offset) => sum + offset, 0) / offsets.length
    const variance = offsets.reduce((sum, offset) => sum + (offset - mean) ** 2, 0) / offsets.length
    const together = offsets.reduce((sum, offset, k) => sum + (offset - mean) * ((offsets[k + 1] ?? mean) - mean), 0)
    expect(Math.abs(mean)).toBeLessThan(0.008)
    expect(Math.sqrt(variance)).toBeCloseTo(0.4 / Math.sqrt(12), 2)
    expect(Math.abs(together / offsets.length / variance)).toBeLessThan(0.06)
  })
  test('differ from seed to seed', () => {
    const at = (seed: number): readonly number[] =>
      beginnings(
        spikeAdder(spikes({ every: seconds(1), for: milliseconds(100), jitter: 0.5 }), seededChance(seed)),
        seconds(20),
      )
    expect(at(1)).not.toEqual(at(2))
    expect(at(1)).toEqual(at(1))
  })
  test('are the ones that a search through all of them finds, whatever the order of asking', () => {
    const anySpikes = fc.record({
      every: fc.integer({ min: 1, max: 50 }).map(micros),
      add: fc.constant(micros(7)),
      for: fc.integer({ min: 0, max: 300 }).map(micros),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    const times = fc.array(fc.integer({ min: 0, max: 1000 }).map(micros), { minLength: 1, maxLength: 50 })
    fc.assert(
      fc.property(anySpikes, fc.integer(), times, (model, seed, asked) => {
        const adder = spikeAdder(model, seededChance(seed))
        // With a length of 1 and no neighbour near, an adder shows where its stalls start; here it shows one at a time.
        const single = spikeAdder({ ...model, for: micros(1) }, seededChance(seed))
        const starts: number[] = []
        for (let time = 0; time <= 1000; time++) if (single(micros(time)) > 0) starts.push(time)
        for (const time of asked) {
          const running = starts.some((start) => start <= time && time < start + model.for)
          expect(adder(time)).toBe(running ? 7 : 0)
        }
      }),
      { numRuns: 1000 },
    )
  })
  test('with a defect are refused with a sentence that names the field', () => {
    const defects: readonly (readonly [Partial<Spikes>, RegExp])[] = [
      [{ every: micros(0) }, /every: 0/],
      [{ every: micros(-5) }, /every: -5/],
      [{ add: micros(-1) }, /add: -1/],
      [{ for: micros(-1) }, /for: -1/],
      [{ jitter: 1.5 }, /jitter: 1.5/],
    ]
    for (const [given, sentence] of defects) {
      expect(() => spikeAdder(spikes(given), seededChance(1))).toThrow(sentence)
    }
  })
})
