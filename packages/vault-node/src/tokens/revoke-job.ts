/**
 * A revocation that is under way: which tokens, and who waits for the end.
 * Always holds: a job says only where it stands; what is left to do is read off the store. So two jobs may meet at one token
 * without revoking it twice. A job is lost in a restart: every token that it had begun is tainted then (USES_SPENT), and
 * revoking each tainted token again finishes what was begun.
 */

import type { NodeState } from '../node-state.ts'
import type { Call } from '../request/call.ts'

export interface RevokeJob {
  /** Children become orphans instead of being revoked too. */
  readonly orphanChildren: boolean
  /** Who gets the answer when all is done; null for the node's own work. */
  readonly call: Call | null
  /** From the root of the tree to the token at hand. */
  readonly stack: RevokeFrame[]
}

export interface RevokeFrame {
  readonly saltedId: string
  /** The key in the parent index that led here; empty for the root of the tree. */
  readonly indexKey: string
}

export const createRevokeJob = (saltedId: string, orphanChildren: boolean, call: Call | null): RevokeJob => ({
  orphanChildren,
  call,
  stack: [{ saltedId, indexKey: '' }],
})

/** Puts a token in line for revocation with its tree, once: the node's own work, at its next `continue`. */
export function queueRevocation(node: NodeState, saltedId: string): void {
  const waits = node.revocations.some((job) => job.stack[0]?.saltedId === saltedId)
  if (!waits) node.revocations.push(createRevokeJob(saltedId, false, null))
}
