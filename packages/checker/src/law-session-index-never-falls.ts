/**
 * Law 10 of simulation-and-checking 6.1: a client that remembers X-Vault-Index never sends less than it was told.
 * Judged are first attempts of operations whose session sends what it remembers (`remembers`): a retry repeats the request of before,
 * as the Go client does. Every answer counts, also one that failed.
 * Always holds: only local indexes are compared, because one cluster alone has no others; as many sessions are
 * remembered as `known-sessions.ts` says.
 */

import type { CallRecord, ReplyRecord } from '@fourtwelve/protocol'
import { rememberingLaw } from './answer-law.ts'
import type { Law, Witness } from './law.ts'
import { at, proof, sent } from './telling.ts'

/** The highest index that a session was told. */
interface Told {
  readonly local: number
  readonly reply: ReplyRecord
}

export const SESSION_INDEX_NEVER_FALLS: Law = rememberingLaw(
  'session-index-never-falls',
  'A session that remembers X-Vault-Index sends an index not below any that it received.',
  (facts) => {
    const told = facts.calls.ofSession<Told>()
    return {
      call(call: CallRecord) {
        if (call.remembers !== true || call.attempt !== 1) return 'not-judged'
        const highest = told.get()
        if (highest === undefined) return 'not-judged'
        let local = 0
        for (const value of call.index) local = Math.max(local, facts.issued.localOfKnown(value) ?? 0)
        if (local >= highest.local) return 'lawful'
        return () => tell(highest, call, local)
      },
      about: ['index-told'],
      answer(call: CallRecord, reply: ReplyRecord) {
        if (call.remembers !== true || reply.index === null || reply.index === '') return 'not-judged'
        const local = facts.issued.localOfKnown(reply.index)
        if (local !== null && local > (told.get()?.local ?? 0)) told.set({ local, reply })
        return 'not-judged'
      },
    }
  },
)

const tell = (highest: Told, call: CallRecord, local: number): Witness => ({
  t: call.t,
  prose:
    `Session ${call.session} got X-Vault-Index ${highest.local} at ${at(highest.reply.t)} (call ${highest.reply.id}). ` +
    `${sent(call)} with ${local === 0 ? 'none' : `X-Vault-Index ${local}`}. ${local} < ${highest.local}: the session may ` +
    'be answered from a state that lacks its own writes.',
  records: proof([highest.reply, call]),
})
