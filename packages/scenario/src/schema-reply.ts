/** What a reply should be: a status, or a mapping that says more. */

import { FORWARD_CAUSES, type ForwardCause, type JsonValue } from '@fourtwelve/protocol'
import { z } from 'zod'
import { duration } from './durations.ts'
import { nodeName, type SchemaContext } from './names.ts'
import { nearestWord } from './nearest-word.ts'
import { picked } from './picked.ts'
import type { BodyExpectation, ReplyExpectation } from './request-template.ts'
import { isMapping, jsonValue, refuse, section } from './section.ts'

export function replyExpectation(context: SchemaContext): z.ZodType<ReplyExpectation> {
  const short = status.transform((code): ReplyExpectation => ({ ...NOTHING_EXPECTED, status: [code] }))
  const cause = z.enum(FORWARD_CAUSES)
  const forwarded = picked<boolean | ForwardCause>([z.boolean(), cause], (value) => {
    if (typeof value === 'boolean') return z.boolean()
    if (FORWARD_CAUSES.some((known) => known === value)) return cause
    const suggestion = typeof value === 'string' ? nearestWord(value, FORWARD_CAUSES) : null
    return { refused: `must be true, false, or a cause: ${FORWARD_CAUSES.join(', ')}`, suggestion }
  })
  const statuses = z.array(status).min(1)
  const one = status.transform((code) => [code])
  const full = section({
    status: picked<number[]>([one, statuses], (value) => (Array.isArray(value) ? statuses : one)).optional(),
    error: z.string().min(1).optional().describe('Text contained in one of the errors.'),
    warning: z.string().min(1).optional().describe('Text contained in one of the warnings.'),
    body: z
      .record(z.string().min(1), jsonValue)
      .optional()
      .describe('way.into.body: value (${name} stands for a saved one), or {exists: true}.'),
    served_by: nodeName(context).optional().describe('The node that handled the request.'),
    forwarded: forwarded.optional().describe('Whether it was forwarded, or why.'),
    after: duration.optional().describe('The answer takes at least this long.'),
    within: duration.optional().describe('The answer takes at most this long.'),
  }).transform((raw, zod): ReplyExpectation => {
    if (Object.keys(raw).length === 0 && zod.issues.length === 0)
      return refuse(zod, raw, 'says nothing: give it a status, an error, ...')
    if (raw.after !== undefined && raw.within !== undefined && raw.after > raw.within) {
      return refuse(zod, raw, 'has an `after` above its `within`')
    }
    return {
      status: raw.status ?? [],
      error: raw.error ?? null,
      warning: raw.warning ?? null,
      body: Object.entries(raw.body ?? {}).map(([path, wanted]) => bodyExpectation(path, wanted)),
      servedBy: raw.served_by ?? null,
      forwarded: raw.forwarded ?? null,
      after: raw.after ?? null,
      within: raw.within ?? null,
    }
  })
  return picked([short, full], (value) => {
    if (isMapping(value)) return full
    if (Array.isArray(value)) return { refused: 'must be a status or a mapping: write {status: [200, 412]}' }
    return short
  })
}

const status = z.int().min(100).max(599)

const NOTHING_EXPECTED: ReplyExpectation = {
  status: [],
  error: null,
  warning: null,
  body: [],
  servedBy: null,
  forwarded: null,
  after: null,
  within: null,
}

function bodyExpectation(dotted: string, wanted: JsonValue): BodyExpectation {
  const path = dotted.split('.')
  if (isMapping(wanted) && typeof wanted['exists'] === 'boolean' && Object.keys(wanted).length === 1) {
    return { path, is: wanted['exists'] ? 'present' : 'absent' }
  }
  return { path, is: 'equal', to: wanted }
}
