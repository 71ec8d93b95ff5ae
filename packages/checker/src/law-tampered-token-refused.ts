/**
 * Law 5 of simulation-and-checking 6.1: a token in which anything was changed is accepted by nobody.
 * Judged are answers to requests with a token that was changed on purpose (`tampered`), or that has the id of a token of this run with
 * another index, epoch or MAC (`seal`) than it was given out with: no key is needed to know that.
 * Always holds: paths that do not look at the token are not judged; how a wrong MAC is refused differs (switch `bad_token`), and so is not
 * judged here.
 */

import type { CallRecord, ReplyRecord } from '@fourtwelve/protocol'
import { answerLaw } from './answer-law.ts'
import { provesTokenAccepted } from './answer-proof.ts'
import type { Law } from './law.ts'
import { isAsGiven, type RunFacts, type TokenOrigin } from './run-facts.ts'
import type { Judgement } from './tally.ts'
import { answered, anyTokenWords, hexChain, originWords, proof, sent } from './telling.ts'

export const TAMPERED_TOKEN_REFUSED: Law = answerLaw(
  'tampered-token-refused',
  'A token in which a single bit was changed is never accepted.',
  judge,
)

function judge(call: CallRecord, reply: ReplyRecord, facts: RunFacts): Judgement {
  if (reply.status === 0 || facts.gatesOf(call).token !== 'checked') return 'not-judged'
  const origin = changedFrom(call, facts)
  if (call.tampered !== true && origin === undefined) return 'not-judged'
  if (!provesTokenAccepted(reply)) return 'lawful'
  return () => ({
    t: reply.t,
    prose:
      `${origin === undefined ? '' : `${originWords(origin)} `}${sent(call)} with ${anyTokenWords(call.token)}${sealWords(call)}, which no ` +
      `server gave out; ` +
      `${answered(call, reply)}, an answer that only an accepted token gets. Its MAC cannot be right, so it had to be refused.`,
    records: proof([...(origin === undefined ? [] : [origin.reply]), call, reply]),
  })
}

/** Index and epoch may be as they were given out. */
const sealWords = ({ token }: CallRecord): string =>
  token.type === 'service' && token.seal !== undefined ? ` under MAC ${hexChain(token.seal)}` : ''

/** The token that this one was made from; undefined when it is as it was given out, or nobody knows. */
function changedFrom({ token }: CallRecord, facts: RunFacts): TokenOrigin | undefined {
  if (token.type !== 'service' || facts.originOfRecord(token) !== undefined) return undefined
  const origin = facts.originOf(token.id)
  return origin === undefined || origin.token.type !== 'service' || isAsGiven(token, origin) ? undefined : origin
}
