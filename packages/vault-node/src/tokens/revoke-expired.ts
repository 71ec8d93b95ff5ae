/** The active node revokes tokens whose lease is over, with their trees. Standbys only refuse them, each by its own clock. */

import { LEASE_FOLDER } from '../storage-keys.ts'
import type { Turn } from '../turn.ts'
import { revokesExpired } from './revoke-job.ts'
import { startRevocation } from './revoke-tree.ts'

/** Leases looked at in one turn; the timer goes off again at once for the rest. */
const EXPIRED_A_TURN = 64

/** Begins the revocation of tokens whose lease is over. */
export function revokeExpired(turn: Turn): void {
  const { node, now } = turn
  for (let begun = 0; begun < EXPIRED_A_TURN && revokesExpired(node); begun++) {
    const key = node.expiries.firstExpired(now)
    if (key === null) return
    node.expiries.take(key)
    startRevocation(turn, { salted: key.slice(LEASE_FOLDER.length), orphanChildren: false, answers: null })
  }
}
