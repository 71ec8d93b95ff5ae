/**
 * Law 21 of simulation-and-checking 6.1: a token that is revoked in the log up to `v` is refused by every node that has applied `v`, for
 * ever; and a revocation that was acknowledged stands in the log.
 * Judged are answers to requests with a token that the log killed: before its death it may be accepted, from its death on never. A token is
 * dead from its taint on, the first write of its own revocation. The token in the body of auth/token/lookup and renew is judged
 * too. And acknowledged revocations of a token that lived in the state in which they were taken up.
 * Always holds: what counts is the state of the node that handled the request. A restored backup may bring a token back: the log is
 * then another one.
 */

import type { CallRecord, ReplyRecord, TokenRecord } from '@fourtwelve/protocol'
import { answerLaw } from './answer-law.ts'
import { provesTokenAccepted } from './answer-proof.ts'
import type { Law } from './law.ts'
import type { RunFacts } from './run-facts.ts'
import type { Judgement } from './tally.ts'
import { answered, anyTokenWords, at, deathWords, lifeWords, proof, sent } from './telling.ts'

export const REVOCATION_IS_FINAL: Law = answerLaw(
  'revocation-is-final',
  'A node that has applied the death of a token never accepts it again, and an acknowledged revocation is in the log.',
  (call, reply, facts) => {
    const own = judgeUse(call.token, call, reply, facts)
    if (typeof own === 'function') return own
    const named =
      call.bodyToken !== undefined && NAMES_A_LIVING.has(call.path) && reply.status < 300 ? call.bodyToken : null
    const other = named === null ? 'not-judged' : judgeUse(named, call, reply, facts)
    if (typeof other === 'function') return other
    const revoked = judgeRevocation(call, reply, facts)
    if (revoked !== 'not-judged') return revoked
    return other === 'not-judged' ? own : other
  },
)

/** A success says that the token in the body lives. */
const NAMES_A_LIVING: ReadonlySet<string> = new Set(['auth/token/lookup', 'auth/token/renew'])

function judgeUse(token: TokenRecord, call: CallRecord, reply: ReplyRecord, facts: RunFacts): Judgement {
  const { applied } = reply
  if (applied === undefined || facts.gatesOf(call).token !== 'checked' || !facts.ledger.knows(applied))
    return 'not-judged'
  const isAccepted = provesTokenAccepted(reply)
  if (!isAccepted && reply.status !== 403) return 'not-judged'
  const life = facts.lifeOf(token)
  const death = life?.death ?? null
  if (life === undefined || death === null) return 'not-judged'
  if (!isAccepted || applied < death.index) return 'lawful'
  return () => ({
    t: reply.t,
    prose:
      `${deathWords(life)} ${sent(call)} with ${anyTokenWords(token)}, which is that token; ${answered(call, reply)} with ` +
      `applied = ${applied}, an answer that only a living token gets. ${applied} >= ${death.index}, so the only lawful answer was 403.`,
    records: proof([death, call, reply]),
  })
}

const REVOKES_NAMED: ReadonlySet<string> = new Set(['auth/token/revoke', 'auth/token/revoke-orphan'])

/** What a request revokes; undefined when it revokes nothing, or nobody can say what. */
function revokedBy({ path, token, bodyToken }: CallRecord): TokenRecord | undefined {
  if (path === 'auth/token/revoke-self') return token
  return REVOKES_NAMED.has(path) ? bodyToken : undefined
}

function judgeRevocation(call: CallRecord, reply: ReplyRecord, facts: RunFacts): Judgement {
  const revoked = revokedBy(call)
  const { applied, status } = reply
  if (revoked === undefined || status < 200 || status > 299 || applied === undefined) return 'not-judged'
  const life = facts.lifeOf(revoked)
  if (life === undefined || !facts.ledger.knows(Math.max(applied, reply.wrote ?? 0)) || !facts.clocksAgree)
    return 'not-judged'
  if (life.death !== null) return 'lawful'
  const ends = life.leaseAt(applied)?.ends
  // One that was over, or not there yet, is revoked already.
  if (ends === undefined || (ends !== null && ends <= reply.t) || life.completeAt > applied) return 'not-judged'
  return () => ({
    t: reply.t,
    prose:
      `Entry ${life.entry.index} of ${at(life.entry.t)} made ${lifeWords(life)}. ${sent(call)} for ${anyTokenWords(revoked)}, which is ` +
      `that token; ${answered(call, reply)} and so acknowledged its revocation. But up to entry ${facts.ledger.committed} nothing in ` +
      'the log kills it: the other nodes never learn of it.',
    records: proof([life.entry, call, reply]),
  })
}
