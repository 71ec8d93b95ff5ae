/**
 * How lag and delays are written: a duration, `raft`, a distribution, or lag by link.
 * Always holds: a distribution that passes can be drawn from (bounds in order, a trace with at least one value).
 */

import { distributionDefect, lagDefect, type Distribution, type LagModel, type Spikes } from '@fourtwelve/cluster'
import { micros, type LinkId } from '@fourtwelve/protocol'
import { z } from 'zod'
import { duration, positiveDuration } from './durations.ts'
import { linkName, type SchemaContext } from './names.ts'
import type { LagPlan } from './scenario.ts'
import { picked, pickedByValueOf } from './picked.ts'
import { isMapping, refuse, section } from './section.ts'

/** A distribution, and how often it is drawn from. */
interface Drawn {
  readonly from: Distribution
  readonly sample: 'batch' | 'entry'
}

/** The lag of every link of a cluster. */
export function lagPlan(context: SchemaContext): z.ZodType<LagPlan> {
  const one = lagModel(context)
  const same = one.transform((lag): LagPlan => ({ default: lag, links: [] }))
  const links = z.record(linkName(context), one)
  const byLink = section({
    default: one.optional().describe('Lag of every link that is not listed. Default 0.'),
    links: links.optional().describe('Lag by link, for example n0->n2: 250ms.'),
    spikes: spikes.optional().describe('Regular stalls on top of every drawn lag.'),
  }).transform((raw, zod): LagPlan => {
    const stalls = raw.spikes ?? null
    if (stalls !== null && raw.default?.kind === 'raft') {
      return refuse(zod, raw, 'cannot have spikes on the lag `raft`: give `default` a distribution')
    }
    const first = withSpikes(raw.default ?? NO_LAG, stalls)
    const defect = lagDefect(first)
    if (defect !== null) return refuse(zod, raw, `cannot be drawn from: ${defect}`)
    return {
      default: first,
      links: linkRows(raw.links ?? {}).map((row) => ({ link: row.link, lag: withSpikes(row.lag, stalls) })),
    }
  })
  return picked([same, byLink], (value) => {
    const ofOne = !isMapping(value) || DISTRIBUTION_KEYS.some((key) => Object.hasOwn(value, key))
    return ofOne ? same : byLink
  })
}

type KeyOf<D> = D extends unknown ? keyof D : never
/** A trace is written as a file and a column. */
type DistributionKey = Exclude<KeyOf<Distribution>, 'values'> | 'file'

/** Keys that only a distribution has, so that one without its `dist` is told that, and not that its keys are unknown. */
const DISTRIBUTION_KEYS: readonly string[] = Object.keys({
  dist: true,
  value: true,
  min: true,
  max: true,
  mean: true,
  stddev: true,
  median: true,
  sigma: true,
  file: true,
} satisfies Record<DistributionKey, true>)

/** The lag of one link: `2s`, `raft`, or a distribution. */
export function lagModel(context: SchemaContext): z.ZodType<LagModel> {
  const constant = delayConstant.transform((from) => drawnLag({ from, sample: 'batch' }))
  const raft = z.literal('raft').transform((): LagModel => ({ kind: 'raft' }))
  const spread = distribution(context, true).transform(drawnLag)
  return picked([constant, raft, spread], (value) => {
    if (isMapping(value)) return spread
    if (value === 'raft') return raft
    if (typeof value === 'string' || typeof value === 'number') return constant
    return { refused: 'must be a duration such as 250ms, the word raft, or a mapping with `dist`' }
  })
}

/** A delay of the network or a disk: a duration or a distribution. */
export function delay(context: SchemaContext): z.ZodType<Distribution> {
  const spread = distribution(context, false).transform((drawn) => drawn.from)
  return picked([delayConstant, spread], (value) => (isMapping(value) ? spread : delayConstant))
}

const delayConstant: z.ZodType<Distribution> = duration.transform((value, zod): Distribution => {
  const from: Distribution = { dist: 'constant', value }
  const defect = distributionDefect(from)
  return defect === null ? from : refuse(zod, value, `is too long: ${defect}`)
})

