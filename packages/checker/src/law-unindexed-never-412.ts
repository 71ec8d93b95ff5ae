/**
 * Law 6 of simulation-and-checking 6.1: what carries no index never meets a 412.
 * Judged are answers to requests without X-Vault-Index whose tokens are batch tokens, root and legacy ones, or none at all
 * (vault-consistency 1.5, step 1), in the body too.
 * Always holds: it needs nothing but what a client sees; a 412 of an Agent that misses its own header means something else.
 */

import type { CallRecord, ReplyRecord, TokenRecord } from '@fourtwelve/protocol'
import { answerLaw } from './answer-law.ts'
import type { Law } from './law.ts'
import { isAgentRefusal, PRECONDITION_FAILED } from './law-412-justified.ts'
import { checksBodyToken } from './path-gates.ts'
import type { Judgement } from './tally.ts'
import { answered, anyTokenWords, proof, sent } from './telling.ts'

export const UNINDEXED_NEVER_412: Law = answerLaw(
  'unindexed-never-412',
  'A request whose token carries no index, and that has no X-Vault-Index, is never answered 412.',
  judge,
  ['unindexed-token'],
)

function judge(call: CallRecord, reply: ReplyRecord): Judgement {
  if (reply.status === 0 || call.index.length > 0 || !isUnindexed(call.token) || isAgentRefusal(reply))
    return 'not-judged'
  if (checksBodyToken(call.path) && (call.bodyToken === undefined || !isUnindexed(call.bodyToken))) return 'not-judged'
  if (reply.status !== PRECONDITION_FAILED) return 'lawful'
  return () => ({
    t: reply.t,
    prose:
      `${sent(call)} with ${anyTokenWords(call.token)} and without X-Vault-Index; ${answered(call, reply)}. ` +
      'Nothing in the request names a state, so there is none that could be missing.',
    records: proof([call, reply]),
  })
}

const isUnindexed = ({ type }: TokenRecord): boolean => type === 'batch' || type === 'short' || type === 'none'
