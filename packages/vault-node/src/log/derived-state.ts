/**
 * Keeps what is derived from the store in step with it, on every node and for every applied change.
 * Always holds: the same code runs for a write on the active node and for an apply on a standby.
 */

import type { StoredValue } from '@fourtwelve/protocol'
import type { NodeState } from '../node-state.ts'
import { LEASE_FOLDER, MOUNT_FOLDER } from '../storage-keys.ts'
import { pushExpiry } from '../tokens/expiry-queue.ts'
import type { Lease } from '../tokens/lease.ts'

export function noteChange(node: NodeState, key: string, value: StoredValue | null): void {
  if (key.startsWith(MOUNT_FOLDER)) node.router = null
  else if (node.role === 'active' && value !== null && key.startsWith(LEASE_FOLDER)) {
    const { expireTime } = value as Lease
    if (expireTime !== null) pushExpiry(node.expiries, expireTime, key)
  }
}

/** Derives everything anew: when a node becomes active, or comes to be. */
export function deriveAll(node: NodeState): void {
  node.router = null
  for (const [key, value] of node.store.entries()) noteChange(node, key, value)
}
