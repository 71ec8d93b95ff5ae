/**
 * Law 4 of simulation-and-checking 6.1: the index in a new token names a state that has the token, and that a majority has.
 * Judged are answers that created a consistent token, against the entries that their request wrote: the last of them that makes the
 * token is its lease, or the token itself (vault-consistency 1.7).
 * Always holds: without the entries of the request nothing is judged; community servers write index 0 and mean nothing by it.
 */

import type { CallRecord, EntryRecord, ReplyRecord } from '@fourtwelve/protocol'
import { answerLaw } from './answer-law.ts'
import type { Law, Witness } from './law.ts'
import type { RunFacts } from './run-facts.ts'
import type { Judgement } from './tally.ts'
import { answered, at, proof, sent, tokenWords, type ServiceTokenRecord } from './telling.ts'

export const TOKEN_INDEX_COVERS_ITS_WRITE: Law = answerLaw(
  'token-index-covers-its-write',
  'The index in a new token is not below the entries that made it, and not beyond what a majority has.',
  judge,
  ['new-token'],
)

function judge(call: CallRecord, reply: ReplyRecord, facts: RunFacts): Judgement {
  const { token } = reply
  if (token?.type !== 'service' || !facts.checksIndexes) return 'not-judged'
  const { committed } = facts.ledger
  const madeIn = facts.workOf(call, reply)?.madeIn ?? null
  if (madeIn === null || committed === 0) return 'not-judged'
  if (token.index >= madeIn.index && token.index <= committed) return 'lawful'
  return () => tell(call, reply, token, madeIn, committed)
}

const tell = (
  call: CallRecord,
  reply: ReplyRecord,
  token: ServiceTokenRecord,
  madeIn: EntryRecord,
  committed: number,
): Witness => ({
  t: reply.t,
  prose:
    `${sent(call)}; ${answered(call, reply)} with ${tokenWords(token)}. Its last entry is ${madeIn.index}, ` +
    `which ${madeIn.node} wrote at ${at(madeIn.t)}. ` +
    (token.index < madeIn.index
      ? `${token.index} < ${madeIn.index}, so a node with the index of the token need not have the token.`
      : `But at ${at(reply.t)} a majority had no more than ${committed} < ${token.index}: nobody can have that state yet.`),
  records: proof([call, madeIn, reply]),
})
