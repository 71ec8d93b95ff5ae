/**
 * The second gate: has this node what the token itself names? (vault-consistency 1.5, in its exact order)
 * Always holds: the order of the checks is Vault's; a token that carries no index passes; nothing waits.
 */

import { hex, isConsistentToken, type CryptoPort } from '@fourtwelve/protocol'
import type { NodeState } from '../node-state.ts'
import { readConsistentToken } from '../tokens/token-readings.ts'
import { epochOf } from '../tokens/generation.ts'

export type GateDecision =
  | { readonly kind: 'accept' }
  /** `allow_forwarding_via_token = "new_token"`, on a performance standby. */
  | { readonly kind: 'forward' }
  /** 412. */
  | { readonly kind: 'missing-state' }
  /** The token's MAC or form is wrong; `dump` is what some versions printed. */
  | { readonly kind: 'bad-token'; readonly dump: string }

const ACCEPT: GateDecision = { kind: 'accept' }

export function tokenGate(node: NodeState, crypto: CryptoPort, token: string): GateDecision {
  if (!isConsistentToken(token)) return ACCEPT
  const { decoded, isSigned } = readConsistentToken(node.tokenReadings, crypto, token)
  // No base64: Vault lets it pass as an unknown id, and the lookup finds nothing.
  if (decoded === 'not-base64') return ACCEPT
  if (decoded === 'not-a-token') return { kind: 'bad-token', dump: 'failed to unmarshal token' }
  if (!isSigned) {
    return {
      kind: 'bad-token',
      dump: `token mac for token_version:${decoded.version} hmac:"${hex(decoded.mac)}" token:"${decoded.inner}" is incorrect: err %!w(<nil>)`,
    }
  }
  const { switches, replication } = node.config
  const standby = node.role === 'performance-standby'
  if (switches.edition === 'community') return ACCEPT
  if (standby && switches.storage !== 'raft' && switches.consul_index_check === 'off') return ACCEPT
  if (decoded.indexEpoch < epochOf(node)) return ACCEPT
  if (decoded.localIndex <= node.log.shipped) return ACCEPT
  return replication.allow_forwarding_via_token === 'new_token' && standby
    ? { kind: 'forward' }
    : { kind: 'missing-state' }
}
