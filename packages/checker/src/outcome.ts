/**
 * What came of an attempt: the one place where that is decided (simulation-and-checking 1.2).
 *
 * | answer | outcome |
 * |---|---|
 * | 2xx, and 404 to a read | done |
 * | any other 4xx (400, 403, 412 among them), 3xx of a node that sent nothing on | failed: nothing of what was asked happened |
 * | none (lost, timed out), 3xx, 5xx: to a read | failed: it changed nothing, whatever became of it |
 * | none, 3xx, 5xx: to a write | unknown, unless the log tells: a committed entry of the request says that it happened |
 *
 * A standby that hears nothing more of a request that it sent on falls back to redirection, as Vault's request handler does: then a 307
 * is no promise that nothing happened.
 * Always holds: nothing is guessed: a write without an entry stays unknown, because it may still be under way.
 */

import type { CallRecord, ReplyRecord } from '@fourtwelve/protocol'
import type { RunFacts } from './run-facts.ts'

export type Outcome = 'done' | 'failed' | 'unknown' | 'happened'

export const isRead = ({ method }: Pick<CallRecord, 'method'>): boolean =>
  method === 'GET' || method === 'LIST' || method === 'HEAD' || method === 'OPTIONS'

/** `happened`: nobody told the client, and the log shows it. */
export function outcomeOf(call: CallRecord, reply: ReplyRecord, facts: RunFacts): Outcome {
  const { status, forwarded } = reply
  if (status >= 200 && status < 300) return 'done'
  if (status === 404 && isRead(call)) return 'done'
  if ((status >= 400 && status < 500) || isRead(call)) return 'failed'
  if (status >= 300 && status < 400 && forwarded === null) return 'failed'
  const effect = facts.workOf(call, reply)?.effect ?? null
  // An entry that a later leadership lacks is lost, and another one stands in its place.
  const isCommitted = effect !== null && facts.ledger.knows(effect.index) && facts.workAt(effect) !== undefined
  return isCommitted ? 'happened' : 'unknown'
}
