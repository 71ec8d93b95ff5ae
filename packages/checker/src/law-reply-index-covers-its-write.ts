/**
 * Law 8 of simulation-and-checking 6.1: X-Vault-Index of an answer names a state that has what the request wrote, of this cluster, and
 * that a majority has.
 * Judged are successful answers with an index, against the entries of their request (vault-consistency 3.2); without entries only
 * whose index it is, and only for servers that say who served.
 * Always holds: an answer without an index is lawful; revocations and raw answers have none.
 */

import type { CallRecord, EntryRecord, ReplyRecord } from '@fourtwelve/protocol'
import { answerLaw } from './answer-law.ts'
import type { Law, Witness } from './law.ts'
import type { RunFacts } from './run-facts.ts'
import type { Judgement } from './tally.ts'
import { answered, at, proof, sent } from './telling.ts'

export const REPLY_INDEX_COVERS_ITS_WRITE: Law = answerLaw(
  'reply-index-covers-its-write',
  'X-Vault-Index of an answer is not below what the request wrote, not beyond what a majority has, and of this cluster.',
  judge,
  ['index-told'],
)

function judge(call: CallRecord, reply: ReplyRecord, facts: RunFacts): Judgement {
  const { index, status } = reply
  if (index === null || index === '' || status >= 300 || reply.by === undefined) return 'not-judged'
  const last = facts.workOf(call, reply)?.last
  const local = facts.issued.localOfKnown(index)
  const { committed } = facts.ledger
  if (local !== null && (last === undefined || local >= last.index) && (committed === 0 || local <= committed))
    return last === undefined ? 'not-judged' : 'lawful'
  return () => tell(call, reply, local, last, committed)
}

function tell(
  call: CallRecord,
  reply: ReplyRecord,
  local: number | null,
  last: EntryRecord | undefined,
  committed: number,
): Witness {
  const says = local === null ? 'an X-Vault-Index that cannot be read' : `X-Vault-Index ${local}`
  return {
    t: reply.t,
    prose: `${sent(call)}; ${answered(call, reply)} with ${says}. ${contradiction(reply, local, last, committed)}`,
    records: proof([call, ...(last === undefined ? [] : [last]), reply]),
  }
}

function contradiction(
  reply: ReplyRecord,
  local: number | null,
  last: EntryRecord | undefined,
  committed: number,
): string {
  if (local === null) return 'It is none of this cluster in its own format: no node can ever have that state.'
  if (last !== undefined && local < last.index) {
    return (
      `The request wrote entry ${last.index} (on ${last.node} at ${at(last.t)}). ${local} < ${last.index}, ` +
      'so a node with that state need not have the write.'
    )
  }
  return `But at ${at(reply.t)} a majority had no more than ${committed} < ${local}: nobody can have that state yet.`
}
