/** The active node revokes tokens whose lease is over, with their trees. Standbys only refuse them, each by its own clock. */

import { isActiveAtWork } from '../node-condition.ts'
import { LEASE_FOLDER } from '../storage-keys.ts'
import type { Turn } from '../turn.ts'
import { popExpired } from './expiry-queue.ts'
import type { Lease } from './lease.ts'
import { startRevocation } from './revoke-tree.ts'

/** Leases looked at in one turn; the timer goes off again at once for the rest. */
const EXPIRED_A_TURN = 64

/** Begins the revocation of tokens whose lease is over. A lease that was renewed since it was queued is passed over. */
export function revokeExpired(turn: Turn): void {
  const { node, now } = turn
  if (!isActiveAtWork(node)) return
  for (let looked = 0; looked < EXPIRED_A_TURN; looked++) {
    const key = popExpired(node.expiries, now)
    if (key === null) return
    const expireTime = node.store.get<Lease>(key)?.expireTime ?? null
    if (expireTime === null || expireTime > now) continue
    startRevocation(turn, { salted: key.slice(LEASE_FOLDER.length), orphanChildren: false, call: null })
  }
}
