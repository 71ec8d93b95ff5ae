/**
 * Law 3 of simulation-and-checking 6.1: a node that accepts a consistent token has applied what the token's index names.
 * Judged are answers that prove that the token was accepted (`answer-proof.ts` says which, and why), on paths that check it,
 * for tokens whose epoch is not below the node's: the index of an older epoch means nothing (vault-consistency 1.5, step 7).
 * The token that the body of auth/token/lookup and its kin names is checked like the request's own (0 E6).
 * Always holds: what counts is the node that handled the request, so a forwarded request is judged by the active node's state.
 */

import type { CallRecord, ReplyRecord, TokenRecord } from '@fourtwelve/protocol'
import { answerLaw } from './answer-law.ts'
import { provesBodyTokenAccepted, provesTokenAccepted } from './answer-proof.ts'
import type { Law, Witness } from './law.ts'
import type { RunFacts } from './run-facts.ts'
import type { Judgement } from './tally.ts'
import { answered, birthOf, proof, sent, type ServiceTokenRecord } from './telling.ts'

export const TOKEN_GATE: Law = answerLaw(
  'token-gate',
  'A node that accepts a token of the current epoch has applied the log up to the index in the token.',
  judgeTokenGate,
)

function judgeTokenGate(call: CallRecord, reply: ReplyRecord, facts: RunFacts): Judgement {
  if (!facts.checksIndexes || !provesTokenAccepted(reply) || facts.gatesOf(call).token !== 'checked')
    return 'not-judged'
  if (!facts.standbysCheckTokens && !facts.answeredByActive(call, reply)) return 'not-judged'
  const own = judgeToken(call.token, 'with', call, reply, facts)
  if (call.bodyToken === undefined || !provesBodyTokenAccepted(reply)) return own
  const named = judgeToken(call.bodyToken, 'for', call, reply, facts)
  return typeof own === 'function' || named === 'not-judged' ? own : named
}

function judgeToken(
  token: TokenRecord,
  role: 'with' | 'for',
  call: CallRecord,
  reply: ReplyRecord,
  facts: RunFacts,
): Judgement {
  if (token.type !== 'service' || reply.applied === undefined || reply.epoch === undefined) return 'not-judged'
  if (token.epoch < reply.epoch) return 'not-judged'
  return reply.applied >= token.index ? 'lawful' : () => tell(call, reply, role, token, facts)
}

function tell(
  call: CallRecord,
  reply: ReplyRecord,
  role: 'with' | 'for',
  token: ServiceTokenRecord,
  facts: RunFacts,
): Witness {
  const origin = facts.originOf(token.id)
  const { applied } = reply
  return {
    t: reply.t,
    prose:
      `${birthOf(token, origin)} ${sent(call)} ${role} token ${token.id}; ${answered(call, reply)} with applied = ${applied}, ` +
      `an answer that only an accepted token gets. ${applied} < ${token.index}, so the only lawful answers were 412 or a forward.`,
    records: proof(origin === undefined ? [call, reply] : [origin.reply, call, reply]),
  }
}
