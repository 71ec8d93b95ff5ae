/**
 * Law 7 of simulation-and-checking 6.1: the index of a token of an older epoch means nothing, so nobody waits for it
 * (vault-consistency 1.5, step 7, and 1.8).
 * Judged are answers to requests with such a token and without X-Vault-Index. That such a token still works where it is known is
 * judged by `fresh-token-never-refused`.
 * Always holds: the epoch is that of the node that handled the request; where older epochs are checked (switch `old_epoch`), which was a
 * fault of some versions, nothing is judged.
 */

import type { CallRecord, ReplyRecord, TokenRecord } from '@fourtwelve/protocol'
import { answerLaw } from './answer-law.ts'
import type { Law } from './law.ts'
import { isAgentRefusal, PRECONDITION_FAILED } from './law-412-justified.ts'
import { checksBodyToken } from './path-gates.ts'
import type { RunFacts } from './run-facts.ts'
import type { Judgement } from './tally.ts'
import { answered, birthOf, proof, sent, tokenWords } from './telling.ts'

export const OLD_EPOCH_NEVER_WAITS: Law = answerLaw(
  'old-epoch-never-waits',
  'A token of an older epoch than the node is never a cause of a 412.',
  judge,
)

function judge(call: CallRecord, reply: ReplyRecord, facts: RunFacts): Judgement {
  const { token } = call
  const { epoch } = reply
  if (token.type !== 'service' || epoch === undefined || token.epoch >= epoch) return 'not-judged'
  if (call.index.length > 0 || facts.checksOldEpochs || isAgentRefusal(reply)) return 'not-judged'
  if (checksBodyToken(call.path) && !isOld(call.bodyToken, epoch)) return 'not-judged'
  if (reply.status !== PRECONDITION_FAILED) return 'lawful'
  const origin = facts.originOf(token.id)
  return () => ({
    t: reply.t,
    prose:
      `${birthOf(token, origin)} ${sent(call)} with ${tokenWords(token)}; ${answered(call, reply)} in epoch ${epoch}. ` +
      `${token.epoch} < ${epoch}: the index ${token.index} counts entries of an older log, so no state can be missing for it.`,
    records: proof([...(origin === undefined ? [] : [origin.reply]), call, reply]),
  })
}

const isOld = (token: TokenRecord | undefined, epoch: number): boolean =>
  token !== undefined && (token.type === 'service' ? token.epoch < epoch : token.type !== 'other')
