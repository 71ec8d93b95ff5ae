/**
 * The small language of thresholds (`http_412{client:ci}`: `rate<0.05`) and witnesses (`http_412 >= 1`).
 * Always holds: an expression that was read names a metric that exists, asks of it what its kind has, and compares with a
 * limit in the metric's own unit (counts, shares of 0 to 1, Micros).
 */

import { parseDuration } from '@fourtwelve/protocol'
import { isMetricName, METRIC_NAMES, METRICS, type MetricKind, type MetricName } from './metrics.ts'
import { nearestWord } from './nearest-word.ts'

export interface MetricReference {
  readonly name: MetricName
  /** One client's share of it; null: all clients. */
  readonly client: string | null
}

export type Aggregate =
  | { readonly kind: 'count' | 'rate' | 'avg' | 'min' | 'med' | 'max' }
  | { readonly kind: 'percentile'; readonly percent: number }

export type Comparator = '<' | '<=' | '>' | '>=' | '==' | '!='

export interface Threshold {
  /** As the file has it: `latency{client:ci} p(99)<2500ms`. */
  readonly text: string
  /** The file's key: `latency{client:ci}`. */
  readonly reference: string
  readonly metric: MetricReference
  readonly aggregate: Aggregate
  readonly comparator: Comparator
  readonly limit: number
}

/** A count that must hold, or the run has shown nothing. */
export interface Witness {
  readonly text: string
  readonly metric: MetricReference
  readonly comparator: Comparator
  readonly limit: number
}

export interface BadExpression {
  readonly refused: string
  readonly suggestion: string | null
}

/** Whether a measured value keeps to the limit. */
export function keepsLimit(value: number, comparator: Comparator, limit: number): boolean {
  switch (comparator) {
    case '<':
      return value < limit
    case '<=':
      return value <= limit
    case '>':
      return value > limit
    case '>=':
      return value >= limit
    case '==':
      return value === limit
    case '!=':
      return value !== limit
  }
}

const REFERENCE = /^\s*([A-Za-z0-9_-]+)\s*(?:\{\s*client\s*:\s*([A-Za-z0-9_-]+)\s*\})?\s*$/

/** `http_412`, `latency{client:ci}`. */
export function parseMetricReference(text: string): MetricReference | BadExpression {
  const parts = REFERENCE.exec(text)
  const name = parts?.[1]
  if (name === undefined) return bad(`must be a metric such as http_412 or http_412{client:name}, not "${text}"`)
  if (!isMetricName(name)) {
    return bad(`names no metric: "${name}" is none of ${METRIC_NAMES.join(', ')}`, nearestWord(name, METRIC_NAMES))
  }
  const client = parts?.[2] ?? null
  if (client !== null && !METRICS[name].perClient)
    return bad(`${name} is counted for the cluster, not for a client`, name)
  return { name, client }
}

const THRESHOLD = /^\s*(?:([a-z]+)|p\(\s*(\d{1,3}(?:\.\d{1,6})?)\s*\))\s*(<=|>=|==|!=|<|>)\s*(\S+)\s*$/

/** `rate<0.05` and its kind, asked of a metric. */
export function parseThreshold(reference: string, condition: string): Threshold | BadExpression {
  const metric = parseMetricReference(reference)
  if ('refused' in metric) return metric
  const { kind } = METRICS[metric.name]
  const parts = THRESHOLD.exec(condition)
  const comparator = comparatorOf(parts?.[3])
  if (parts === null || comparator === null) return bad(`must be like ${EXAMPLES[kind]}, not "${condition}"`)
  const aggregate = aggregateOf(parts[1], parts[2])
  if (aggregate === null || !AGGREGATES[kind].includes(aggregate.kind)) {
    const words = AGGREGATES[kind].map((word) => (word === 'percentile' ? 'p(N)' : word))
    const asked = parts[1] ?? `p(${parts[2]})`
    return bad(`asks ${asked} of ${metric.name}, which has ${words.join(', ')}`, nearestWord(asked, words))
  }
  const limit = limitOf(kind, parts[4] ?? '')
  if (typeof limit !== 'number') return limit
  return { text: `${reference.trim()} ${condition.trim()}`, reference, metric, aggregate, comparator, limit }
}

const WITNESS = /^\s*([^<>=!]+?)\s*(<=|>=|==|!=|<|>)\s*(\S+)\s*$/

/** `http_412 >= 1`. */
export function parseWitness(text: string): Witness | BadExpression {
  const parts = WITNESS.exec(text)
  const comparator = comparatorOf(parts?.[2])
  if (parts === null || comparator === null) return bad(`must be like "http_412 >= 1", not "${text}"`)
  const metric = parseMetricReference(parts[1] ?? '')
  if ('refused' in metric) return metric
  if (isTime(METRICS[metric.name].kind)) return bad('counts something that happened: write a time as a threshold')
  const limit = limitOf('counter', parts[3] ?? '')
  if (typeof limit !== 'number') return limit
  return { text: text.trim(), metric, comparator, limit }
}

const AGGREGATES: Readonly<Record<MetricKind, readonly Aggregate['kind'][]>> = {
  counter: ['count'],
  rate: ['count', 'rate'],
  latency: ['avg', 'min', 'med', 'max', 'percentile'],
  outage: ['max'],
}

const EXAMPLES: Readonly<Record<MetricKind, string>> = {
  counter: '"count>=1"',
  rate: '"rate<0.05" or "count>=1"',
  latency: '"p(99)<2500ms" or "max<3s"',
  outage: '"max<3s"',
}

const COMPARATORS: readonly Comparator[] = ['<', '<=', '>', '>=', '==', '!=']
const SIMPLE_AGGREGATES = ['count', 'rate', 'avg', 'min', 'med', 'max'] as const

const comparatorOf = (text: string | undefined): Comparator | null =>
  COMPARATORS.find((known) => known === text) ?? null

function aggregateOf(word: string | undefined, percent: string | undefined): Aggregate | null {
  if (percent !== undefined) return Number(percent) <= 100 ? { kind: 'percentile', percent: Number(percent) } : null
  const kind = SIMPLE_AGGREGATES.find((known) => known === word)
  return kind === undefined ? null : { kind }
}

function limitOf(kind: MetricKind, text: string): number | BadExpression {
  const limit = isTime(kind) ? parseDuration(text) : Number(text)
  if (limit !== null && Number.isFinite(limit)) return limit
  if (isTime(kind)) return bad(`compares a time with "${text}": write a duration such as 2500ms`)
  return bad(`compares a number with "${text}"`)
}

const isTime = (kind: MetricKind): boolean => kind === 'latency' || kind === 'outage'

const bad = (refused: string, suggestion: string | null = null): BadExpression => ({ refused, suggestion })
