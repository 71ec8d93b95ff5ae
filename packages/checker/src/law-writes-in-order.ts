/**
 * Law 13 of simulation-and-checking 6.1: the log has the writes of a session in the order of the session.
 * Judged are acknowledged writes: each stands behind every write that was acknowledged to the session before it was sent, and behind
 * the state that answered a read of the session before (writes follow reads). What was written is known by the answer: white box, or
 * X-Vault-Index; and where the answer tells the version of a secret (kv version 2), it is above the one of the session's last write.
 * Always holds: what is under way at the same time has no order; as many sessions are remembered as `known-sessions.ts` says.
 */

import type { CallRecord, ReplyRecord } from '@fourtwelve/protocol'
import { rememberingLaw } from './answer-law.ts'
import type { Law, Witness } from './law.ts'
import { isRead, outcomeOf } from './outcome.ts'
import { answered, proof, sent } from './telling.ts'

/** What a session has seen: a write of its own, or a read. */
interface Seen {
  /** How often the log had been numbered anew. */
  readonly numbering: number
  readonly index: number
  readonly call: CallRecord
  readonly reply: ReplyRecord
}

/** A write of a secret. */
interface Versioned {
  readonly version: number
  readonly call: CallRecord
  readonly reply: ReplyRecord
}

export const WRITES_IN_ORDER: Law = rememberingLaw(
  'writes-in-order',
  'A write stands in the log behind all that its session wrote or read before it.',
  (facts) => {
    const ofSession = facts.calls.ofSession<Seen>()
    const before = facts.calls.ofCall<Seen>()
    const seenByNow = (): Seen | undefined => {
      const seen = ofSession.get()
      return seen?.numbering === facts.renumberings ? seen : undefined
    }
    const ofSecret = facts.calls.ofSecret<Versioned>()
    const versionBefore = facts.calls.ofCall<Versioned>()
    const written = ({ wrote, index }: ReplyRecord): number =>
      wrote ?? (index === null || index === '' ? 0 : (facts.issued.localOfKnown(index) ?? 0))
    return {
      call(call) {
        if (isRead(call)) return 'not-judged'
        const seen = seenByNow()
        if (seen !== undefined) before.set(seen)
        const last = ofSecret.get()
        if (last !== undefined) versionBefore.set(last)
        return 'not-judged'
      },
      answer(call, reply) {
        const seen = before.get()
        if (outcomeOf(call, reply, facts) !== 'done') return 'not-judged'
        const wrote = written(reply)
        const index = wrote > 0 ? wrote : facts.gatesOf(call).index ? (reply.applied ?? 0) : 0
        if (index > (seenByNow()?.index ?? 0)) ofSession.set({ index, call, reply, numbering: facts.renumberings })
        const { version } = reply
        if (version !== undefined && !isRead(call) && !facts.calls.mayHaveStartedAgain) {
          const last = versionBefore.get()
          if (version > (ofSecret.get()?.version ?? 0)) ofSecret.set({ version, call, reply })
          if (last !== undefined && version <= last.version) return () => tellVersion(last, version, call, reply)
        }
        if (wrote === 0 || seen === undefined) return 'not-judged'
        if (wrote > seen.index) return 'lawful'
        const verb = written(seen.reply) > 0 ? 'wrote up to' : 'was answered from'
        return () => ({
          t: reply.t,
          prose:
            `${sent(seen.call)}; ${answered(seen.call, seen.reply)}, which ${verb} index ${seen.index}. Then ` +
            `${sent(call)}; ${answered(call, reply)} and wrote index ${wrote}. ${wrote} <= ${seen.index}: the log has the later ` +
            'write before what the session knew already.',
          records: proof([seen.call, seen.reply, call, reply]),
        })
      },
    }
  },
)

const tellVersion = (last: Versioned, version: number, call: CallRecord, reply: ReplyRecord): Witness => ({
  t: reply.t,
  prose:
    `${sent(last.call)}; ${answered(last.call, last.reply)} with version ${last.version}. Then ${sent(call)}; ` +
    `${answered(call, reply)} with version ${version}. ${version} <= ${last.version}: each write of a secret makes a version above the last, ` +
    'so one of the two is lost, or came before the other.',
  records: proof([last.call, last.reply, call, reply]),
})
