/**
 * Answers that only say that the active node was not reached, or that nobody knows what became of a request: when may a node say so?
 * Always holds: a failure is excused only when its own words, the node that says them, and the troubles of the history fit together. A
 * read that a standby answers by itself is never excused, whatever happens around it. No 503 is: the smallest queue that can be full
 * (REVOCATIONS_MAX, 10 000) is longer than the longest plan, and a node that turns requests away has them lost.
 */

import { isJsonObject, type NodeId, type ServedReply } from '@fourtwelve/protocol'
import type { Expected } from './expected.ts'
import type { Span, Troubles } from './troubles.ts'
import type { Handling } from './watched-plan.ts'

const UNREACHED = /internal error|local node not active but active cluster node not found/
const OVERDUE = /context deadline exceeded/
const LEADERSHIP_LOST = /active context canceled after getting state lock/

export interface Failure {
  readonly request: number
  /** At the node that gave the answer. */
  readonly handling: Handling
  /** All of the request. */
  readonly handlings: readonly Handling[]
  readonly expected: Expected
  readonly answer: ServedReply
}

export function isExcused(failure: Failure, troubles: Troubles): boolean {
  const span = troubles.spanOf(failure.request)
  if (span === null) throw new Error(`request ${failure.request} has an answer and no reply in the history`)
  const { reply, served } = failure.answer
  const words = JSON.stringify(reply.body)
  if (reply.status === 307 || (reply.status === 500 && UNREACHED.test(words)))
    return mayAskActive(failure) && troubles.apart(served.node, span)
  if (reply.status !== 500) return false
  const workers = failure.handlings.filter(worksAsActive).map(({ node }) => node)
  if (LEADERSHIP_LOST.test(words)) return workers.some((node) => troubles.resigned(node, span))
  return OVERDUE.test(words) && isOverdue(failure, workers, span, troubles)
}

/** On a standby: the model sends the request on, or makes a part of its answer on the active node. */
function mayAskActive({ handling, expected }: Failure): boolean {
  if (handling.moment.role === 'active') return false
  return handling.how === 'forwarded' || expected.kind === 'forward' || needsCall(handling, expected)
}

/** A service token is made on the active node, and so is the entity of a first login. */
function needsCall({ request, moment }: Handling, expected: Expected): boolean {
  if (moment.role === 'active' || expected.kind === 'forward' || expected.status !== 200) return false
  const auth = expected.says?.['auth']
  if (!isJsonObject(auth)) return false
  const isLogin = request?.path.startsWith('auth/userpass/login/') === true
  return auth['token_type'] === 'service' || (isLogin && auth['entity_id'] === undefined)
}

const worksAsActive = ({ moment, how }: Handling): boolean => moment.role === 'active' || how === 'call'

/** It waited for as long as a request may: for a majority, or for an active node that was not there. */
function isOverdue(failure: Failure, workers: readonly NodeId[], span: Span, troubles: Troubles): boolean {
  const { handling, answer } = failure
  if (span.to - span.from < handling.moment.config.max_request_duration) return false
  const waitsForActive = mayAskActive(failure) && troubles.apart(answer.served.node, span)
  return waitsForActive || (workers.length > 0 && troubles.lacksMajority(span))
}
