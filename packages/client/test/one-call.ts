/** A call made by a policy against a node that is stale until a certain time, with attempts that take no time themselves. */

import { decide, type ClientPolicy, type Decision } from '@fourtwelve/client'
import { micros, type Micros } from '@fourtwelve/protocol'

export interface OneCall {
  /** When each attempt was made. */
  readonly attempts: readonly Micros[]
  /** What the caller gets: the last answer's status, or that the deadline passed. */
  readonly outcome: number | 'lost' | 'timed-out'
  /** When the caller gets it. */
  readonly ended: Micros
}

/** More than any policy of these tests allows; reaching it means that `decide` does not end. */
const ATTEMPTS_MAX = 1000

export function oneCall(
  policy: ClientPolicy,
  statusAt: (elapsed: Micros) => number | 'lost',
  unit: (attempt: number) => number,
): OneCall {
  const attempts: Micros[] = []
  let elapsed = micros(0)
  while (attempts.length < ATTEMPTS_MAX) {
    attempts.push(elapsed)
    const status = statusAt(elapsed)
    const number = attempts.length
    const decision: Decision = decide(policy, { number, elapsed, status }, unit(number))
    if (decision.kind === 'done') return { attempts, outcome: status, ended: elapsed }
    if (decision.kind === 'redirect') throw new Error('nobody redirects these calls')
    elapsed = micros(elapsed + decision.after)
    if (decision.kind === 'timed-out') return { attempts, outcome: 'timed-out', ended: elapsed }
  }
  throw new Error(`no end after ${ATTEMPTS_MAX} attempts`)
}

/** 412 until the lag is over. */
export const staleUntil =
  (lag: Micros) =>
  (elapsed: Micros): number =>
    elapsed < lag ? 412 : 200

/** The greatest number below 1. */
export const ALMOST_ONE: number = 1 - Number.EPSILON / 2
