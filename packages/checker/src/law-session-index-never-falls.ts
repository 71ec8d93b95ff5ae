/**
 * Law 10 of simulation-and-checking 6.1: a client that remembers X-Vault-Index never sends less than it was told.
 * Judged are first attempts of operations whose session sends what it remembers (`remembers`): a retry repeats the request of before,
 * as the Go client does. Every answer counts, also one that failed.
 * Always holds: only local indexes are compared, because one cluster alone has no others; at most SESSIONS_MAX sessions are
 * remembered for sure.
 */

import type { CallRecord, ReplyRecord } from '@fourtwelve/protocol'
import { rememberingLaw } from './answer-law.ts'
import type { Law } from './law.ts'
import { RecentMap } from './recent-map.ts'
import { at, proof, sent } from './telling.ts'

const SESSIONS_MAX = 16_384

/** The highest index that a session was told. */
interface Told {
  readonly local: number
  readonly reply: ReplyRecord
}

export const SESSION_INDEX_NEVER_FALLS: Law = rememberingLaw(
  'session-index-never-falls',
  'A session that remembers X-Vault-Index sends an index not below any that it received.',
  (facts) => {
    const told = new RecentMap<string, Told>(SESSIONS_MAX)
    return {
      call(call: CallRecord) {
        if (call.remembers !== true || call.attempt !== 1) return 'not-judged'
        const highest = told.get(call.session)
        if (highest === undefined) return 'not-judged'
        const local = Math.max(0, ...call.index.map((value) => facts.issued.localOfKnown(value) ?? 0))
        if (local >= highest.local) return 'lawful'
        return () => ({
          t: call.t,
          prose:
            `Session ${call.session} got X-Vault-Index ${highest.local} at ${at(highest.reply.t)} (call ${highest.reply.id}). ` +
            `${sent(call)} with ${local === 0 ? 'none' : `X-Vault-Index ${local}`}. ${local} < ${highest.local}: the session may ` +
            'be answered from a state that lacks its own writes.',
          records: proof([highest.reply, call]),
        })
      },
      answer(call: CallRecord, reply: ReplyRecord) {
        if (call.remembers !== true || reply.index === null || reply.index === '') return 'not-judged'
        const local = facts.issued.localOfKnown(reply.index)
        if (local !== null && local > (told.get(call.session)?.local ?? 0)) told.set(call.session, { local, reply })
        return 'not-judged'
      },
    }
  },
)
