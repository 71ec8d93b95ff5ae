/**
 * A lag model as people and scenario files write it: `400ms`, `raft`, `{ dist: uniform, min: 10ms, max: 40ms }`.
 * Always holds: what is written here reads back as the same model, but for a trace, which is told by its length alone.
 */

import { formatDuration, type JsonObject, type JsonValue } from '@fourtwelve/protocol'
import type { Distribution, LagModel, Spikes } from './lag-model.ts'

export function lagWords(model: LagModel): JsonValue {
  if (model.kind === 'raft') return 'raft'
  const { from, sample, spikes } = model
  const words =
    from.dist === 'constant' && sample === 'batch'
      ? formatDuration(from.value)
      : { ...distributionWords(from), ...(sample === 'entry' ? { sample } : {}) }
  return spikes === null ? words : { default: words, spikes: spikesWords(spikes) }
}

function distributionWords(from: Distribution): JsonObject {
  const { dist } = from
  switch (from.dist) {
    case 'constant':
      return { dist, value: formatDuration(from.value) }
    case 'uniform':
      return { dist, min: formatDuration(from.min), max: formatDuration(from.max) }
    case 'normal':
      return {
        dist,
        mean: formatDuration(from.mean),
        stddev: formatDuration(from.stddev),
        min: formatDuration(from.min),
      }
    case 'lognormal':
      return { dist, median: formatDuration(from.median), sigma: from.sigma }
    case 'exponential':
      return { dist, mean: formatDuration(from.mean), min: formatDuration(from.min) }
    case 'trace':
      return { dist, values: from.values.length }
  }
}

const spikesWords = ({ every, add, for: lasting, jitter }: Spikes): JsonObject => ({
  every: formatDuration(every),
  add: formatDuration(add),
  for: formatDuration(lasting),
  jitter,
})
