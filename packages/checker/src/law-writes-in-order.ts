/**
 * Law 13 of simulation-and-checking 6.1: the log has the writes of a session in the order of the session.
 * Judged are acknowledged writes: each stands behind every write that was acknowledged to the session before it was sent, and behind
 * the state that answered a read of the session before (writes follow reads). What was written is known by the answer: white box, or
 * X-Vault-Index.
 * Always holds: what is under way at the same time has no order; at most SESSIONS_MAX sessions are remembered for sure.
 */

import type { CallRecord, ReplyRecord } from '@fourtwelve/protocol'
import { rememberingLaw } from './answer-law.ts'
import type { Law } from './law.ts'
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
    const written = ({ wrote, index }: ReplyRecord): number =>
      wrote ?? (index === null || index === '' ? 0 : (facts.issued.localOfKnown(index) ?? 0))
    return {
      call(call) {
        const seen = isRead(call) ? undefined : seenByNow()
        if (seen !== undefined) before.set(seen)
        return 'not-judged'
      },
      answer(call, reply) {
        const seen = before.get()
        if (outcomeOf(call, reply, facts) !== 'done') return 'not-judged'
        const wrote = written(reply)
        const index = wrote > 0 ? wrote : facts.gatesOf(call).index ? (reply.applied ?? 0) : 0
        if (index > (seenByNow()?.index ?? 0)) ofSession.set({ index, call, reply, numbering: facts.renumberings })
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
