/**
 * Law 19 of simulation-and-checking 6.1: a standby sends a request on only where a rule says so (vault-consistency 0 and 4.1).
 * Judged are answers that say why they were forwarded; each cause needs its licence:
 *
 * | cause | licence |
 * |---|---|
 * | header | X-Vault-Forward, and `allow_forwarding_via_header` |
 * | inconsistent-header | X-Vault-Inconsistent, the same setting, and an X-Vault-Index that was not met here |
 * | new-token | `allow_forwarding_via_token`, and a token whose index was not applied here |
 * | limited-use | the token has a use count |
 * | write, rpc | the request is no read |
 * | always, plain-standby, unknown-entity | not judged: a history does not tell which paths, nodes and entities these are |
 *
 * Always holds: what is not known is no offence.
 */

import type { CallRecord, ForwardCause, ReplyRecord, TokenRecord } from '@fourtwelve/protocol'
import { answerLaw } from './answer-law.ts'
import type { Law } from './law.ts'
import { isRead } from './outcome.ts'
import { areIndexesMissing } from './required-indexes.ts'
import type { RunFacts } from './run-facts.ts'
import type { Judgement } from './tally.ts'
import { answered, anyTokenWords, proof, sent } from './telling.ts'

export const FORWARDING_HAS_A_LICENCE: Law = answerLaw(
  'forwarding-has-a-licence',
  'A standby forwards a request only for a header or a new token where the servers allow it, for a use count, or for a write.',
  judge,
  ['forwarded'],
)

/** What is wrong with a forward; null when nothing is, `unknown` when nobody can tell. */
type Fault = string | null

interface Forwarded {
  readonly call: CallRecord
  readonly reply: ReplyRecord
  readonly facts: RunFacts
}

const RULES: Readonly<Record<ForwardCause, (forwarded: Forwarded) => Fault>> = {
  header: ({ call, facts }) => {
    if (call.forward !== 'forward') return 'the request had no X-Vault-Forward'
    return facts.forwarding?.header === false ? 'allow_forwarding_via_header is off' : null
  },
  'inconsistent-header': ({ call, reply, facts }) => {
    if (call.forward !== 'inconsistent') return 'the request had no X-Vault-Inconsistent'
    if (facts.forwarding?.header === false) return 'allow_forwarding_via_header is off'
    const missing = areIndexesMissing(call.index, reply.appliedHere, facts)
    if (missing === 'yes') return null
    return missing === 'no'
      ? `no X-Vault-Index of the request was ahead of the ${reply.appliedHere} applied there`
      : 'unknown'
  },
  'new-token': ({ call, reply, facts }) => {
    if (facts.forwarding?.token === false) return 'allow_forwarding_via_token is off'
    const here = reply.appliedHere
    if (here === undefined) return 'unknown'
    if (isAhead(call.token, here) || (call.bodyToken !== undefined && isAhead(call.bodyToken, here))) return null
    return `no token of the request names an index ahead of the ${here} applied there`
  },
  'limited-use': ({ call, facts }) => {
    const life = facts.lifeOf(call.token)
    if (life === undefined) return 'unknown'
    return life.usesAtBirth === 0 ? 'the token has no use count' : null
  },
  write: ({ call }) => (isRead(call) ? `a ${call.method} writes nothing` : null),
  rpc: ({ call }) => (isRead(call) ? `a ${call.method} makes no token` : null),
  always: () => 'unknown',
  'plain-standby': () => 'unknown',
  'unknown-entity': () => 'unknown',
}

function judge(call: CallRecord, reply: ReplyRecord, facts: RunFacts): Judgement {
  const { forwarded } = reply
  if (forwarded == null) return 'not-judged'
  const fault = RULES[forwarded]({ call, reply, facts })
  if (fault === 'unknown') return 'not-judged'
  if (fault === null) return 'lawful'
  return () => ({
    t: reply.t,
    prose:
      `${sent(call)} with ${anyTokenWords(call.token)}; ${reply.node ?? call.node} sent it on to the active node for the cause ` +
      `${forwarded}, and so ${answered(call, reply)}. But ${fault}: it had to answer itself.`,
    records: proof([call, reply]),
  })
}

const isAhead = (token: TokenRecord, applied: number): boolean => token.type === 'service' && token.index > applied
