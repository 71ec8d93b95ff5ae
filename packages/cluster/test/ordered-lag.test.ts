import { createApplyGate } from '@fourtwelve/cluster'
import { micros, milliseconds, walIndex, type Micros } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import { normalBelow } from './normal-curve.ts'
import { seededChance } from './seeded-chance.ts'

const MEDIAN_MS = 20
const SIGMA = 0.8

/**
 * P(lag > x) of a log in order, with independent lognormal delays an entry and Poisson writes:
 * 1 - F(x) exp(-rate * E[(delay - x)+])  (simulation-and-checking 5.3).
 */
function closedForm(writesPerSecond: number, xMs: number): number {
  const score = Math.log(xMs / MEDIAN_MS) / SIGMA
  const meanMs = MEDIAN_MS * Math.exp(SIGMA ** 2 / 2)
  const excessMs = meanMs * normalBelow(SIGMA - score) - xMs * normalBelow(-score)
  return 1 - normalBelow(score) * Math.exp((-writesPerSecond * excessMs) / 1000)
}

/** The lags of entries that are committed at random times, as a driver of the gate sees them. */
function measuredLags(
  writesPerSecond: number,
  sample: 'batch' | 'entry',
  entriesInCommit: number,
  commits: number,
): number[] {
  const arrivals = seededChance(writesPerSecond)
  const gate = createApplyGate(
    { kind: 'drawn', from: { dist: 'lognormal', median: milliseconds(MEDIAN_MS), sigma: SIGMA }, sample, spikes: null },
    seededChance(writesPerSecond + 1),
  )
  const committedAt: number[] = []
  const lags: number[] = []
  const apply = (now: Micros): void => {
    for (let index = lags.length; index < gate.due(now); index++) lags.push(now - (committedAt[index] ?? Number.NaN))
  }
  let now = micros(0)
  for (let commit = 1; commit <= commits; commit++) {
    const then = micros(now - (Math.log(1 - arrivals.unit()) / (writesPerSecond / entriesInCommit)) * 1e6)
    for (let next = gate.next(); next !== null && next <= then; next = gate.next()) apply(next)
    now = then
    for (let i = 0; i < entriesInCommit; i++) committedAt.push(now)
    gate.learn(walIndex(committedAt.length), now, now)
    apply(now)
  }
  return lags
}

const shareAbove = (lags: readonly number[], xMs: number): number =>
  lags.filter((lag) => lag > xMs * 1000).length / lags.length

describe('the lag of a log in order', () => {
  // The measured column of the table in the reference, by writes a second and x in ms.
  const TABLE: readonly (readonly [rate: number, shares: Readonly<Record<number, number>>])[] = [
    [10, { 11: 0.809, 21: 0.532, 51: 0.152, 101: 0.03, 201: 0.003 }],
    [100, { 11: 0.96, 21: 0.829, 51: 0.389, 101: 0.103, 201: 0.013 }],
    [1000, { 11: 1, 21: 1, 51: 0.975, 101: 0.59, 201: 0.11 }],
  ]
  test.each(TABLE)('follows the closed form at %d writes a second', (rate, shares) => {
    const lags = measuredLags(rate, 'entry', 1, 300_000)
    for (const [x, share] of Object.entries(shares)) {
      const wanted = closedForm(rate, Number(x))
      expect(Math.abs(wanted - share), `table at ${x} ms`).toBeLessThan(0.0025)
      // Neighbours share their wait, so a busy log gives fewer independent samples than entries.
      expect(Math.abs(shareAbove(lags, Number(x)) - wanted), `measured at ${x} ms`).toBeLessThan(
        rate === 1000 ? 0.015 : 0.004,
      )
    }
  })
  test('grows with the number of entries in a commit where each draws, and does not where the commit draws once', () => {
    const [alone, batch, entry] = [
      measuredLags(10, 'entry', 1, 20_000),
      measuredLags(100, 'batch', 10, 20_000),
      measuredLags(100, 'entry', 10, 20_000),
    ]
    expect(shareAbove(batch, 51)).toBeCloseTo(shareAbove(alone, 51), 1)
    expect(shareAbove(entry, 51)).toBeGreaterThan(1.5 * shareAbove(batch, 51))
  })
})
