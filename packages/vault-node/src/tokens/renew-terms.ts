/**
 * What a renewal is bound by: the token's own terms, or those of the auth method's user, read again at every renewal
 * (vault-http-api 2.4).
 */

import type { NodeState } from '../node-state.ts'
import type { Outcome } from '../outcome.ts'
import { userKey, type User } from '../paths/auth/userpass/user.ts'
import { normalizePolicyNames } from '../policy/built-in-policies.ts'
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

/** `mount` is the one that made the token; null when it is gone. */
export function renewTerms(
  node: NodeState,
  mount: Mount | null,
  entry: TokenEntry,
  lease: Lease,
): RenewTerms | Outcome {
  return mount?.type === 'userpass' ? termsOfUser(node, mount, entry) : termsOfToken(entry, lease)
}

const termsOfToken = ({ period, explicitMaxTtl }: TokenEntry, lease: Lease): RenewTerms => ({
  kind: 'terms',
  ttl: lease.grantedTtl,
  maxTtl: lease.maxTtl,
  period,
  explicitMaxTtl,
})

function termsOfUser(node: NodeState, mount: Mount, entry: TokenEntry): RenewTerms | Outcome {
  const user = node.store.get<User>(userKey(mount, entry.meta?.['username'] ?? ''))
  // Nothing is renewed, and nothing is said of it either.
  if (user === undefined) return { kind: 'done' }
  const { policies, ttl, maxTtl, period } = user.token
  if (!sameButDefault(policies, entry.policies)) {
    const error = 'failed to renew entry: policies have changed, not renewing'
    return { kind: 'refused', status: 500, error, wrapped: true }
  }
  return { kind: 'terms', ttl, maxTtl, period, explicitMaxTtl: entry.explicitMaxTtl }
}

function sameButDefault(a: readonly string[], b: readonly string[]): boolean {
  const comparable = (names: readonly string[]): string =>
    JSON.stringify(normalizePolicyNames(names, false).filter((name) => name !== 'default'))
  return comparable(a) === comparable(b)
}
