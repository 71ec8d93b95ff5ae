/** Clients: the load of a scenario. */

import { z } from 'zod'
import { micros } from '@fourtwelve/protocol'
import { duration, rate } from './durations.ts'
import { nodeName, ownName, wordOf, type SchemaContext } from './names.ts'
import type { Arrival, ClientLoad, Routing } from './scenario.ts'
import type { FlowRequest } from './request-template.ts'
import { ONE_VERB, requestShape, requestTemplate, VERBS } from './schema-request.ts'
import { nearestWord } from './nearest-word.ts'
import { picked, pickedByKey } from './picked.ts'
import { isMapping, section } from './section.ts'

/** Bounds of one client's load: sessions, requests in a flow, retries of a request. */
const SESSIONS_MAX = 10_000
const FLOW_REQUESTS_MAX = 100
const RETRIES_MAX = 100

export function clientLoad(context: SchemaContext): z.ZodType<ClientLoad> {
  return section({
    name: ownName.describe('Name of the client in histories and metrics.'),
    sessions: z.int().min(1).max(SESSIONS_MAX).describe('How many run side by side.'),
    arrival: arrival.describe('When a flow starts: {rate: 200/s}, {closed: true, think: 1s}, or once.'),
    routing: routing(context).optional().describe('Which node a request goes to. Default round-robin.'),
    mitigation: wordOf(context.mitigations, 'a preset of what a client does about 412')
      .optional()
      .describe('What the client does about a 412. Default none.'),
    retry: section({
      max: z.int().min(0).max(RETRIES_MAX).optional().describe('How many retries.'),
      min: duration.optional().describe('Shortest pause before a retry.'),
      max_wait: duration.optional().describe('Longest pause before a retry.'),
    })
      .optional()
      .describe('Overrides of what the preset does.'),
    flow: z.array(flowRequest(context)).min(1).max(FLOW_REQUESTS_MAX).describe('Requests, one after the other.'),
  }).transform((raw): ClientLoad => ({
    name: raw.name,
    sessions: raw.sessions,
    arrival: raw.arrival,
    routing: raw.routing ?? { kind: 'round-robin' },
    mitigation: raw.mitigation ?? 'none',
    retry: { max: raw.retry?.max ?? null, min: raw.retry?.min ?? null, maxWait: raw.retry?.max_wait ?? null },
    flow: raw.flow,
  }))
}

function flowRequest(context: SchemaContext): z.ZodType<FlowRequest> {
  const request = section({
    ...requestShape(context),
    node: nodeName(context).optional().describe('Where it is sent, retries too. Default: where `routing` sends it.'),
    note: z.string().optional(),
  })
    .meta(ONE_VERB)
    .transform((raw): FlowRequest => ({ ...requestTemplate(raw), node: raw.node ?? null }))
  return pickedByKey(Object.fromEntries(Object.keys(VERBS).map((verb) => [verb, request])))
}

const once: z.ZodType<Arrival> = z.literal('once').transform((): Arrival => ({ kind: 'once' }))
const timed: z.ZodType<Arrival> = pickedByKey<Arrival>({
  rate: section({
    rate: rate.describe('Flows started over all sessions: 200/s, 10/min.'),
    executor: z.literal('constant-rate').optional(),
  }).transform((raw): Arrival => ({ kind: 'constant-rate', ...raw.rate })),
  closed: section({
    closed: z.literal(true),
    think: duration.optional().describe('Pause between flows. Default 0s.'),
  }).transform((raw): Arrival => ({ kind: 'closed', think: raw.think ?? micros(0) })),
})
const arrival: z.ZodType<Arrival> = picked([once, timed], (value) => {
  if (value === 'once') return once
  return isMapping(value) ? timed : { refused: 'must be once, {rate: 200/s} or {closed: true, think: 1s}' }
})

const ROUTING_WORDS: readonly ['sticky', 'round-robin', 'random', 'active-only'] = [
  'sticky',
  'round-robin',
  'random',
  'active-only',
]

function routing(context: SchemaContext): z.ZodType<Routing> {
  const word = z.enum(ROUTING_WORDS).transform((kind): Routing => ({ kind }))
  const node = nodeName(context).transform((name): Routing => ({ kind: 'node', node: name }))
  return picked([word, node], (value) => {
    if (typeof value !== 'string') return { refused: `must be one of ${ROUTING_WORDS.join(', ')}, or a node` }
    if (/^n\d+$/.test(value)) return node
    if (ROUTING_WORDS.some((known) => known === value)) return word
    return {
      refused: `must be one of ${ROUTING_WORDS.join(', ')}, or a node, not ${JSON.stringify(value)}`,
      suggestion: nearestWord(value, ROUTING_WORDS),
    }
  })
}
