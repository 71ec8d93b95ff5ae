/**
 * What is wrong with a lag model, in a sentence for the person who wrote it. The one list of rules: scenario files, the
 * control API and the sampler all ask here, so that none accepts what another refuses.
 * Always holds: a model without a defect draws only whole microseconds from 0 to LONGEST_LAG.
 */

import { seconds, type Micros } from '@fourtwelve/protocol'
import type { Distribution, LagModel, Spikes } from './lag-model.ts'

/** No lag is longer, drawn or given: the sum of a few, and of a time of the run, stays a safe integer. */
export const LONGEST_LAG: Micros = seconds(365 * 86_400)

/** The first defect of a model, or null when it can be drawn from. */
export function lagDefect(model: LagModel): string | null {
  if (model.kind === 'raft') return null
  return distributionDefect(model.from) ?? (model.spikes === null ? null : spikesDefect(model.spikes))
}

/** The first defect of a distribution, or null when it can be drawn from. */
export function distributionDefect(from: Distribution): string | null {
  switch (from.dist) {
    case 'constant':
      return timeDefect('value', from.value)
    case 'uniform':
      return timeDefect('min', from.min) ?? timeDefect('max', from.max) ?? orderDefect(from.min, from.max)
    case 'normal':
      return timeDefect('mean', from.mean) ?? timeDefect('stddev', from.stddev) ?? timeDefect('min', from.min)
    case 'lognormal':
      return timeDefect('median', from.median) ?? numberDefect('sigma', from.sigma, MAX_SIGMA)
    case 'exponential':
      return timeDefect('mean', from.mean) ?? timeDefect('min', from.min)
    case 'trace':
      return traceDefect(from.values)
  }
}

/** The first defect of regular stalls, or null. */
export function spikesDefect(spikes: Spikes): string | null {
  if (spikes.every === 0) return 'every: 0 is no time between stalls: give at least 1us'
  return (
    timeDefect('every', spikes.every) ??
    timeDefect('add', spikes.add) ??
    timeDefect('for', spikes.for) ??
    numberDefect('jitter', spikes.jitter, 1)
  )
}

/** Beyond it a lognormal lag is either nothing or the longest there is. */
const MAX_SIGMA = 20

function timeDefect(name: string, value: number): string | null {
  if (Number.isInteger(value) && value >= 0 && value <= LONGEST_LAG) return null
  return `${name}: ${value} is no lag: give whole microseconds from 0 to ${LONGEST_LAG} (365 days)`
}

function numberDefect(name: string, value: number, max: number): string | null {
  return value >= 0 && value <= max ? null : `${name}: ${value} is out of range: give a number from 0 to ${max}`
}

function orderDefect(min: Micros, max: Micros): string | null {
  return min <= max ? null : `min: ${min} is above max ${max}: exchange them`
}

function traceDefect(values: readonly Micros[]): string | null {
  if (values.length === 0) return 'values: an empty trace has nothing to play: give at least one value'
  for (const [at, value] of values.entries()) {
    const defect = timeDefect(`values[${at}]`, value)
    if (defect !== null) return defect
  }
  return null
}
