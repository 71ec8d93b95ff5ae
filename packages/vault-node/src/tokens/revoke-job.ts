/**
 * A revocation that is under way: which tokens, and who waits for the end.
 * Always holds: a job says only where it stands; what is left to do is read off the store. So two jobs may meet at one token
 * without revoking it twice. A job is lost in a restart: every token that it had begun is tainted then (USES_SPENT), and
 * revoking each tainted token again finishes what was begun. At most REVOCATIONS_MAX are under way, each of them with at most
 * REVOKE_FRAMES_MAX frames.
 */

import { NO_INDEX, type WalIndex } from '@fourtwelve/protocol'
import { isStorageFull } from '../log/storage-full.ts'
import { isActiveAtWork, type Refusal } from '../node-condition.ts'
import type { NodeState } from '../node-state.ts'
import type { OpenRequest } from '../request/open-request.ts'

/** Jobs under way at once; beyond, a request is answered 503, and the node's own work waits until its time comes again. */
export const REVOCATIONS_MAX = 10_000
/** Frames of one job; beyond, the older half is forgotten and found again from the root. */
export const REVOKE_FRAMES_MAX = 4_096

export interface RevokeJob {
  /** Children become orphans instead of being revoked too. */
  readonly orphanChildren: boolean
  /** Who gets the answer when all is done; null for the node's own work. */
  readonly answers: RevokeAnswers | null
  /** A folder that is emptied first: what a mount kept. Null for none, and when it is empty. */
  folder: string | null
  /** Salted ids of more tokens, each to be revoked with its tree. Null: none was found yet, go on in the next slice. */
  readonly roots: Iterator<string | null>
  /** The token at hand, until its whole tree is gone. */
  root: RevokeFrame | null
  /** From the root to the token that goes next. */
  stack: RevokeFrame[]
  /** The last index that was written for it; 0 for nothing. */
  wrote: WalIndex
}

export interface RevokeAnswers {
  readonly open: OpenRequest
  /** Whether the answer says X-Vault-Index. */
  readonly indexed: boolean
}

export interface RevokeFrame {
  readonly saltedId: string
  /** The key in the parent index that led here; empty for the root of the tree. */
  readonly indexKey: string
}

/** The revocation of one token. */
export const createRevokeJob = (
  saltedId: string,
  orphanChildren: boolean,
  answers: RevokeAnswers | null,
): RevokeJob => ({
  orphanChildren,
  answers,
  folder: null,
  roots: [].values(),
  root: rootFrame(saltedId),
  stack: [],
  wrote: NO_INDEX,
})

export const rootFrame = (saltedId: string): RevokeFrame => ({ saltedId, indexKey: '' })

/** Asked before a revocation is begun. */
export const takesRevocations = (node: NodeState): boolean => node.revocations.length < REVOCATIONS_MAX

/** Whether the node may revoke what is over now; while it may not, its timer does not ring for it. */
export const revokesExpired = (node: NodeState): boolean =>
  isActiveAtWork(node) && takesRevocations(node) && !isStorageFull(node)

export const TOO_MANY_REVOCATIONS: Refusal = { status: 503, error: `${REVOCATIONS_MAX} revocations are under way` }

/** Puts a token in line for revocation with its tree, once: the node's own work, at its next `continue`. When there is no room
 *  it is left for the next who finds it. */
export function queueRevocation(node: NodeState, saltedId: string): void {
  const waits = node.revocations.some((job) => job.root?.saltedId === saltedId)
  if (!waits && takesRevocations(node)) node.revocations.push(createRevokeJob(saltedId, false, null))
}
