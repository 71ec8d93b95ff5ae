/**
 * Law 1 of simulation-and-checking 6.1: a token that lives is accepted, or asked to wait (412, or a forward), never refused as unknown.
 * Judged are answers to requests with a token whose birth is in the history. White box: the state that handled the request has the whole
 * token, alive and not over; or lacks it, and then the token's own index had to tell. Black box: nothing that can end tokens of others
 * was ever asked for, nobody renewed it (a renewal may shorten), and by the ttl that its creation told it is not over, nor is a parent of
 * it: a child whose parent's birth is not in the history is not judged.
 * Always holds: a renewal that the state does not have yet does not count, so a standby may end a token early; the last second of a
 * lease is not judged, nor any end while clocks are skewed; a token without an index may be unknown on a standby that lags; a token
 * that was changed, be it in its MAC alone, is not the one that was given out.
 */

import {
  micros,
  MICROS_PER_SECOND,
  walIndex,
  type CallRecord,
  type Micros,
  type ReplyRecord,
} from '@fourtwelve/protocol'
import { rememberingLaw } from './answer-law.ts'
import { provesTokenRefused } from './answer-proof.ts'
import { AskedEnds } from './asked-ends.ts'
import type { Law, Witness } from './law.ts'
import type { RunFacts, TokenOrigin } from './run-facts.ts'
import { answered, at, lifeWords, originWords, proof, sent } from './telling.ts'

export const FRESH_TOKEN_NEVER_REFUSED: Law = rememberingLaw(
  'fresh-token-never-refused',
  'A token that is neither revoked nor over is never refused as unknown: a node that lacks it says 412 or forwards.',
  (facts) => {
    const asked = new AskedEnds()
    let isTold = false
    return {
      call(call) {
        if (!isTold) asked.observe(call)
        return 'not-judged'
      },
      answer(call, reply) {
        // Where servers tell of their state, nobody asks what clients asked for.
        isTold ||= reply.applied !== undefined
        if (reply.status === 0 || facts.gatesOf(call).token !== 'checked' || call.tampered === true) return 'not-judged'
        if (call.token.type !== 'service' && call.token.type !== 'short') return 'not-judged'
        const origin = facts.originOfRecord(call.token)
        if (origin === undefined) return 'not-judged'
        const why = origin.salted === null ? granted(origin, reply, facts, asked) : whyAlive(call, reply, facts)
        if (why === null) return 'not-judged'
        return provesTokenRefused(reply) ? () => tell(why, origin, call, reply, facts) : 'lawful'
      },
    }
  },
)

/**
 * Why a token is not to be refused: it stands in the state that answers; its index says that this state lacks it; or, black box, its
 * creation said that it lives until then (null for ever).
 */
type Alive = 'stands' | 'gated' | { readonly until: Micros | null }

/** White box: what the state that handled the request says of the token; null when it may be dead. */
function whyAlive(call: CallRecord, reply: ReplyRecord, facts: RunFacts): Alive | null {
  const { applied, epoch } = reply
  const { token } = call
  const life = facts.lifeOf(token)
  if (life === undefined || applied === undefined || epoch === undefined || !facts.ledger.knows(applied)) return null
  if (life.isDeadAt(applied) || (life.death !== null && facts.switches.storage !== 'raft') || !facts.clocksAgree)
    return null
  if (token.type === 'service' && token.epoch < epoch - 1 && facts.switches.second_promotion === 'loses-tokens')
    return null
  if (life.completeAt <= applied) {
    const lease = life.leaseAt(applied)
    if (life.hasLease && lease === null) return null
    const ends = lease?.ends ?? null
    return ends !== null && isOver(ends, reply) ? null : 'stands'
  }
  const isGated = token.type === 'service' && token.epoch >= epoch && token.index > applied && facts.checksIndexes
  return isGated && facts.standbysCheckTokens && life.death === null ? 'gated' : null
}

/** Tokens above one that are looked at: a deeper one is not judged. */
const PARENTS_MAX = 8

/** Black box: what its creation said, when nothing can have ended it. */
function granted(origin: TokenOrigin, reply: ReplyRecord, facts: RunFacts, asked: AskedEnds): Alive | null {
  if (reply.applied !== undefined || facts.renumberings > 0 || !facts.clocksAgree) return null
  // Without an index a lagging standby has no way to know.
  if (origin.token.type !== 'service' || !facts.standbysCheckTokens) return null
  let one: TokenOrigin | undefined = origin
  let ends: Micros | null = null
  for (let parents = 0; ; parents++) {
    if (one === undefined || parents > PARENTS_MAX) return null
    const { grant } = one.reply
    if (grant === undefined || grant.uses > 0 || asked.mayEndEarly(one.token)) return null
    if (grant.ttl > 0) ends = micros(Math.min(ends ?? Infinity, one.call.t + grant.ttl))
    if (grant.orphan) break
    one = facts.originOfRecord(one.call.token)
  }
  return ends !== null && isOver(ends, reply) ? null : { until: ends }
}

const isOver = (ends: Micros, reply: ReplyRecord): boolean => ends - MICROS_PER_SECOND <= reply.t

function tell(why: Alive, origin: TokenOrigin, call: CallRecord, reply: ReplyRecord, facts: RunFacts): Witness {
  const applied = reply.applied === undefined ? '' : ` with applied = ${reply.applied}`
  return {
    t: reply.t,
    prose:
      `${originWords(origin)} ${sent(call)} with that token; ${answered(call, reply)}${applied} and refused the token. ` +
      `But ${words(why, call, reply, facts)}: a token that lives was refused.`,
    records: proof([origin.reply, call, reply]),
  }
}

function words(why: Alive, { token }: CallRecord, { applied = walIndex(0) }: ReplyRecord, facts: RunFacts): string {
  if (why === 'gated') {
    const index = token.type === 'service' ? token.index : 0
    return `${applied} < ${index}, so the node could see that it lacked the token, and had to say 412 or forward`
  }
  if (why !== 'stands') {
    const until = why.until === null ? 'never ends' : `does not end before ${at(why.until)}`
    return `nothing that may end it was ever asked for, and it ${until}`
  }
  const life = facts.lifeOf(token)
  const [from, ends] = [life?.completeAt ?? 0, life?.leaseAt(applied)?.ends ?? null]
  const until = ends === null ? 'and never ends' : `and ends at ${at(ends)}`
  return `${life === undefined ? 'it' : lifeWords(life)} stands in the log from entry ${from} on, ${until}; ${applied} >= ${from}`
}
