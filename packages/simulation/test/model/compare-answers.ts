/**
 * Holds the answers of a plan against the model.
 * Always holds: an answer is judged at the node that gave it, at the moment at which it worked on the request. Left out is only what says
 * that nobody could be asked, or that nobody knows what became of it (307, and 500 without words about what is stored), and that only
 * where the history tells of a trouble that explains it (`excused.ts`).
 */

import { isJsonObject, micros, type JsonValue, type ServedReply } from '@fourtwelve/protocol'
import { expectedAnswer } from './expected-answer.ts'
import type { Expected } from './expected.ts'
import { isExcused } from './excused.ts'
import { findById, type Moment } from './alive.ts'
import { troublesIn } from './troubles.ts'
import type { Handling, WatchedPlan } from './watched-plan.ts'

export interface Comparison {
  /** How many answers were judged, by status. */
  readonly judged: ReadonlyMap<number, number>
  /** How many failures were left out. */
  readonly excused: number
  /** A line for each answer that is not the model's. */
  readonly differences: readonly string[]
}

/** Changes what the model is told: a model that is wrong on purpose. */
export type Distortion = (moment: Moment) => Moment

const FAILED: ReadonlySet<number> = new Set([307, 500])
/** What a 500 says of the prefix: that it ends between two writes that belong together, or that a token's time is over. */
const OF_THE_PREFIX = /no lease entry found|could not find version data|past the max TTL/

const KEEP: Distortion = (moment) => moment

/** A standby hears of the active node this often, in parts of the election time-out; its message is some milliseconds on its way. */
const HEARD_EVERY = 0.1
const DELIVERY_MAX = 10_000

export function compareAnswers(watched: WatchedPlan, distort: Distortion = KEEP): Comparison {
  const { answers, handled, history, config } = watched
  const troubles = troublesIn(history, micros(config.election_timeout * HEARD_EVERY + DELIVERY_MAX))
  let excused = 0
  const judged = new Map<number, number>()
  const differences: string[] = []
  for (const [id, answer] of answers) {
    if (answer.kind === 'lost') continue
    const { reply, served } = answer.value
    const handlings = handled.get(id) ?? []
    const handling = handlingOf(handlings, answer.value)
    if (handling === null) {
      differences.push(`request ${id} has an answer that no node worked on`)
      continue
    }
    if (handling.resigns || handling.request === null) continue
    const expected = expectedAnswer(distort(handling.moment), handling.request)
    if (
      isFailure(expected, answer.value) &&
      isExcused({ request: id, handling, handlings, expected, answer: answer.value }, troubles)
    ) {
      excused += 1
      continue
    }
    const refusedByActive = served.forwarded === 'rpc' && reply.status === 400 ? handlings.find(isCall) : undefined
    if (refusedByActive !== undefined && !mayHaveChild(distort(refusedByActive.moment), refusedByActive.parent))
      continue
    judged.set(reply.status, (judged.get(reply.status) ?? 0) + 1)
    const difference = appliedDifference(handling, answer.value) ?? differenceOf(expected, answer.value)
    if (difference !== null) {
      const { method, path } = handling.request
      const { role, index } = handling.moment
      differences.push(
        `request ${id}, ${method} ${path} on ${handling.node} (${role}, ${index} entries): ${difference}`,
      )
    }
  }
  return { judged, excused, differences }
}

const isCall = ({ how }: Handling): boolean => how === 'call'

/** Where the answer comes from: null when nobody worked on the request. */
function handlingOf(handlings: readonly Handling[], { served }: ServedReply): Handling | null {
  // What was sent on in vain the node answered by itself.
  const isOwn = served.forwarded === null || served.forwarded === 'rpc' || served.by === served.node
  return (
    handlings.findLast(({ how, node }) =>
      isOwn ? how === 'own' && node === served.node : how === 'forwarded' && node === served.by,
    ) ?? null
  )
}

/** An answer that only says that it did not come to one. A 503 is none: see `excused.ts`. */
function isFailure(expected: Expected, { reply }: ServedReply): boolean {
  if (!FAILED.has(reply.status) || OF_THE_PREFIX.test(JSON.stringify(reply.body))) return false
  return expected.kind === 'forward' || expected.status !== reply.status
}

/** What the active node looks at again before it makes a token. */
function mayHaveChild(moment: Moment, parent: string | null): boolean {
  if (parent === null) return true
  const found = findById(moment, parent)
  return found.kind === 'alive' && found.token.numUses === 0
}

/** A node answers by the prefix that it has, and says so. */
function appliedDifference({ moment }: Handling, { served }: ServedReply): string | null {
  return served.forwarded !== 'rpc' && served.applied !== moment.index
    ? `it says that it had applied ${served.applied}`
    : null
}

function differenceOf(expected: Expected, { reply, served }: ServedReply): string | null {
  if (expected.kind === 'forward') return `the model asks the active node, and it answered ${reply.status} by itself`
  const { status, says } = expected
  // A warning makes a 204 a 200.
  const isWarned = status === 204 && served.waitTimedOut && reply.status === 200
  if (status !== reply.status && !isWarned)
    return `the model answers ${status}, and it answered ${reply.status} ${JSON.stringify(reply.body?.['errors'] ?? '')}`
  return says === null ? null : partDifference(says, reply.body ?? undefined, 'body')
}

/** Where `whole` is not what `part` says; null when all of `part` is in it. Fields that `part` does not name are free. */
function partDifference(part: JsonValue, whole: JsonValue | undefined, at: string): string | null {
  if (!isJsonObject(part)) {
    return JSON.stringify(part) === JSON.stringify(whole)
      ? null
      : `${at} is ${JSON.stringify(part)} in the model, and it is ${JSON.stringify(whole)}`
  }
  if (!isJsonObject(whole)) return `${at} is ${JSON.stringify(whole)}`
  for (const [key, value] of Object.entries(part)) {
    const difference = value === undefined ? null : partDifference(value, whole[key], `${at}.${key}`)
    if (difference !== null) return difference
  }
  return null
}
