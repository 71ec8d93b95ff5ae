/**
 * The second gate: has this node what the token itself names? (vault-consistency 1.5, in its exact order)
 * Always holds: the order of the checks is Vault's; a token that carries no index passes; nothing waits.
 */

import { hex, isConsistentToken, type CryptoPort } from '@fourtwelve/protocol'
import type { NodeState } from '../node-state.ts'
import { readToken } from '../tokens/token-readings.ts'
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

/** The index that a token demands here, whether or not it is met; 0 when it demands none. */
export function demandedByToken(node: NodeState, crypto: CryptoPort, token: string | null): number {
  const { switches } = node.config
  if (token === null || !isConsistentToken(token) || switches.edition === 'community') return 0
  if (switches.storage !== 'raft' && switches.consul_index_check === 'off') return 0
  const { decoded, isSigned } = readToken(node.tokenReadings, crypto, token)
  if (decoded === null || typeof decoded === 'string' || !isSigned) return 0
  return decoded.indexEpoch < epochOf(node) && switches.old_epoch === 'skips' ? 0 : Number(decoded.localIndex)
}

export function tokenGate(node: NodeState, crypto: CryptoPort, token: string): GateDecision {
  if (!isConsistentToken(token)) return ACCEPT
  const { decoded, isSigned } = readToken(node.tokenReadings, crypto, token)
  // No base64: Vault lets it pass as an unknown id, and the lookup finds nothing.
  if (decoded === null || decoded === 'not-base64') return ACCEPT
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
  const epoch = epochOf(node)
  if (decoded.indexEpoch < epoch && switches.old_epoch === 'skips') {
    const isLost = switches.second_promotion === 'loses-tokens' && decoded.indexEpoch < epoch - 1
    return isLost ? { kind: 'bad-token', dump: 'token of a lost generation' } : ACCEPT
  }
  if (decoded.localIndex <= node.log.shipped) return ACCEPT
  return replication.allow_forwarding_via_token === 'new_token' && standby
    ? { kind: 'forward' }
    : { kind: 'missing-state' }
}
