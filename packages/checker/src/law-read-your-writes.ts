/**
 * Law 11 of simulation-and-checking 6.1: a session that asks for its writes, by X-Vault-Index or by X-Vault-Forward, sees them.
 * Judged are reads of secrets (kv version 2) that the session wrote before, when the request brought the index of that write, or one
 * behind it, or was sent on to the active node. A token alone promises the token and nothing else, so reads with that alone are not judged.
 * Always holds: only acknowledged writes count; a secret whose versions may have started again is not judged any more; at most so many
 * sessions and secrets as `known-sessions.ts` says are remembered for sure.
 */

import type { CallRecord, ReplyRecord } from '@fourtwelve/protocol'
import { rememberingLaw } from './answer-law.ts'
import type { Law } from './law.ts'
import { isRead, outcomeOf } from './outcome.ts'
import type { RunFacts } from './run-facts.ts'
import { answered, proof, sent } from './telling.ts'

interface OwnWrite {
  readonly version: number
  /** The local index that the answer said; 0 for none. */
  readonly index: number
  readonly call: CallRecord
  readonly reply: ReplyRecord
}

export const READ_YOUR_WRITES: Law = rememberingLaw(
  'read-your-writes',
  'A read that requires the index of a write of its session, or is forwarded, sees that write.',
  (facts) => {
    const { calls } = facts
    const writes = calls.ofSecret<OwnWrite>()
    const atCall = calls.ofCall<OwnWrite>()
    return {
      call(call) {
        const write = isRead(call) ? writes.get() : undefined
        if (write !== undefined) atCall.set(write)
        return 'not-judged'
      },
      about: ['version-told'],
      answer(call, reply) {
        const { version } = reply
        if (version === undefined || outcomeOf(call, reply, facts) !== 'done' || calls.mayHaveStartedAgain)
          return 'not-judged'
        if (!isRead(call)) {
          const index = reply.index === null ? 0 : (facts.issued.localOfKnown(reply.index) ?? 0)
          if (version > (writes.get()?.version ?? 0)) writes.set({ version, index, call, reply })
          return 'not-judged'
        }
        const write = atCall.get()
        if (write === undefined || !promises(write, call, reply, facts)) return 'not-judged'
        if (version >= write.version) return 'lawful'
        return () => ({
          t: reply.t,
          prose:
            `${sent(write.call)}; ${answered(write.call, write.reply)} with version ${write.version}` +
            `${write.index === 0 ? '' : ` and X-Vault-Index ${write.index}`}. ${sent(call)} ` +
            `${call.forward === 'forward' ? 'with X-Vault-Forward' : 'with that index or a later one'}; ${answered(call, reply)} with ` +
            `${version === 0 ? 'no version at all' : `version ${version}`}. ${version} < ${write.version}: the session does not see its own write.`,
          records: proof([write.call, write.reply, call, reply]),
        })
      },
    }
  },
)

/** Whether the request was sure to see what the session wrote. */
function promises({ index }: OwnWrite, call: CallRecord, reply: ReplyRecord, facts: RunFacts): boolean {
  if (call.forward === 'forward' && (reply.node === undefined || reply.forwarded === 'header')) return true
  if (index === 0 || !facts.checksIndexes || (facts.anyIndexSuffices && call.index.length > 1)) return false
  return call.index.some((value) => {
    const issued = facts.issued.find(value)
    return issued !== undefined && facts.issued.isOfThisLog(issued) && (issued.local ?? 0) >= index
  })
}
