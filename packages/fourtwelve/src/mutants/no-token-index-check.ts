/**
 * Broken: a standby does not look at the index in a token, and takes a token that has not arrived for an unknown one.
 * Must be caught by: `fresh-token-never-refused`.
 */

import type { CryptoPort } from '@fourtwelve/protocol'
import type { NodeState } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

type Gate = (node: NodeState, crypto: CryptoPort, token: string) => { readonly kind: string }

export const NO_TOKEN_INDEX_CHECK: Mutant = defineMutant<Gate>({
  name: 'no-token-index-check',
  breaks: 'A standby does not look at the index in a token, and takes a token that has not arrived for an unknown one.',
  law: 'fresh-token-never-refused',
  reference: 'M1',
  package: 'vault-node',
  file: 'request/token-gate',
  replaces: 'tokenGate',
  by: (original) => (node, crypto, token) => {
    const decision = original(node, crypto, token)
    const isWaiting = decision.kind === 'missing-state' || decision.kind === 'forward'
    return isWaiting && node.role === 'performance-standby' ? { kind: 'accept' } : decision
  },
})
