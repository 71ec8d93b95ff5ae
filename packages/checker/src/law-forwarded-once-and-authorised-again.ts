/**
 * Law 20 of simulation-and-checking 6.1: what is forwarded is carried out once, and the active node asks again whether it may be.
 * Judged are, in the committed log, second tokens and second versions of one secret that one request wrote; and answers to forwarded
 * requests that prove that the token was accepted: it must be alive in the state in which the active node took the request up. An RPC
 * (a login's token, a child's) is not authorised again; its parent is looked up again, which is `tree-dies-together`'s.
 * Always holds: a retry of a client is another request; as many requests are remembered as `request-works.ts` says.
 */

import type { CallRecord, EntryFact, EntryRecord, ReplyRecord } from '@fourtwelve/protocol'
import { rememberingLaw } from './answer-law.ts'
import { provesTokenAccepted } from './answer-proof.ts'
import type { Law } from './law.ts'
import type { RunFacts } from './run-facts.ts'
import type { Judgement } from './tally.ts'
import { answered, anyTokenWords, at, deathWords, proof, sent } from './telling.ts'

/** What a node does on its own account. */
const OWN_WORK = '0'

export const FORWARDED_ONCE_AND_AUTHORISED_AGAIN: Law = rememberingLaw(
  'forwarded-once-and-authorised-again',
  'A request is carried out once, and what is forwarded is authorised on the state of the active node.',
  (facts) => {
    return {
      about: ['forwarded'],
      answer: (call, reply) => judgeAnswer(call, reply, facts),
      fact(fact, entry) {
        if (entry.request === OWN_WORK || (fact.what !== 'accessor' && fact.what !== 'secret')) return 'not-judged'
        const work = facts.workAt(entry)
        if (work === undefined) return 'not-judged'
        const before = work.carriedOut
        work.carriedOut = { fact, entry }
        if (before === null || !isTwice(before.fact, fact)) return 'lawful'
        return () => tellTwice(before.entry, entry, fact, facts)
      },
    }
  },
)

function isTwice(a: EntryFact, b: EntryFact): boolean {
  if (a.what === 'accessor' && b.what === 'accessor') return true
  return a.what === 'secret' && b.what === 'secret' && a.key === b.key && a.version !== b.version
}

function tellTwice(first: EntryRecord, second: EntryRecord, fact: EntryFact, facts: RunFacts) {
  const call = facts.openCall(second.request)
  const what = fact.what === 'secret' ? `a new version of ${fact.key}` : 'a new token'
  const who = call === undefined ? `Request ${second.request} was made once.` : `${sent(call)}.`
  return {
    t: second.t,
    prose:
      `${who} Entry ${first.index}, which ${first.node} wrote for it at ${at(first.t)}, has ${what}; entry ${second.index} of ` +
      `${second.node} at ${at(second.t)} has another one for the same request: one request was carried out twice.`,
    records: proof([...(call === undefined ? [] : [call]), first, second]),
  }
}

function judgeAnswer(call: CallRecord, reply: ReplyRecord, facts: RunFacts): Judgement {
  const { forwarded, applied, by, node } = reply
  if (forwarded == null || forwarded === 'rpc' || by === node || applied === undefined) return 'not-judged'
  if (!provesTokenAccepted(reply) || facts.gatesOf(call).token !== 'checked' || !facts.ledger.knows(applied))
    return 'not-judged'
  const life = facts.lifeOf(call.token)
  if (life === undefined) return 'not-judged'
  if (!life.isDeadAt(applied)) return 'lawful'
  return () => ({
    t: reply.t,
    prose:
      `${deathWords(life)} ${sent(call)} with ${anyTokenWords(call.token)}, which is that token; ${answered(call, reply)} with ` +
      `applied = ${applied}, an answer that only an accepted token gets. ${applied} >= ${life.death?.index ?? 0}: the active node did ` +
      'not ask again whether the token lives.',
    records: proof([...(life.death === null ? [] : [life.death]), call, reply]),
  })
}
