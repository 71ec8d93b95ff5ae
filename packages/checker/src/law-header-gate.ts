/**
 * Law 9 of simulation-and-checking 6.1: an answer to a request that requires index states comes from a state that has them all.
 * Judged are answers that prove that the gate was passed (`answer-proof.ts`), against those values that this run issued;
 * foreign and forged values promise nothing, and whether they are refused is another law's matter.
 * Always holds: what counts is the state of the node that handled the request; consul or raft makes no difference here,
 * because only tokens are exempt over other storage (vault-consistency 1.5 step 6, 3.3).
 */

import type { CallRecord, ReplyRecord } from '@fourtwelve/protocol'
import { answerLaw } from './answer-law.ts'
import { provesIndexPassed } from './answer-proof.ts'
import type { IssuedIndex } from './issued-index.ts'
import type { Law, Witness } from './law.ts'
import { gatesOf } from './path-gates.ts'
import type { RunFacts } from './run-facts.ts'
import type { Judgement } from './tally.ts'
import { answered, birthOfIndex, proof, sent } from './telling.ts'

export const HEADER_GATE: Law = answerLaw(
  'header-gate',
  'A node that answers a request with X-Vault-Index values, other than by 412, has applied the log up to each of them.',
  judgeHeaderGate,
)

function judgeHeaderGate(call: CallRecord, reply: ReplyRecord, facts: RunFacts): Judgement {
  if (call.index.length === 0 || reply.applied === undefined || !facts.checksIndexes) return 'not-judged'
  if (!provesIndexPassed(reply) || !gatesOf(call).index) return 'not-judged'
  let judged = false
  for (const value of call.index) {
    const issued = facts.issued.find(value)
    if (issued === undefined || issued.local === null) continue
    judged = true
    if (reply.applied < issued.local) return () => tell(call, reply, issued)
  }
  return judged ? 'lawful' : 'not-judged'
}

function tell(call: CallRecord, reply: ReplyRecord, issued: IssuedIndex): Witness {
  const { applied } = reply
  return {
    t: reply.t,
    prose:
      `${birthOfIndex(issued)} ${sent(call)} with X-Vault-Index ${issued.local}; ${answered(call, reply)} ` +
      `with applied = ${applied}. ${applied} < ${issued.local}, so the only lawful answers were 412 or a forward.`,
    records: proof([issued.reply, call, reply]),
  }
}
