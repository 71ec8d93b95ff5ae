/**
 * Law 12 of simulation-and-checking 6.1: what a session reads of a secret never goes back, where the servers promise that.
 * Judged are reads of secrets (kv version 2): of one session by one node, since no node shows less than it showed before; and of one
 * session by the active node, whichever that is, when X-Vault-Forward asks for it. From node to node without that header reads may go
 * back, and X-Vault-Index changes nothing, because reads answer none.
 * Always holds: a secret whose versions may have started again is not judged any more; reads under way at the same time have no order.
 */

import type { CallRecord, ReplyRecord } from '@fourtwelve/protocol'
import { rememberingLaw } from './answer-law.ts'
import type { Law } from './law.ts'
import { OpenNotes } from './open-notes.ts'
import { isRead, outcomeOf } from './outcome.ts'
import { isSecretPath, KnownVersions, RemovedSecrets } from './secret-paths.ts'
import { answered, proof, sent } from './telling.ts'

interface Read {
  readonly version: number
  readonly call: CallRecord
  readonly reply: ReplyRecord
}

/** Which reads must follow each other. */
const GROUPS = ['node', 'active'] as const
type Group = (typeof GROUPS)[number]

export const MONOTONIC_READS: Law = rememberingLaw(
  'monotonic-reads',
  'Reads of one session never go back: those of one node, and those that are forwarded to the active node.',
  (facts) => {
    const removed = new RemovedSecrets()
    const reads: Readonly<Record<Group, KnownVersions<Read>>> = {
      node: new KnownVersions(),
      active: new KnownVersions(),
    }
    /** What its reader had read when a call left. */
    const atCall = new OpenNotes<Read>()
    const groupAtCall = ({ forward }: CallRecord): Group => (forward === 'forward' ? 'active' : 'node')
    const readerOf = ({ session, node }: CallRecord, group: Group): string =>
      group === 'active' ? session : `${session} ${node}`
    return {
      call(call) {
        removed.observe(call)
        if (!isRead(call) || !isSecretPath(call)) return 'not-judged'
        const group = groupAtCall(call)
        const before = reads[group].get(readerOf(call, group), call.path)
        if (before !== undefined) atCall.set(call.id, before)
        return 'not-judged'
      },
      answer(call, reply) {
        const { version } = reply
        const known = atCall.take(call.id)
        if (version === undefined || !isRead(call) || removed.mayHave(call.path)) return 'not-judged'
        if (outcomeOf(call, reply, facts) !== 'done') return 'not-judged'
        const group = groupOf(call, reply)
        if (group === null) return 'not-judged'
        const reader = readerOf(call, group)
        const before = group === groupAtCall(call) ? known : undefined
        if (version > (reads[group].get(reader, call.path)?.version ?? -1)) {
          reads[group].set(reader, call.path, { version, call, reply })
        }
        if (before === undefined) return 'not-judged'
        if (version >= before.version) return 'lawful'
        return () => ({
          t: reply.t,
          prose:
            `${sent(before.call)}; ${answered(before.call, before.reply)} with version ${before.version}. ${sent(call)}; ` +
            `${answered(call, reply)} with ${version === 0 ? 'no version at all' : `version ${version}`}. ${version} < ${before.version}: ` +
            `${group === 'active' ? 'the active node' : call.node} went back in what it showed to one session.`,
          records: proof([before.call, before.reply, call, reply]),
        })
      },
      renumbered: () => {
        for (const group of GROUPS) reads[group].forgetAll()
        atCall.clear()
      },
    }
  },
)

/** Null for a read that nothing is promised of: it was sent on for another cause, so who answers may differ. */
function groupOf(call: CallRecord, reply: ReplyRecord): Group | null {
  const isForwarded = reply.forwarded != null
  if (call.forward === 'forward')
    return reply.node === undefined || reply.forwarded === 'header' ? 'active' : isForwarded ? null : 'node'
  if (call.forward === 'inconsistent') return reply.node === undefined || isForwarded ? null : 'node'
  return isForwarded ? null : 'node'
}
