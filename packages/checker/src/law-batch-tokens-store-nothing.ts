/**
 * Law 24 of simulation-and-checking 6.1: a batch token stands nowhere but in itself (vault-consistency 2).
 * Judged are answers that created one: their request wrote nothing of a token (a user's entity, and a spent use of the token that
 * asked, it may); renewals, revocations and children that one asks for: never granted; refusals of an orphan: never before its end; and
 * acceptances of a token with a parent: never in a state in which that is dead.
 * Always holds: ends count whole seconds from the whole second in which it was made, so the last second is not judged, nor any end
 * while clocks are skewed.
 */

import { MICROS_PER_SECOND, type CallRecord, type ReplyRecord } from '@fourtwelve/protocol'
import { answerLaw } from './answer-law.ts'
import { provesTokenAccepted, provesTokenRefused } from './answer-proof.ts'
import type { Law } from './law.ts'
import { isRead } from './outcome.ts'
import type { RunFacts, TokenOrigin } from './run-facts.ts'
import type { Judgement } from './tally.ts'
import { answered, at, deathWords, originWords, proof, sent } from './telling.ts'

export const BATCH_TOKENS_STORE_NOTHING: Law = answerLaw(
  'batch-tokens-store-nothing',
  'Creating a batch token writes no token; it lives on every node until its end or its parent, and grants no renewal, revocation or child.',
  (call, reply, facts) => {
    if (reply.token?.type === 'batch') return judgeCreation(call, reply, facts)
    if (call.token.type !== 'batch') return 'not-judged'
    if (NEVER_GRANTED.test(call.path) && !isRead(call)) return judgeGrant(call, reply)
    return facts.gatesOf(call).token === 'checked' ? judgeUse(call, reply, facts) : 'not-judged'
  },
  ['new-token', 'unindexed-token'],
)

/** What needs a token that is stored. */
const NEVER_GRANTED = /^(?:auth\/token\/(?:renew-self|revoke-self|create|create-orphan)|cubbyhole\/.+)$/

function judgeCreation(call: CallRecord, reply: ReplyRecord, facts: RunFacts): Judgement {
  const work = facts.workOf(call, reply)
  if (work === undefined) return facts.ledger.committed > 0 ? 'lawful' : 'not-judged'
  if (work.tokens === 0) return 'lawful'
  const { made, madeIn, last } = work
  const entry = madeIn ?? last
  return () => ({
    t: reply.t,
    prose:
      `${sent(call)}; ${answered(call, reply)} and gave a batch token. But ${entry.node} wrote entry ${entry.index} for it at ` +
      `${at(entry.t)}, which makes token ${made ?? ''} (salted): a batch token stands nowhere in storage.`,
    records: proof([call, entry, reply]),
  })
}

function judgeGrant(call: CallRecord, reply: ReplyRecord): Judgement {
  if (reply.status >= 300) return 'lawful'
  if (reply.status < 200) return 'not-judged'
  return () => ({
    t: reply.t,
    prose: `${sent(call)} with a batch token; ${answered(call, reply)}. That needs a token that is stored, and this one is not: it had to be refused.`,
    records: proof([call, reply]),
  })
}

function judgeUse(call: CallRecord, reply: ReplyRecord, facts: RunFacts): Judgement {
  const origin = facts.originOfRecord(call.token)
  if (origin === undefined) return 'not-judged'
  if (origin.reply.grant?.orphan === true) return judgeOrphan(origin, call, reply, facts)
  return judgeWithParent(origin, call, reply, facts)
}

function judgeOrphan(origin: TokenOrigin, call: CallRecord, reply: ReplyRecord, facts: RunFacts): Judgement {
  const ttl = origin.reply.grant?.ttl ?? 0
  const sureUntil = origin.call.t + ttl - MICROS_PER_SECOND
  if (ttl === 0 || reply.t >= sureUntil || !facts.clocksAgree || call.tampered === true) return 'not-judged'
  if (!provesTokenRefused(reply)) return provesTokenAccepted(reply) ? 'lawful' : 'not-judged'
  return () => ({
    t: reply.t,
    prose:
      `${originWords(origin)} It is an orphan and lives for ${ttl / MICROS_PER_SECOND} s. ${sent(call)} with it; ${answered(call, reply)}: ` +
      'the token is unknown. But a batch token carries itself, so every node knows it until its end.',
    records: proof([origin.reply, call, reply]),
  })
}

function judgeWithParent(origin: TokenOrigin, call: CallRecord, reply: ReplyRecord, facts: RunFacts): Judgement {
  const { applied } = reply
  const parent = origin.parent === null ? undefined : facts.ledger.find(origin.parent)
  if (parent === undefined || applied === undefined || !facts.ledger.knows(applied)) return 'not-judged'
  if (!provesTokenAccepted(reply)) return 'not-judged'
  if (!parent.isDeadAt(applied)) return 'lawful'
  return () => ({
    t: reply.t,
    prose:
      `${originWords(origin)} Its parent is token ${parent.id} (salted). ${deathWords(parent)} ${sent(call)} with the batch token; ` +
      `${answered(call, reply)} with applied = ${applied}, an answer that only an accepted token gets. ${applied} >= ` +
      `${parent.death?.index ?? 0}: it outlived its parent.`,
    records: proof([origin.reply, ...(parent.death === null ? [] : [parent.death]), call, reply]),
  })
}
