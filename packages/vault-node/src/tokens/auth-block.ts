/** The `auth` object of an answer that gives or renews a token (vault-http-api 1.6), keys in Vault's order. */

import type { JsonObject, JsonValue } from '@fourtwelve/protocol'
import type { TokenEntry } from './token-entry.ts'

export interface AuthGrant {
  /** The text for the client; empty when the answer must not say it. */
  readonly presented: string
  readonly entry: TokenEntry
  /** Seconds. */
  readonly leaseDuration: number
  readonly renewable: boolean
}

export function authBlock({ presented, entry, leaseDuration, renewable }: AuthGrant): JsonObject {
  const auth: Record<string, JsonValue> = {
    client_token: presented,
    accessor: entry.accessor,
    policies: entry.policies,
  }
  if (entry.policies.length > 0) auth['token_policies'] = entry.policies
  auth['metadata'] = entry.meta
  auth['lease_duration'] = leaseDuration
  auth['renewable'] = renewable
  auth['entity_id'] = entry.entityId
  auth['token_type'] = entry.type
  auth['orphan'] = entry.parent === ''
  auth['mfa_requirement'] = null
  auth['num_uses'] = entry.numUses
  return auth
}
