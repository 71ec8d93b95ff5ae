/**
 * What a renewal is bound by: the token's own terms, or those of the auth method's user, read again at every renewal
 * (vault-http-api 2.4).
 */

import type { NodeState } from '../node-state.ts'
import type { Outcome } from '../outcome.ts'
import type { Mount } from '../request/mount.ts'
import type { Lease } from './lease.ts'
import type { TokenEntry } from './token-entry.ts'

/** All lengths in seconds; 0 is "none". */
export interface RenewTerms {
  readonly kind: 'terms'
  readonly ttl: number
  readonly maxTtl: number
  readonly period: number
  readonly explicitMaxTtl: number
}

export function renewTerms(
  _node: NodeState,
  _mount: Mount | null,
  entry: TokenEntry,
  lease: Lease,
): RenewTerms | Exclude<Outcome, { readonly kind: 'login' | 'call-active' }> {
  const { period, explicitMaxTtl } = entry
  return { kind: 'terms', ttl: lease.grantedTtl, maxTtl: lease.maxTtl, period, explicitMaxTtl }
}