/** `sampled`: whether the file may say `sample`, which has a meaning for lag only. */
function distribution(context: SchemaContext, sampled: boolean): z.ZodType<Drawn> {
  const sample = (
    sampled ? z.enum(['batch', 'entry']).optional() : z.never({ error: 'has a meaning for lag only' }).optional()
  ).describe('One draw for a batch of entries, or one for each entry. Default batch.')
  const drawn = (raw: { sample?: Drawn['sample'] | undefined }, zod: z.RefinementCtx, from: Distribution): Drawn => {
    const defect = distributionDefect(from)
    return defect === null
      ? { from, sample: raw.sample ?? 'batch' }
      : refuse(zod, raw, `cannot be drawn from: ${defect}`)
  }
  const atLeast = duration.optional().describe('Nothing below this. Default 0s.')
  const kinds: Readonly<Record<Distribution['dist'], z.ZodType<Drawn>>> = {
    constant: section({ dist: z.literal('constant'), value: duration, sample }).transform((raw, zod) =>
      drawn(raw, zod, { dist: raw.dist, value: raw.value }),
    ),
    uniform: section({ dist: z.literal('uniform'), min: duration, max: duration, sample }).transform((raw, zod) =>
      drawn(raw, zod, { dist: raw.dist, min: raw.min, max: raw.max }),
    ),
    normal: section({
      dist: z.literal('normal'),
      mean: duration,
      stddev: duration.describe('Standard deviation.'),
      min: atLeast,
      sample,
    }).transform((raw, zod) =>
      drawn(raw, zod, { dist: raw.dist, mean: raw.mean, stddev: raw.stddev, min: raw.min ?? micros(0) }),
    ),
    lognormal: section({
      dist: z.literal('lognormal'),
      median: duration,
      sigma: z.number().min(0).describe('Standard deviation of the logarithm, about 0.3 to 1.5.'),
      sample,
    }).transform((raw, zod) => drawn(raw, zod, { dist: raw.dist, median: raw.median, sigma: raw.sigma })),
    exponential: section({ dist: z.literal('exponential'), mean: duration, min: atLeast, sample }).transform(
      (raw, zod) => drawn(raw, zod, { dist: raw.dist, mean: raw.mean, min: raw.min ?? micros(0) }),
    ),
    trace: section({
      dist: z.literal('trace'),
      file: z.string().min(1).describe('Path of a CSV file, from the scenario file.'),
      column: z.string().min(1).describe('Name of the column, with its unit at the end: w_ms.'),
      sample,
    }).transform((raw, zod) => {
      const read = context.traces(raw.file, raw.column)
      if ('error' in read) return refuse(zod, raw, `cannot take column ${raw.column} of ${raw.file}: ${read.error}`)
      return drawn(raw, zod, { dist: raw.dist, values: read.values })
    }),
  }
  return pickedByValueOf('dist', kinds)
}

const NO_LAG: LagModel = drawnLag({ from: { dist: 'constant', value: micros(0) }, sample: 'batch' })

function drawnLag(drawn: Drawn): LagModel {
  return { kind: 'drawn', from: drawn.from, sample: drawn.sample, spikes: null }
}

const spikes: z.ZodType<Spikes> = section({
  every: positiveDuration,
  add: duration.describe('Added to the lag while the spike lasts.'),
  for: positiveDuration.describe('How long a spike lasts.'),
  jitter: z.number().min(0).max(1).default(0).describe('Share by which `every` varies, 0 to 1. Default 0.'),
})

const withSpikes = (lag: LagModel, stalls: Spikes | null): LagModel =>
  lag.kind === 'raft' ? lag : { ...lag, spikes: stalls }

function linkRows(links: Readonly<Record<LinkId, LagModel>>): { link: LinkId; lag: LagModel }[] {
  const isLink = (text: string): text is LinkId => text.includes('->')
  return Object.entries(links).flatMap(([link, lag]) => (isLink(link) ? [{ link, lag }] : []))
}
