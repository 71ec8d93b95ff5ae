/**
 * From what a client presents to the token's entry and lease, on this node's own state (vault-consistency 1.5, 1.9, 2).
 * Always holds: a consistent token is stripped of its index without a check, because the gate in front has checked it; whether
 * a token is over is judged by this node's clock and this node's copy of the lease.
 */

import { BATCH_PREFIX, openBatchToken, type CryptoPort, type Micros } from '@fourtwelve/protocol'
import type { NodeState } from '../node-state.ts'
import { accessorKey, leaseKey, tokenKey } from '../storage-keys.ts'
import { entryOfSealed, LEGACY_BATCH_PREFIX } from './batch-entry.ts'
import type { Lease } from './lease.ts'
import type { PresentedToken } from './presented-token.ts'
import { readToken } from './token-readings.ts'
import { expireTimeOf, isEndlessRoot, USES_SPENT, type TokenEntry } from './token-entry.ts'

export type TokenLookup =
  | { readonly kind: 'found'; readonly token: PresentedToken }
  | { readonly kind: 'absent' }
  /** On a standby: the token has arrived, its lease has not (Vault answers 500). */
  | { readonly kind: 'lease-missing' }
  /** On the active node, which writes both in one turn: the lease was lost with the end of a log. Nobody was ever given the
   *  token, so it is as if it were not there; whoever authenticates by it has it revoked. */
  | { readonly kind: 'lease-lost'; readonly saltedId: string }

/** How Vault speaks of a token whose lease has not arrived. */
export const LEASE_MISSING =
  'no lease entry found for token that ought to have one, possible eventual consistency issue'

export interface LookupOptions {
  /** Also find a token that spent its last use or is being revoked. */
  readonly tainted?: boolean
}

/** What an accessor points to: written by `mintToken`, before the token itself. */
export interface AccessorEntry {
  readonly saltedId: string
}

const ABSENT: TokenLookup = { kind: 'absent' }

/** Looks a token up by any of its forms: consistent, short, custom, batch. */
export function findToken(
  node: NodeState,
  crypto: CryptoPort,
  now: Micros,
  presented: string,
  options: LookupOptions = {},
): TokenLookup {
  if (presented.startsWith(BATCH_PREFIX) || presented.startsWith(LEGACY_BATCH_PREFIX)) {
    return findBatchToken(node, crypto, now, presented)
  }
  return findBySaltedId(node, now, saltedIdOf(node, crypto, presented), options, presented)
}

/** Looks a service token up by the key of its entry. `presented` is what an answer may echo; empty when nobody presented it. */
export function findBySaltedId(
  node: NodeState,
  now: Micros,
  saltedId: string,
  { tainted = false }: LookupOptions = {},
  presented = '',
): TokenLookup {
  const entry = node.store.get<TokenEntry>(tokenKey(saltedId))
  if (entry === undefined || (entry.numUses === USES_SPENT && !tainted)) return ABSENT
  const lease = node.store.get<Lease>(leaseKey(saltedId)) ?? null
  if (lease === null && !isEndlessRoot(entry)) {
    return node.role === 'active' ? { kind: 'lease-lost', saltedId } : { kind: 'lease-missing' }
  }
  if (lease !== null && lease.expireTime !== null && lease.expireTime <= now) return ABSENT
  return { kind: 'found', token: { presented, entry, lease } }
}

/** Null when there is no such accessor. The token behind it may be absent all the same: its accessor is written first. */
export function findByAccessor(
  node: NodeState,
  now: Micros,
  accessor: string,
  options: LookupOptions = {},
): TokenLookup | null {
  const found = node.store.get<AccessorEntry>(accessorKey(accessor))
  return found === undefined ? null : findBySaltedId(node, now, found.saltedId, options)
}

/** Of what is in a consistent token, or of the text itself: a text that cannot be decoded is an unknown id. */
const saltedIdOf = (node: NodeState, crypto: CryptoPort, presented: string): string =>
  readToken(node.tokenReadings, crypto, presented).saltedId

/** A batch token carries itself; only its parent, if it has one, must be known here and alive. */
function findBatchToken(node: NodeState, crypto: CryptoPort, now: Micros, presented: string): TokenLookup {
  const sealed = presented.startsWith(BATCH_PREFIX)
    ? presented
    : BATCH_PREFIX + presented.slice(LEGACY_BATCH_PREFIX.length)
  const opened = openBatchToken(crypto, sealed)
  const entry = opened === null ? null : entryOfSealed(opened)
  if (entry === null || expireTimeOf(entry) <= now) return ABSENT
  const parent = entry.parent === '' ? null : findBySaltedId(node, now, entry.parent)
  if (parent !== null && parent.kind !== 'found') return parent
  return { kind: 'found', token: { presented, entry, lease: null } }
}
