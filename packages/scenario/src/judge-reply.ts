/** Is a reply what a scenario expects? Always holds: every sentence says what was expected and what came. */

import type { Answer, Cluster } from '@fourtwelve/cluster'
import { formatDuration, micros, type JsonValue, type Served, type VaultReply } from '@fourtwelve/protocol'
import type { BodyExpectation, ReplyExpectation } from './request-template.ts'
import type { OperationEnd } from './run-operation.ts'
import { textsOf } from './run-records.ts'
import { valueAt } from './run-request.ts'

/** What to expect in a runtime: in real time nobody promises to be quick, so `within` is left out; `after` stays. */
export const expectedIn = (runtime: Cluster['runtime'], expect: ReplyExpectation): ReplyExpectation =>
  runtime === 'live' ? { ...expect, within: null } : expect

/** What is wrong with the end of an operation; empty when nothing is. */
export function judgeReply(expect: ReplyExpectation, end: OperationEnd): readonly string[] {
  const answer: Answer | null = end.last
  if (answer === null) return ['expected an answer, but the client gave up at its own deadline']
  if (answer.kind === 'lost') return [`expected an answer, but none came: ${answer.why}`]
  const { reply, served } = answer.value
  return [
    ...judgeStatus(expect, reply),
    ...judgeText('an error', expect.error, textsOf(reply.body?.['errors'])),
    ...judgeText('a warning', expect.warning, textsOf(reply.body?.['warnings'])),
    ...expect.body.flatMap((item) => judgeBody(item, reply.body)),
    ...judgeServed(expect, served),
    ...judgeTime(expect, end),
  ]
}

function judgeStatus({ status }: ReplyExpectation, reply: VaultReply): readonly string[] {
  if (status.length === 0 || status.includes(reply.status)) return []
  const errors = textsOf(reply.body?.['errors'])
  const said = errors.length === 0 ? '' : `: ${errors.join('; ').trim()}`
  return [`expected status ${status.join(' or ')}, but it was ${reply.status}${said}`]
}

function judgeText(what: string, wanted: string | null, texts: readonly string[]): readonly string[] {
  if (wanted === null || texts.some((text) => text.includes(wanted))) return []
  const there = texts.length === 0 ? 'there is none' : `there is: ${texts.join('; ')}`
  return [`expected ${what} with "${wanted}", but ${there}`]
}

function judgeBody(item: BodyExpectation, body: JsonValue): readonly string[] {
  const value = valueAt(body, item.path)
  const where = item.path.join('.')
  const isThere = value !== undefined && value !== null
  switch (item.is) {
    case 'present':
      return isThere ? [] : [`expected ${where} in the body, but it is not there`]
    case 'absent':
      return isThere ? [`expected no ${where} in the body, but it is ${JSON.stringify(value)}`] : []
    case 'equal': {
      const [wanted, got] = [JSON.stringify(item.to), JSON.stringify(value ?? null)]
      return wanted === got ? [] : [`expected ${where} to be ${wanted}, but it is ${got}`]
    }
  }
}

function judgeServed({ servedBy, forwarded }: ReplyExpectation, served: Served): readonly string[] {
  const wrong: string[] = []
  if (servedBy !== null && servedBy !== served.by) wrong.push(`expected ${servedBy} to handle it, but ${served.by} did`)
  const how = served.forwarded === null ? 'it was not forwarded' : `it was forwarded (${served.forwarded})`
  if (typeof forwarded === 'boolean' && forwarded !== (served.forwarded !== null)) {
    wrong.push(`expected it ${forwarded ? '' : 'not '}to be forwarded, but ${how}`)
  } else if (typeof forwarded === 'string' && forwarded !== served.forwarded) {
    wrong.push(`expected it to be forwarded (${forwarded}), but ${how}`)
  }
  return wrong
}

function judgeTime({ after, within }: ReplyExpectation, end: OperationEnd): readonly string[] {
  const took = micros(end.ended - end.began)
  if (after !== null && took < after)
    return [`expected it to take at least ${formatDuration(after)}, but it took ${formatDuration(took)}`]
  if (within !== null && took > within)
    return [`expected it within ${formatDuration(within)}, but it took ${formatDuration(took)}`]
  return []
}
