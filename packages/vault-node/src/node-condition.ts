/**
 * What a node is to whoever asks it, whatever it is to the other nodes.
 * Always holds: a condition changes answers and what the node begins by itself, never the log: entries go on being streamed,
 * received and applied beneath it, so that a node that is normal again is where it would have been. What was begun before a
 * condition (a revocation, a reply that waits) is finished under it.
 */

import type { NodeId } from '@fourtwelve/protocol'
import type { NodeState, Role } from './node-state.ts'
import type { PathSpec } from './path-spec.ts'

export type NodeCondition =
  /** What its role says. */
  | 'normal'
  /** It has no keys: every logical path is a 503 (vault-http-api 1.7). */
  | 'sealed'
  /** It was never initialized: as sealed, and sys/health and sys/init say so. */
  | 'uninitialized'
  /** It belongs to a DR secondary, which serves no clients (vault-consistency 4.7). */
  | 'dr-secondary'
  /** It is no performance standby any more: it forwards everything. Of the active node: it gave its place up, and nobody has
   *  taken it (vault-consistency 4.6). */
  | 'plain-standby'

/** The role that a client meets. */
export function actingRole({ role, condition }: NodeState): Role {
  switch (condition) {
    case 'normal':
    case 'dr-secondary':
      return role
    case 'sealed':
    case 'uninitialized':
    case 'plain-standby':
      return 'standby'
  }
}

/** The node that this one would send a client to; null when it knows of none that acts as the active node. */
export const knownActive = (node: NodeState): NodeId | null =>
  node.active === node.id && actingRole(node) !== 'active' ? null : node.active

/** Whether the node is the active one and goes about its business: revoking what is over. */
export const isActiveAtWork = ({ role, condition }: NodeState): boolean => role === 'active' && condition === 'normal'

export const hasNoKeys = ({ condition }: NodeState): boolean => condition === 'sealed' || condition === 'uninitialized'

export interface Refusal {
  readonly status: number
  readonly error: string
}

export const VAULT_IS_SEALED: Refusal = { status: 503, error: 'Vault is sealed' }
const SEALED_AT_TOKEN_CHECK: Refusal = { status: 503, error: 'error performing token check: Vault is sealed' }
export const DR_SECONDARY: Refusal = { status: 400, error: 'path disabled in replication DR secondary mode' }

/** What the node's condition makes of every request for this path; null when it serves it or forwards it. */
export function refusalOf(node: NodeState, spec: PathSpec | null): Refusal | null {
  if (hasNoKeys(node)) return spec?.localOnly === true ? SEALED_AT_TOKEN_CHECK : VAULT_IS_SEALED
  return node.condition === 'dr-secondary' && spec?.onDrSecondary !== true ? DR_SECONDARY : null
}
