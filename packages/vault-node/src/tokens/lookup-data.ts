/** What a lookup tells of a token (vault-http-api 2.5). The parent is left out on purpose, as in Vault. */

import { micros, wholeSeconds, type JsonObject, type JsonValue, type Micros } from '@fourtwelve/protocol'
import { rfc3339Nano, unixSeconds } from '../wire-time.ts'
import { expireTimeOf, type TokenEntry } from './token-entry.ts'
import type { PresentedToken } from './presented-token.ts'

/** The id is the text that the client presented; empty for a lookup by accessor. Keys are sorted when they are sent. */
export function lookupData({ presented, entry, lease: stored }: PresentedToken, now: Micros): JsonObject {
  const data: Record<string, JsonValue> = {
    accessor: entry.accessor,
    creation_time: unixSeconds(entry.creationTime),
    creation_ttl: entry.ttl,
    display_name: entry.displayName,
    entity_id: entry.entityId,
    expire_time: null,
    explicit_max_ttl: entry.explicitMaxTtl,
    id: presented,
    meta: entry.meta,
    num_uses: entry.numUses,
    orphan: entry.parent === '',
    path: entry.path,
    policies: entry.policies,
    ttl: 0,
    type: entry.type,
  }
  if (entry.period > 0) data['period'] = entry.period
  const lease = stored ?? (entry.type === 'batch' ? leaseOfBatch(entry) : null)
  if (lease === null) return data
  data['issue_time'] = rfc3339Nano(lease.issueTime)
  data['renewable'] = lease.renewable
  if (lease.expireTime !== null) {
    data['expire_time'] = rfc3339Nano(lease.expireTime)
    data['ttl'] = Math.max(0, wholeSeconds(micros(lease.expireTime - now)))
  }
  if (lease.lastRenewal !== null) {
    data['last_renewal'] = rfc3339Nano(lease.lastRenewal)
    data['last_renewal_time'] = unixSeconds(lease.lastRenewal)
  }
  return data
}

interface LeaseTimes {
  readonly issueTime: Micros
  readonly expireTime: Micros | null
  readonly lastRenewal: Micros | null
  readonly renewable: boolean
}

/** A batch token has none; Vault tells of it as if it had. */
const leaseOfBatch = (entry: TokenEntry): LeaseTimes => ({
  issueTime: entry.creationTime,
  expireTime: expireTimeOf(entry),
  lastRenewal: null,
  renewable: false,
})
