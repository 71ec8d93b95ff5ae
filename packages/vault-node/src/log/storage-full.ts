/**
 * How much the active node writes without a majority that takes it.
 * Always holds: nothing is written for a request that comes when UNCOMMITTED_MAX entries wait, so the log that a node without a
 * majority holds is bounded, and so are the answers that wait for it; one request passes the bound by no more than it writes.
 */

import type { NodeState } from '../node-state.ts'
import type { Refusal } from '../node-condition.ts'

/** Entries that a majority may lack. */
export const UNCOMMITTED_MAX = 100_000

/** Asked before anything is written; on any other node nothing is. */
export const isStorageFull = ({ role, log }: NodeState): boolean =>
  role === 'active' && log.head - log.committed >= UNCOMMITTED_MAX

export const STORAGE_FULL: Refusal = {
  status: 503,
  error: `storage takes no more writes: ${UNCOMMITTED_MAX} entries wait for a majority of the nodes`,
}
