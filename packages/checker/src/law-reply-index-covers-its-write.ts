/**
 * Law 8 of simulation-and-checking 6.1: X-Vault-Index of an answer names a state that has what the request wrote, of this cluster, and
 * that a majority has.
 * Judged are successful answers with an index, against the entries of their request (vault-consistency 3.2); without entries only
 * whose index it is, and only for servers that say who served.
 * Always holds: an answer without an index is lawful; revocations and raw answers have none.
 */

import type { CallRecord, ReplyRecord } from '@fourtwelve/protocol'
import { answerLaw } from './answer-law.ts'
import type { Law } from './law.ts'
import type { RunFacts } from './run-facts.ts'
import type { Judgement } from './tally.ts'
import { answered, at, proof, sent } from './telling.ts'

export const REPLY_INDEX_COVERS_ITS_WRITE: Law = answerLaw(
  'reply-index-covers-its-write',
  'X-Vault-Index of an answer is not below what the request wrote, not beyond what a majority has, and of this cluster.',
  judge,
)

function judge(call: CallRecord, reply: ReplyRecord, facts: RunFacts): Judgement {
  const { index, status } = reply
  if (index === null || index === '' || status >= 300 || reply.by === undefined) return 'not-judged'
  const { committed } = facts.ledger
  const last = facts.workOf(call, reply)?.last
  const local = facts.issued.localOfKnown(index)
  const tell = (says: string, contradiction: string): Judgement => {
    return () => ({
      t: reply.t,
      prose: `${sent(call)}; ${answered(call, reply)} with ${says}. ${contradiction}`,
      records: proof([call, ...(last === undefined ? [] : [last]), reply]),
    })
  }
  if (local === null) {
    return tell(
      'an X-Vault-Index that cannot be read',
      'It is none of this cluster in its own format: no node can ever have that state.',
    )
  }
  const says = `X-Vault-Index ${local}`
  if (last !== undefined && local < last.index) {
    return tell(
      says,
      `The request wrote entry ${last.index} (on ${last.node} at ${at(last.t)}). ${local} < ${last.index}, ` +
        'so a node with that state need not have the write.',
    )
  }
  if (committed > 0 && local > committed) {
    return tell(
      says,
      `But at ${at(reply.t)} a majority had no more than ${committed} < ${local}: nobody can have that state yet.`,
    )
  }
  return last === undefined ? 'not-judged' : 'lawful'
}
