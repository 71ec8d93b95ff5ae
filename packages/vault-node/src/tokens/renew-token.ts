/**
 * Renews a token's lease (vault-http-api 2.4).
 * Always holds: one write, of the lease; an increment replaces what is left and never adds to it; the token's text, and so its
 * index, stays as it is.
 */

import { micros, MICROS_PER_SECOND } from '@fourtwelve/protocol'
import type { RequestId } from '../event.ts'
import type { Store } from '../log/store.ts'
import type { Outcome } from '../outcome.ts'
import type { Mount } from '../request/mount.ts'
import { leaseKey, mountKey } from '../storage-keys.ts'
import { write, type Turn } from '../turn.ts'
import { authBlock } from './auth-block.ts'
import type { Lease } from './lease.ts'
import type { PresentedToken } from './presented-token.ts'
import { renewTerms } from './renew-terms.ts'
import { calculateTtl, limitsOf } from './ttl.ts'

/** Only on the active node. `increment` in seconds; 0 asks for what the last grant gave. The token is found and is no batch token. */
export function renewToken(turn: Turn, request: RequestId, token: PresentedToken, increment: number): Outcome {
  const { node, now } = turn
  const { entry, lease, presented } = token
  if (lease === null) return { kind: 'refused', status: 400, error: 'invalid lease ID' }
  if (lease.expireTime === null || !lease.renewable)
    return { kind: 'refused', status: 400, error: 'lease is not renewable' }
  const mount = mountOf(node.store, entry.path)
  const terms = renewTerms(node, mount, entry, lease)
  if (terms.kind !== 'terms') return terms
  const grant = calculateTtl(limitsOf(node.config, mount), {
    increment,
    backendTtl: terms.ttl,
    backendMaxTtl: terms.maxTtl,
    explicitMaxTtl: terms.explicitMaxTtl,
    period: terms.period,
    issueTime: lease.issueTime,
    now,
  })
  if (grant.kind === 'past-max') {
    return { kind: 'refused', status: 500, error: 'past the max TTL, cannot renew', wrapped: true }
  }
  const { ttl, warnings } = grant
  const expireTime = micros(now + ttl * MICROS_PER_SECOND)
  const renewed: Lease = { ...lease, expireTime, lastRenewal: now, grantedTtl: ttl, maxTtl: terms.maxTtl }
  write(turn, request, leaseKey(entry.saltedId), renewed)
  return { kind: 'auth', auth: authBlock({ presented, entry, leaseDuration: ttl, renewable: true }), warnings }
}

/** The mount that made a token; null when it is gone. */
function mountOf(store: Store, path: string): Mount | null {
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
    const mount = store.get<Mount>(mountKey(path.slice(0, at + 1)))
    if (mount !== undefined) return mount
  }
  return null
}
