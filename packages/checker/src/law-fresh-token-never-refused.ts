/**
 * Law 1 of simulation-and-checking 6.1: a token that lives is accepted, or asked to wait (412, or a forward), never refused as unknown.
 * Judged are answers to requests with a token whose birth is in the history. White box: the state that handled the request has the whole
 * token, alive and not over; or lacks it, and then the token's own index had to tell. Black box: no token was ever revoked, the log was
 * never numbered anew, and by the ttl that its creation told it is not over.
 * Always holds: a renewal that the state does not have yet does not count, so a standby may end a token early; the last second of a
 * lease is not judged, nor any end while clocks are skewed; a token without an index may be unknown on a standby that lags.
 */

import { MICROS_PER_SECOND, type CallRecord, type Micros, type ReplyRecord } from '@fourtwelve/protocol'
import { rememberingLaw } from './answer-law.ts'
import { provesTokenRefused } from './answer-proof.ts'
import type { Law, Witness } from './law.ts'
import { isRead } from './outcome.ts'
import type { RunFacts, TokenOrigin } from './run-facts.ts'
import { answered, at, lifeWords, originWords, proof, sent } from './telling.ts'

export const FRESH_TOKEN_NEVER_REFUSED: Law = rememberingLaw(
  'fresh-token-never-refused',
  'A token that is neither revoked nor over is never refused as unknown: a node that lacks it says 412 or forwards.',
  (facts) => {
    let sawRevocation = false
    return {
      call(call) {
        sawRevocation ||= !isRead(call) && REVOKES.test(call.path)
        return 'not-judged'
      },
      answer(call, reply) {
        if (reply.status === 0 || facts.gatesOf(call).token !== 'checked' || call.tampered === true) return 'not-judged'
        if (call.token.type !== 'service' && call.token.type !== 'short') return 'not-judged'
        const origin = facts.originOfRecord(call.token)
        if (origin === undefined) return 'not-judged'
        const why =
          origin.salted === null ? lawOfClients(origin, reply, facts, sawRevocation) : stateOf(call, reply, facts)
        if (why === null) return 'not-judged'
        return provesTokenRefused(reply) ? () => tell(origin, call, reply, why) : 'lawful'
      },
    }
  },
)

/** Paths that may end tokens of others. */
const REVOKES = /(?:^|\/)(?:revoke|tidy|sys\/(?:auth|mounts|remount|leases))/

/** Why a token lives here; null when it may be dead. A function, because mostly nobody asks. */
type WhyAlive = () => string

/** White box: what the state that handled the request says of the token. */
function stateOf(call: CallRecord, reply: ReplyRecord, facts: RunFacts): WhyAlive | null {
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
    if (ends !== null && isOver(ends, reply)) return null
    return () => {
      const until = ends === null ? 'and never ends' : `and ends at ${at(ends)}`
      const from = life.completeAt
      return `${lifeWords(life)} stands in the log from entry ${from} on, ${until}; ${applied} >= ${from}`
    }
  }
  const isGated = token.type === 'service' && token.epoch >= epoch && token.index > applied && facts.checksIndexes
  if (!isGated || !facts.standbysCheckTokens || life.death !== null) return null
  return () =>
    `${applied} < ${token.index}, so the node could see that it lacked the token, and had to say 412 or forward`
}

/** Black box: what its creation said, when nothing can have ended it. */
function lawOfClients(
  origin: TokenOrigin,
  reply: ReplyRecord,
  facts: RunFacts,
  sawRevocation: boolean,
): WhyAlive | null {
  const { grant } = origin.reply
  if (grant === undefined || reply.applied !== undefined || sawRevocation || facts.renumberings > 0) return null
  // Without an index a lagging standby has no way to know.
  if (origin.token.type !== 'service' || grant.uses > 0 || !facts.clocksAgree || !facts.standbysCheckTokens) return null
  const ends = grant.ttl === 0 ? null : ((origin.call.t + grant.ttl) as Micros)
  if (ends !== null && isOver(ends, reply)) return null
  return () =>
    `no token was ever revoked, and this one ${ends === null ? 'never ends' : `does not end before ${at(ends)}`}`
}

const isOver = (ends: Micros, reply: ReplyRecord): boolean => ends - MICROS_PER_SECOND <= reply.t

function tell(origin: TokenOrigin, call: CallRecord, reply: ReplyRecord, why: WhyAlive): Witness {
  const applied = reply.applied === undefined ? '' : ` with applied = ${reply.applied}`
  return {
    t: reply.t,
    prose:
      `${originWords(origin)} ${sent(call)} with that token; ${answered(call, reply)}${applied} and refused the token. ` +
      `But ${why()}: a token that lives was refused.`,
    records: proof([origin.reply, call, reply]),
  }
}
