/**
 * Law 23 of simulation-and-checking 6.1: a token lives as long as its lease says, by the clock, and has as many uses as it was made
 * with.
 * Judged are answers that prove that a token was accepted: the request left before the end of the lease in the state that handled it
 * (a standby that has not applied a renewal may end a token early, never late); how often a token with a use count was accepted; and
 * in the committed log every lease against the explicit maximum, and every count of uses against the one before. Black box: by what the
 * creation of the token told, as long as nobody may have renewed it.
 * Always holds: while clocks are skewed no end is judged, because each node judges by its own; lengths are whole seconds, so a maximum
 * may be passed by less than one. Early refusals are `fresh-token-never-refused`'s. Over Consul-like storage reads run ahead of what is
 * told as applied, so no end is judged there.
 */

import {
  micros,
  MICROS_PER_SECOND,
  type CallRecord,
  type EntryFact,
  type EntryRecord,
  type ReplyRecord,
} from '@fourtwelve/protocol'
import { rememberingLaw } from './answer-law.ts'
import { provesTokenAccepted } from './answer-proof.ts'
import { AskedEnds } from './asked-ends.ts'
import type { Law } from './law.ts'
import type { RunFacts, TokenOrigin } from './run-facts.ts'
import type { Judgement } from './tally.ts'
import { answered, anyTokenWords, at, lifeWords, originWords, proof, sent } from './telling.ts'
import { TokenLife } from './token-life.ts'

export const LIFETIME: Law = rememberingLaw(
  'lifetime',
  'No token is accepted after its lease, renewed beyond its explicit maximum, or used more often than it may be.',
  (facts) => {
    let uses = new Map<TokenLife | TokenOrigin, number>()
    const asked = new AskedEnds()
    let isTold = false
    const judgeUse = (
      token: TokenLife | TokenOrigin,
      limit: number,
      late: Judgement,
      call: CallRecord,
      reply: ReplyRecord,
    ): Judgement => {
      // A 500 for want of a lease comes after the check, but before the use is counted.
      if (limit === 0 || reply.status === 500 || typeof late === 'function') return late
      const used = (uses.get(token) ?? 0) + 1
      // A token that was forgotten is not asked for again.
      if (uses.size >= LIMITED_MAX) uses = new Map()
      uses.set(token, used)
      return used <= limit ? 'lawful' : () => tellUses(birthOf(token), limit, used, call, reply)
    }
    return {
      call(call) {
        if (!isTold) asked.observe(call)
        return 'not-judged'
      },
      answer(call, reply) {
        isTold ||= reply.applied !== undefined
        if (!provesTokenAccepted(reply) || facts.gatesOf(call).token !== 'checked') return 'not-judged'
        const life = facts.lifeOf(call.token)
        if (life !== undefined) return judgeUse(life, life.usesAtBirth, judgeEnd(life, call, reply, facts), call, reply)
        const origin = isTold ? undefined : facts.originOfRecord(call.token)
        if (origin === undefined) return 'not-judged'
        const late = judgeGrantedEnd(origin, call, reply, facts, asked)
        return judgeUse(origin, usesGranted(origin, asked), late, call, reply)
      },
      fact: (fact, entry, before) => judgeFact(fact, entry, before, facts),
      renumbered: () => {
        uses = new Map()
      },
    }
  },
)

/** Tokens with a use count whose uses are counted at once. */
const LIMITED_MAX = 65_536

function judgeEnd(life: TokenLife, call: CallRecord, reply: ReplyRecord, facts: RunFacts): Judgement {
  const { applied } = reply
  if (applied === undefined || !facts.ledger.knows(applied) || !facts.clocksAgree) return 'not-judged'
  if (!facts.tellsWhatItReads(reply)) return 'not-judged'
  const lease = life.leaseAt(applied)
  if (lease === null || lease.ends === null) return 'not-judged'
  if (call.t < lease.ends) return 'lawful'
  const { ends, index, t } = lease
  return () => ({
    t: reply.t,
    prose:
      `Entry ${index} of ${at(t)} lets ${lifeWords(life)} live until ${at(ends)}. ${sent(call)} with ${anyTokenWords(call.token)}, ` +
      `which is that token; ${answered(call, reply)} with applied = ${applied}, an answer that only a living token gets. ` +
      `${at(call.t)} is not before ${at(ends)}, so the only lawful answer was 403.`,
    records: proof([life.entry, call, reply]),
  })
}

