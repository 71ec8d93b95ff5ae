/**
 * Keeps what is derived from the store in step with it, on every node and for every applied change.
 * Always holds: the same code runs for a write on the active node and for an apply on a standby.
 */

import type { StoredValue } from '@fourtwelve/protocol'
import type { NodeState } from '../node-state.ts'
import { LEASE_FOLDER, MOUNT_FOLDER } from '../storage-keys.ts'
import type { Lease } from '../tokens/lease.ts'

export function noteChange(node: NodeState, key: string, value: StoredValue | null): void {
  if (key.startsWith(MOUNT_FOLDER)) node.mounts = null
  else if (node.role === 'active' && key.startsWith(LEASE_FOLDER)) {
    node.expiries.set(key, (value as Lease | null)?.expireTime ?? null)
  }
}

/** Derives everything anew: when a node becomes active, or comes to be. */
export function deriveAll(node: NodeState): void {
  node.mounts = null
  node.expiries.clear()
  for (const [key, value] of node.store.entries()) noteChange(node, key, value)
}
