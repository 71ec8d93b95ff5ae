/**
 * Law 16 of simulation-and-checking 6.1: an answer shows exactly what a replay of the log up to the applied index of its node shows.
 * Judged are reads of secrets (kv version 2): their version is not an older one, and not one that the node cannot have yet; a version
 * that is deleted or destroyed there is answered with 404, and any other with 200; and what was never written is not there. Which key
 * of the log a path leads to is learned from answers to writes, of that path or of another one of its mount. Other answers tell too
 * little in a history: what they show is judged where the bodies are (`answers-equal-model` of the simulation's tests).
 * Always holds: over Consul-like storage reads run ahead of the applied index, so nothing is judged there; nor where a mount may
 * have been removed, because a path then leads to another key; nor any deletion while clocks are skewed, since each node has its own.
 */

import type { CallRecord, Micros, ReplyRecord } from '@fourtwelve/protocol'
import { rememberingLaw } from './answer-law.ts'
import type { Law, Witness } from './law.ts'
import { isRead, outcomeOf } from './outcome.ts'
import type { RunFacts } from './run-facts.ts'
import { SecretKeys } from './secret-keys.ts'
import type { SecretState } from './secret-life.ts'
import type { Judgement } from './tally.ts'
import { answered, at, proof, sent } from './telling.ts'

export const REPLY_EQUALS_REPLAY: Law = rememberingLaw(
  'reply-equals-replay',
  'A read shows the version that the log up to the applied index has, no older and no newer one, and none that is gone there.',
  (facts) => {
    const keys = new SecretKeys()
    return {
      about: ['version-told'],
      answer(call, reply) {
        if (reply.version === undefined || outcomeOf(call, reply, facts) !== 'done') return 'not-judged'
        if (isRead(call)) return facts.calls.mayHaveMoved ? 'not-judged' : judgeRead(keys, call, reply, facts)
        const key = facts.workOf(call, reply)?.secret ?? null
        if (key !== null) keys.learn(call.path, key)
        return 'not-judged'
      },
      fact(fact) {
        if (fact.what === 'secret' && fact.version <= 1) keys.begins()
        return 'not-judged'
      },
      renumbered: () => keys.beginAnew(),
    }
  },
)

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
  if (!facts.clocksAgree || (until > call.t && until <= reply.t)) return 'lawful'
  return until <= call.t === (reply.status === 404) ? 'lawful' : () => tellGone(key, state, call, reply, until)
}

function tellGone(
  key: string,
  state: SecretState,
  call: CallRecord,
  reply: ReplyRecord,
  until: Micros | 'never',
): Witness {
  const ends = until === 'never' ? 'is never deleted there' : `is deleted or destroyed there from ${at(until)} on`
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
