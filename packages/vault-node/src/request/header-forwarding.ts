/**
 * What the client's own headers say about forwarding (vault-consistency 0.B). Runs on every node, the active one too.
 * Always holds: with the option off the headers are refused, never ignored; any other value than Vault's own is a no-op.
 */

import type { CryptoPort, ForwardCause, VaultRequest } from '@fourtwelve/protocol'
import type { NodeState } from '../node-state.ts'
import { isStateMissing } from './state-gate.ts'

export type HeaderDecision =
  | { readonly kind: 'serve' }
  | { readonly kind: 'forward'; readonly cause: ForwardCause }
  | { readonly kind: 'refuse'; readonly error: string }

const SERVE: HeaderDecision = { kind: 'serve' }

export function decideByHeaders(node: NodeState, crypto: CryptoPort, request: VaultRequest): HeaderDecision {
  const allowed = node.config.replication.allow_forwarding_via_header && node.config.switches.edition === 'enterprise'
  if (request.forward !== '') {
    if (!allowed) return { kind: 'refuse', error: 'forwarding via header X-Vault-Forward disabled in configuration' }
    return request.forward === 'active-node' ? { kind: 'forward', cause: 'header' } : SERVE
  }
  if (request.inconsistent !== 'forward-active-node') return SERVE
  if (!allowed) {
    return {
      kind: 'refuse',
      error: 'forwarding via header X-Vault-Inconsistent=forward-active-node disabled in configuration',
    }
  }
  return isStateMissing(node, crypto, request.index) ? { kind: 'forward', cause: 'inconsistent-header' } : SERVE
}
