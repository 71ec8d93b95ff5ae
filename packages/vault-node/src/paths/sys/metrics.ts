/**
 * `sys/metrics`: what a node measures of itself, as JSON or in Prometheus' text (vault-http-api 3.10).
 * Always holds: it needs a token and is about this very node, so nobody forwards it; there are gauges only, because a node
 * keeps neither counters nor durations.
 */

import { micros, MICROS_PER_SECOND, wholeSeconds, type Micros } from '@fourtwelve/protocol'
import { goQuote } from '../../policy/go-quote.ts'
import type { Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import type { RequestContext } from '../../request-context.ts'
import { goTime } from '../../wire-time.ts'
import { gaugesOf } from './gauges.ts'
import { PROMETHEUS_TYPE, prometheusText } from './prometheus-text.ts'

export const METRICS: PathSpec = {
  path: 'metrics',
  localOnly: true,
  operations: { read: { on: 'any', handle: read } },
}

/** Seconds that one interval of Vault's own metrics takes: the JSON form tells when the last one began. */
const INTERVAL = 10

function read({ turn, data }: RequestContext): Outcome {
  const { node, now } = turn
  const format = Array.isArray(data['format']) ? data['format'][0] : (data['format'] ?? '')
  switch (format) {
    case 'prometheus':
      return { kind: 'text', status: 200, type: PROMETHEUS_TYPE, text: prometheusText(gaugesOf(node, now)) }
    case '': {
      const Gauges = gaugesOf(node, now).map(({ name, value, labels }) => ({
        Name: name,
        Value: value,
        Labels: labels,
      }))
      const body = { Timestamp: goTime(intervalBegin(now)), Gauges, Points: [], Counters: [], Samples: [] }
      return { kind: 'plain', status: 200, body }
    }
    default:
      return {
        kind: 'text',
        status: 400,
        type: 'text/plain',
        text: `metric response format ${goQuote(String(format))} unknown`,
      }
  }
}

const intervalBegin = (now: Micros): Micros =>
  micros((wholeSeconds(now) - (wholeSeconds(now) % INTERVAL)) * MICROS_PER_SECOND)
