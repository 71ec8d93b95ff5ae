/**
 * Law 16 of simulation-and-checking 6.1: an answer shows exactly what a replay of the log up to the applied index of its node shows.
 * Judged are reads of secrets (kv version 2), by their version: not an older one, and not one that the node cannot have yet. Which key of
 * the log a path leads to is learned from answers to writes; a path that was never written is not judged.
 * Always holds: over Consul-like storage reads run ahead of the applied index, so nothing is judged there; nor where a mount may
 * have been removed, because a path then leads to another key.
 */

import type { CallRecord, ReplyRecord } from '@fourtwelve/protocol'
import { rememberingLaw } from './answer-law.ts'
import type { Law } from './law.ts'
import { isRead, outcomeOf } from './outcome.ts'
import { RecentMap } from './recent-map.ts'
import type { RunFacts } from './run-facts.ts'
import type { SecretState } from './secret-life.ts'
import { isSecretPath, RemovedSecrets } from './secret-paths.ts'
import { answered, at, proof, sent } from './telling.ts'

/** Paths of secrets. */
const PATHS_MAX = 65_536

export const REPLY_EQUALS_REPLAY: Law = rememberingLaw(
  'reply-equals-replay',
  'A read shows the version that the log up to the applied index has, no older and no newer one.',
  (facts) => {
    const removed = new RemovedSecrets()
    const keys = new RecentMap<string, string>(PATHS_MAX)
    return {
      call(call) {
        if (!isRead(call) && !isSecretPath(call)) removed.observe(call)
        return 'not-judged'
      },
      answer(call, reply) {
        if (reply.version === undefined || outcomeOf(call, reply, facts) !== 'done') return 'not-judged'
        if (isRead(call))
          return removed.mayHaveMoved ? 'not-judged' : judgeRead(keys.get(call.path), call, reply, facts)
        const key = facts.workOf(call, reply)?.secret ?? null
        if (key !== null) keys.set(call.path, key)
        return 'not-judged'
      },
    }
  },
)

function judgeRead(key: string | undefined, call: CallRecord, reply: ReplyRecord, facts: RunFacts) {
  const { applied, version } = reply
  if (key === undefined || applied === undefined || version === undefined || !facts.ledger.knows(applied))
    return 'not-judged'
  if (!facts.tellsWhatItReads(reply)) return 'not-judged'
  const state = facts.ledger.secret(key)?.at(applied) ?? null
  if (state === null) return 'not-judged'
  const expected = state === 'none' ? 0 : state.version
  if (version === expected) return 'lawful'
  return () => tell(key, state, call, reply)
}

function tell(key: string, state: SecretState | 'none', call: CallRecord, reply: ReplyRecord) {
  const { applied, version } = reply
  const log =
    state === 'none'
      ? `The log up to entry ${applied} has no ${key}.`
      : `In the log up to entry ${applied} the last change of ${key} is entry ${state.entry.index} of ${at(state.entry.t)}: version ${state.version}.`
  return {
    t: reply.t,
    prose:
      `${log} ${sent(call)}; ${answered(call, reply)} with applied = ${applied} and version ${version}. ` +
      `${version} is not ${state === 'none' ? 0 : state.version}: the answer is not what a replay of the log gives.`,
    records: proof([...(state === 'none' ? [] : [state.entry]), call, reply]),
  }
}
