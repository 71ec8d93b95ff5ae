/**
 * Draws times from a distribution.
 * Always holds: every draw is a whole number of microseconds from 0 to LONGEST_LAG; it takes exactly one number from the
 * stream, or none where nothing is left to chance (constant, trace, normal without deviation); the same stream gives the same
 * draws on every machine.
 */

import { micros, type Micros } from '@fourtwelve/protocol'
import type { Chance } from './cluster.ts'
import { exp, ln, normalQuantile, normalTail } from './exact-math.ts'
import { distributionDefect, LONGEST_LAG } from './lag-defect.ts'
import type { Distribution } from './lag-model.ts'

/**
 * A source of times of this distribution (simulation-and-checking 4.2).
 * `normal` is truncated at `min`, not clamped: no pile of equal values stands there. `exponential` too, and since it has no
 * memory that is `min` plus a draw of this mean. `trace` plays its values in order, from the first, over and over.
 * @throws Error when the distribution has a defect; ask `distributionDefect` first where it comes from a person.
 */
export function sampler(distribution: Distribution, chance: Chance): () => Micros {
  const defect = distributionDefect(distribution)
  if (defect !== null) throw new Error(`cannot draw from ${distribution.dist}: ${defect}`)
  switch (distribution.dist) {
    case 'constant':
      return () => distribution.value
    case 'uniform':
      return () => micros(distribution.min + Math.floor(chance.unit() * (distribution.max - distribution.min + 1)))
    case 'normal':
      return truncatedNormal(distribution.mean, distribution.stddev, distribution.min, chance)
    case 'lognormal':
      return () => lagOf(distribution.median * exp(distribution.sigma * normalQuantile(openUnit(chance))))
    case 'exponential':
      return () => lagOf(distribution.min - distribution.mean * ln(1 - chance.unit()))
    case 'trace':
      return inOrder(distribution.values)
  }
}

function truncatedNormal(mean: Micros, stddev: Micros, min: Micros, chance: Chance): () => Micros {
  // The share of the curve that is left. Far out nothing is, and what would be left lies within stddev/37 of `min`.
  const left = stddev === 0 ? 0 : normalTail((min - mean) / stddev)
  if (left === 0) {
    const only = micros(Math.max(mean, min))
    return () => only
  }
  return () => lagOf(Math.max(min, mean - stddev * normalQuantile(left * (1 - openUnit(chance)))))
}

function inOrder(values: readonly Micros[]): () => Micros {
  let at = 0
  return () => {
    const value = values[at]
    if (value === undefined)
      throw new Error(`a trace of ${values.length} values has none at ${at}: it was changed while it played`)
    at = (at + 1) % values.length
    return value
  }
}

const lagOf = (value: number): Micros => micros(Math.min(value, LONGEST_LAG))

/** Above 0 and below 1, where the quantiles of unbounded distributions are finite. */
function openUnit(chance: Chance): number {
  return chance.unit() || SMALLEST_UNIT
}
/** 2^-53: one less this is still below one. */
const SMALLEST_UNIT: number = Number.EPSILON / 2
