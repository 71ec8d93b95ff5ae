/**
 * Law 9 of simulation-and-checking 6.1: an answer to a request that requires index states comes from a state that has them
 * all, or one of them where the servers take one for enough (vault-consistency 11 #2).
 * Judged are answers that prove that the gate was passed (`answer-proof.ts`), against those values that this run issued;
 * foreign and forged values promise nothing, and whether they are refused is another law's matter; values of before the log was
 * numbered anew name no entry any more.
 * Always holds: what counts is the state of the node that handled the request; consul or raft makes no difference here,
 * because only tokens are exempt over other storage (vault-consistency 1.5 step 6, 3.3).
 */

import type { CallRecord, ReplyRecord } from '@fourtwelve/protocol'
import { answerLaw } from './answer-law.ts'
import { provesIndexPassed } from './answer-proof.ts'
import type { IssuedIndex } from './issued-index.ts'
import type { Law, Witness } from './law.ts'
import type { RunFacts } from './run-facts.ts'
import type { Judgement } from './tally.ts'
import { answered, birthOfIndex, proof, sent } from './telling.ts'

export const HEADER_GATE: Law = answerLaw(
  'header-gate',
  'A node that answers a request with X-Vault-Index values, other than by 412, has applied the log up to each of them (to one, where one is enough).',
  judgeHeaderGate,
  ['index-sent'],
)

function judgeHeaderGate(call: CallRecord, reply: ReplyRecord, facts: RunFacts): Judgement {
  if (call.index.length === 0 || reply.applied === undefined || !facts.checksIndexes) return 'not-judged'
  if (!provesIndexPassed(reply) || !facts.gatesOf(call).index) return 'not-judged'
  let known = 0
  let met = 0
  let unmet: IssuedIndex | null = null
  for (const value of call.index) {
    const issued = facts.issued.find(value)
    if (issued === undefined || issued.local === null || !facts.issued.isOfThisLog(issued)) continue
    known++
    if (reply.applied >= issued.local) met++
    else unmet ??= issued
  }
  if (known === 0) return 'not-judged'
  if (unmet === null) return 'lawful'
  if (facts.anyIndexSuffices) {
    if (met > 0) return 'lawful'
    // A value of which nothing is known may be the one that was met.
    if (known < call.index.length) return 'not-judged'
  }
  const missing = unmet
  return () => tell(call, reply, missing, facts)
}

function tell(call: CallRecord, reply: ReplyRecord, issued: IssuedIndex, facts: RunFacts): Witness {
  const { applied } = reply
  const others = facts.anyIndexSuffices && call.index.length > 1 ? ' and no other value was met' : ''
  return {
    t: reply.t,
    prose:
      `${birthOfIndex(issued)} ${sent(call)} with X-Vault-Index ${issued.local}; ${answered(call, reply)} ` +
      `with applied = ${applied}. ${applied} < ${issued.local}${others}, so the only lawful answers were 412 or a forward.`,
    records: proof([issued.reply, call, reply]),
  }
}
