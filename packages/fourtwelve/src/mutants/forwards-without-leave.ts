/**
 * Broken: a standby forwards for a token that is ahead of it, though its configuration says 412.
 * Must be caught by: `forwarding-has-a-licence`.
 */

import type { CryptoPort } from '@fourtwelve/protocol'
import type { NodeState } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

type Gate = (node: NodeState, crypto: CryptoPort, token: string) => { readonly kind: string }

export const FORWARDS_WITHOUT_LEAVE: Mutant = defineMutant<Gate>({
  name: 'forwards-without-leave',
  breaks: 'A standby forwards for a token that is ahead of it, though its configuration says 412.',
  law: 'forwarding-has-a-licence',
  reference: 'M16',
  package: 'vault-node',
  file: 'request/token-gate',
  replaces: 'tokenGate',
  by: (original) => (node, crypto, token) => {
    const decision = original(node, crypto, token)
    return decision.kind === 'missing-state' && node.role === 'performance-standby' ? { kind: 'forward' } : decision
  },
})
