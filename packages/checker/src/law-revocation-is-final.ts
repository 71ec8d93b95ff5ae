/**
 * Law 21 of simulation-and-checking 6.1: a token that is revoked in the log up to `v` is refused by every node that has applied `v`, for
 * ever; and a revocation that was acknowledged stands in the log.
 * Judged are answers to requests with a token that the log killed: before its death it may be accepted, from its death on never. A token is
 * dead from its taint on, the first write of its own revocation. The token in the body of auth/token/renew is judged too, and in that
 * of auth/token/lookup once nothing of it is left: a lookup finds what is dead (vault, `lookupInternal` with tainted tokens). And acknowledged revocations of a token that lived in the state in which they were taken up. Black box: answers that surely come
 * from a state behind an acknowledged revocation (`acknowledged-revocations.ts`).
 * Always holds: what counts is the state of the node that handled the request. A restored backup may bring a token back: the log is
 * then another one.
 */

import type { CallRecord, ReplyRecord, TokenRecord } from '@fourtwelve/protocol'
import {
  AcknowledgedRevocations,
  knowingOf,
  type AcknowledgedRevocation,
  type Knowing,
} from './acknowledged-revocations.ts'
import { rememberingLaw } from './answer-law.ts'
import { provesTokenAccepted } from './answer-proof.ts'
import type { Law } from './law.ts'
import type { RunFacts } from './run-facts.ts'
import type { Judgement } from './tally.ts'
import { answered, anyTokenWords, at, deathWords, lifeWords, proof, sent } from './telling.ts'
import type { TokenLife } from './token-life.ts'

export const REVOCATION_IS_FINAL: Law = rememberingLaw(
  'revocation-is-final',
  'A node that has applied the death of a token never accepts it again, and an acknowledged revocation is in the log.',
  (facts) => {
    const acknowledged = new AcknowledgedRevocations()
    return {
      call(call) {
        acknowledged.observe(call)
        return 'not-judged'
      },
      answer: (call, reply) =>
        reply.applied === undefined
          ? judgeByAnswers(acknowledged, call, reply, facts)
          : judgeByState(call, reply, facts),
      renumbered: () => acknowledged.forgetAll(),
    }
  },
)

/** Black box. */
function judgeByAnswers(
  acknowledged: AcknowledgedRevocations,
  call: CallRecord,
  reply: ReplyRecord,
  facts: RunFacts,
): Judgement {
  acknowledged.tellIndex(call, reply, facts)
  const own = judgeUseByAnswers(call.token, acknowledged, call, reply, facts)
  const named = typeof own === 'function' ? null : namedLiving(call, reply)
  const other = named === null ? 'not-judged' : judgeUseByAnswers(named, acknowledged, call, reply, facts)
  const revoked = revokedBy(call)
  if (revoked !== undefined && reply.status >= 200 && reply.status < 300) acknowledged.add(revoked, call, reply, facts)
  return other === 'not-judged' ? own : other
}

function judgeUseByAnswers(
  token: TokenRecord,
  acknowledged: AcknowledgedRevocations,
  call: CallRecord,
  reply: ReplyRecord,
  facts: RunFacts,
): Judgement {
  const revocation = acknowledged.find(token, call)
  if (revocation === undefined || facts.gatesOf(call).token !== 'checked') return 'not-judged'
  const knowing = knowingOf(revocation, call, reply, facts)
  if (knowing === null) return 'not-judged'
  if (!provesTokenAccepted(reply)) return reply.status === 403 ? 'lawful' : 'not-judged'
  return () => ({
    t: reply.t,
    prose:
      `${sent(revocation.call)} and asked to revoke ${anyTokenWords(token)}; ${answered(revocation.call, revocation.reply)}. ` +
      `${sent(call)} with that token; ${answered(call, reply)}, an answer that only a living token gets. ${whyItKnows(knowing, revocation)}, ` +
      'so the only lawful answer was 403.',
    records: proof([revocation.call, revocation.reply, call, reply]),
  })
}

function whyItKnows(knowing: Knowing, { index }: AcknowledgedRevocation): string {
  switch (knowing) {
    case 'forwarded':
      return 'X-Vault-Forward asked the active node, which has the revocation'
    case 'wrote':
      return 'The active node carried it out, which has the revocation'
    case 'index':
      return `Its X-Vault-Index asked for a state that has entry ${index}, and so the revocation`
  }
}

/** White box. */
function judgeByState(call: CallRecord, reply: ReplyRecord, facts: RunFacts): Judgement {
  const own = judgeUse(call.token, 'death', call, reply, facts)
  if (typeof own === 'function') return own
  const named = namedLiving(call, reply)
  const ending = call.path === LOOKUP ? 'gone' : 'death'
  const other = named === null ? 'not-judged' : judgeUse(named, ending, call, reply, facts)
  if (typeof other === 'function') return other
  const revoked = judgeRevocation(call, reply, facts)
  if (revoked !== 'not-judged') return revoked
  return other === 'not-judged' ? own : other
}

/** The token in the body, when the answer says that it lives. */
const namedLiving = ({ bodyToken, path }: CallRecord, { status }: ReplyRecord): TokenRecord | null =>
  bodyToken !== undefined && status < 300 && NAMES_A_LIVING.has(path) ? bodyToken : null

const LOOKUP = 'auth/token/lookup'
/** A success says that the token in the body is there. */
const NAMES_A_LIVING: ReadonlySet<string> = new Set([LOOKUP, 'auth/token/renew'])

/** `ending`: from when on it must be refused. A lookup finds what is dead, as long as something of it is left (`lookupInternal`, tainted). */
function judgeUse(
  token: TokenRecord,
  ending: 'death' | 'gone',
  call: CallRecord,
  reply: ReplyRecord,
  facts: RunFacts,
): Judgement {
  const { applied } = reply
  if (applied === undefined || facts.gatesOf(call).token !== 'checked' || !facts.ledger.knows(applied))
    return 'not-judged'
  const isAccepted = provesTokenAccepted(reply)
  if (!isAccepted && reply.status !== 403) return 'not-judged'
  const life = facts.lifeOf(token)
  const end = life?.[ending] ?? null
  if (life === undefined || end === null) return 'not-judged'
  if (!isAccepted || applied < end.index) return 'lawful'
  return () => ({
    t: reply.t,
    prose:
      `${endWords(life, ending)} ${sent(call)} with ${anyTokenWords(token)}, which is that token; ${answered(call, reply)} with ` +
      `applied = ${applied}, an answer that only a living token gets. ${applied} >= ${end.index}, so the only lawful answer was 403.`,
    records: proof([end, call, reply]),
  })
}

const endWords = (life: TokenLife, ending: 'death' | 'gone'): string =>
  ending === 'death' || life.gone === null
    ? deathWords(life)
    : `With entry ${life.gone.index} of ${at(life.gone.t)} nothing was left of ${lifeWords(life)}.`

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
