/**
 * Law 12 of simulation-and-checking 6.1: what a session reads of a secret never goes back, where the servers promise that.
 * Judged are reads of secrets (kv version 2): of one session by one node, since no node shows less than it showed before; and of one
 * session by the active node, whichever that is, when X-Vault-Forward asks for it. From node to node without that header reads may go
 * back, and X-Vault-Index changes nothing, because reads answer none.
 * Always holds: a secret whose versions may have started again is not judged any more; reads under way at the same time have no order.
 */

import type { CallRecord, NodeId, ReplyRecord } from '@fourtwelve/protocol'
import { rememberingLaw } from './answer-law.ts'
import type { Law } from './law.ts'
import { isRead, outcomeOf } from './outcome.ts'
import { answered, proof, sent } from './telling.ts'

interface Read {
  readonly version: number
  readonly call: CallRecord
  readonly reply: ReplyRecord
}

/** Which reads must follow each other: those that one node answers, or those that the active one does, whichever that is. */
type Reader = NodeId | 'active node'

/** Readers of one secret in one session: more than any cluster has nodes. */
const READERS_MAX = 256

/** The newest read of each reader: few, since a session asks few nodes. */
interface NewestRead {
  readonly reader: Reader
  read: Read
}

export const MONOTONIC_READS: Law = rememberingLaw(
  'monotonic-reads',
  'Reads of one session never go back: those of one node, and those that are forwarded to the active node.',
  (facts) => {
    const { calls } = facts
    const reads = calls.ofSecret<NewestRead[]>()
    /** What its reader had read when a call left. */
    const atCall = calls.ofCall<Read>()
    const newestOf = (reader: Reader): NewestRead | undefined => {
      const all = reads.get()
      if (all !== undefined) for (const one of all) if (one.reader === reader) return one
      return undefined
    }
    return {
      call(call) {
        const before = isRead(call) ? newestOf(readerAtCall(call)) : undefined
        if (before !== undefined) atCall.set(before.read)
        return 'not-judged'
      },
      about: ['version-told'],
      answer(call, reply) {
        const { version } = reply
        if (version === undefined || !isRead(call) || calls.mayHaveStartedAgain) return 'not-judged'
        if (outcomeOf(call, reply, facts) !== 'done') return 'not-judged'
        const reader = readerOf(call, reply)
        if (reader === null) return 'not-judged'
        const newest = newestOf(reader)
        if (newest === undefined) {
          reads.set([...(reads.get() ?? []), { reader, read: { version, call, reply } }].slice(-READERS_MAX))
        } else if (version > newest.read.version) newest.read = { version, call, reply }
        const before = reader === readerAtCall(call) ? atCall.get() : undefined
        if (before === undefined) return 'not-judged'
        if (version >= before.version) return 'lawful'
        return () => ({
          t: reply.t,
          prose:
            `${sent(before.call)}; ${answered(before.call, before.reply)} with version ${before.version}. ${sent(call)}; ` +
            `${answered(call, reply)} with ${version === 0 ? 'no version at all' : `version ${version}`}. ${version} < ${before.version}: ` +
            `${reader === 'active node' ? 'the active node' : reader} went back in what it showed to one session.`,
          records: proof([before.call, before.reply, call, reply]),
        })
      },
    }
  },
)

const readerAtCall = ({ forward, node }: CallRecord): Reader => (forward === 'forward' ? 'active node' : node)

/** Null for a read that nothing is promised of: it was sent on for another cause, so who answers may differ. */
function readerOf(call: CallRecord, reply: ReplyRecord): Reader | null {
  const isForwarded = reply.forwarded != null
  if (call.forward === 'forward')
    return reply.node === undefined || reply.forwarded === 'header' ? 'active node' : isForwarded ? null : call.node
  if (call.forward === 'inconsistent') return reply.node === undefined || isForwarded ? null : call.node
  return isForwarded ? null : call.node
}