/** Black box: 0 for any number, and where a use may have come back. */
const usesGranted = ({ reply, token }: TokenOrigin, asked: AskedEnds): number =>
  asked.mayEndLate(token) ? 0 : (reply.grant?.uses ?? 0)

/** Black box: lengths are whole seconds, so the first second behind the end is not judged. */
function judgeGrantedEnd(
  origin: TokenOrigin,
  call: CallRecord,
  reply: ReplyRecord,
  facts: RunFacts,
  asked: AskedEnds,
): Judgement {
  const ttl = origin.reply.grant?.ttl ?? 0
  if (ttl === 0 || !facts.clocksAgree || facts.renumberings > 0 || asked.mayEndLate(origin.token)) return 'not-judged'
  const ends = micros(origin.reply.t + ttl + MICROS_PER_SECOND)
  if (call.t < ends) return 'lawful'
  return () => ({
    t: reply.t,
    prose:
      `${originWords(origin)} It was to live for ${ttl / MICROS_PER_SECOND} s, and nobody asked for more. ${sent(call)} with that token; ` +
      `${answered(call, reply)}, an answer that only a living token gets. ${at(call.t)} is not before ${at(ends)}, so the only lawful ` +
      'answer was 403.',
    records: proof([origin.reply, call, reply]),
  })
}

interface Birth {
  readonly words: string
  readonly record: EntryRecord | ReplyRecord
}

const birthOf = (token: TokenLife | TokenOrigin): Birth =>
  token instanceof TokenLife
    ? { words: `Entry ${token.entry.index} of ${at(token.entry.t)} made ${lifeWords(token)}`, record: token.entry }
    : { words: originWords(token).replace(/\.$/, ''), record: token.reply }

const tellUses = ({ words, record }: Birth, limit: number, used: number, call: CallRecord, reply: ReplyRecord) => ({
  t: reply.t,
  prose:
    `${words} with ${limit} uses. ${sent(call)} with ${anyTokenWords(call.token)}, which is that token; ${answered(call, reply)}, ` +
    `an answer that costs a use. It is the ${used}th such answer, and ${used} > ${limit}.`,
  records: proof([record, call, reply]),
})

function judgeFact(fact: EntryFact, entry: EntryRecord, before: TokenLife | undefined, facts: RunFacts): Judgement {
  if (before === undefined || before.isGone) return 'not-judged'
  if (fact.what === 'lease') {
    const { mostEnds } = before
    if (mostEnds === null || !facts.clocksAgree) return 'not-judged'
    if (fact.left !== null && entry.t + fact.left < mostEnds + MICROS_PER_SECOND) return 'lawful'
    const ends = fact.left === null ? 'never' : at((entry.t + fact.left) as typeof entry.t)
    return () => ({
      t: entry.t,
      prose:
        `Entry ${before.entry.index} of ${at(before.entry.t)} made ${lifeWords(before)}, which was born at ${at(before.born)} and may not ` +
        `live beyond ${at(mostEnds)}, its explicit maximum. Entry ${entry.index} of ${entry.node} at ${at(entry.t)} gives it a lease ` +
        `that ends ${ends}: later than that.`,
      records: proof([before.entry, entry]),
    })
  }
  if (fact.what !== 'token') return 'not-judged'
  const isLawful =
    before.death !== null
      ? fact.uses < 0
      : fact.uses < 0 || fact.uses === before.uses || (before.uses > 0 && fact.uses === before.uses - 1)
  const { uses, death } = before
  if (isLawful) return 'lawful'
  return () => ({
    t: entry.t,
    prose:
      `Entry ${before.entry.index} of ${at(before.entry.t)} made ${lifeWords(before)}, which ${death === null ? `had ${uses} uses left` : `died with entry ${death.index}`}. ` +
      `Entry ${entry.index} of ${entry.node} at ${at(entry.t)} says ${fact.uses} uses left: uses only go down, one at a time.`,
    records: proof([before.entry, ...(death === null ? [] : [death]), entry]),
  })
}
