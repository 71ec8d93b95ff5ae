/**
 * Law 16 of simulation-and-checking 6.1: an answer shows exactly what a replay of the log up to the applied index of its node shows.
 * Judged are writes of secrets (kv version 2): they say the version that they made; and reads: their version is not an older one, and not one that the node cannot have yet; a version
 * that is deleted or destroyed there is answered with 404, and any other with 200; and what was never written is not there. Which key
 * of the log a path leads to is learned from answers to writes, of that path or of another one of its mount. Other answers tell too
 * little in a history: what they show is judged where the bodies are (`answers-equal-model` of the simulation's tests).
 * Always holds: over Consul-like storage reads run ahead of the applied index, so nothing is judged there; nor where a mount may
 * have been removed, because a path then leads to another key; nor the end of a version while clocks are skewed, since each
 * node has its own, nor in the second around it.
 */

import {
  MICROS_PER_SECOND,
  type CallRecord,
  type EntryRecord,
  type Micros,
  type ReplyRecord,
} from '@fourtwelve/protocol'
import { rememberingLaw } from './answer-law.ts'
import type { Law, Witness } from './law.ts'
import { isRead, outcomeOf } from './outcome.ts'
import type { WrittenSecret } from './request-works.ts'
import type { RunFacts } from './run-facts.ts'
import { SecretKeys } from './secret-keys.ts'
import type { SecretState } from './secret-life.ts'
import type { Judgement } from './tally.ts'
import { answered, at, proof, sent } from './telling.ts'

export const REPLY_EQUALS_REPLAY: Law = rememberingLaw(
  'reply-equals-replay',
  'A read shows the version that the log up to the applied index has, no older or newer one, and none that is gone there; a write says the version that it made.',
  (facts) => {
    const keys = new SecretKeys()
    return {
      about: ['version-told'],
      answer(call, reply) {
        if (reply.version === undefined || outcomeOf(call, reply, facts) !== 'done') return 'not-judged'
        if (isRead(call)) return facts.calls.mayHaveMoved ? 'not-judged' : judgeRead(keys, call, reply, facts)
        const work = facts.workOf(call, reply)
        const secret = work?.secret ?? null
        if (work === undefined || secret === null) return 'not-judged'
        keys.learn(call.path, secret.key)
        return judgeWrite(secret, work.last, call, reply, facts)
      },
      fact(fact) {
        if (fact.what === 'secret' && fact.version <= 1) keys.begins()
        return 'not-judged'
      },
      renumbered: () => keys.beginAnew(),
    }
  },
)

/** A write says the version that it made. */
function judgeWrite(
  { key, version }: WrittenSecret,
  entry: EntryRecord,
  call: CallRecord,
  reply: ReplyRecord,
  facts: RunFacts,
): Judgement {
  if (!facts.ledger.knows(entry.index) || facts.workAt(entry) === undefined) return 'not-judged'
  if (reply.version === version) return 'lawful'
  return () => ({
    t: reply.t,
    prose:
      `${sent(call)}; ${answered(call, reply)} with version ${reply.version}. But the entries that it wrote, up to ${entry.index} of ` +
      `${at(entry.t)}, make version ${version} of ${key}: the answer is not what a replay of the log gives.`,
    records: proof([call, entry, reply]),
  })
}

function judgeRead(keys: SecretKeys, call: CallRecord, reply: ReplyRecord, facts: RunFacts): Judgement {
  const { applied, version } = reply
  const key = keys.of(call.path)
  if (key === undefined || applied === undefined || version === undefined || !facts.ledger.knows(applied))
    return 'not-judged'
  if (!facts.tellsWhatItReads(reply)) return 'not-judged'
  const life = facts.ledger.secret(key)
  const state = life === undefined ? (keys.knowsAll ? 'none' : null) : life.at(applied)
  if (state === null) return 'not-judged'
  const expected = state === 'none' ? 0 : state.version
  if (version !== expected) return () => tell(key, state, call, reply, `${version} is not ${expected}`)
  if (state === 'none' || version === 0) return 'lawful'
  const until = state.goneFrom
  if (until === null) return reply.status === 404 ? () => tellGone(key, state, call, reply, 'never') : 'lawful'
  // Gone from the entry on needs no clock. Any other end was counted from a moment just before the entry was told of.
  const isSure = until === 0 || until + MICROS_PER_SECOND <= call.t || until > reply.t
  if (until > 0 && (!facts.clocksAgree || !isSure)) return 'lawful'
  return until <= call.t === (reply.status === 404) ? 'lawful' : () => tellGone(key, state, call, reply, until)
}

function tellGone(
  key: string,
  state: SecretState,
  call: CallRecord,
  reply: ReplyRecord,
  until: Micros | 'never',
): Witness {
  const from = until === 'never' || until === 0 ? '' : ` from ${at(until)} on`
  const ends = until === 'never' ? 'is never deleted there' : `is deleted or destroyed there${from}`
  return tell(key, state, call, reply, `That version ${ends}`)
}

function tell(key: string, state: SecretState | 'none', call: CallRecord, reply: ReplyRecord, why: string): Witness {
  const { applied, version } = reply
  const log =
    state === 'none'
      ? `The log up to entry ${applied} has no ${key}.`
      : `In the log up to entry ${applied} the last change of ${key} is entry ${state.entry.index} of ${at(state.entry.t)}: version ${state.version}.`
  return {
    t: reply.t,
    prose:
      `${log} ${sent(call)}; ${answered(call, reply)} with applied = ${applied} and version ${version}. ` +
      `${why}: the answer is not what a replay of the log gives.`,
    records: proof([...(state === 'none' ? [] : [state.entry]), call, reply]),
  }
}
