/**
 * Broken: a standby that is behind answers 412 to a batch token, which carries no index.
 * Must be caught by: `unindexed-never-412`.
 */

import type { CryptoPort } from '@fourtwelve/protocol'
import type { NodeState } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

type Gate = (node: NodeState, crypto: CryptoPort, token: string) => { readonly kind: string }

export const BATCH_TOKENS_WAIT: Mutant = defineMutant<Gate>({
  name: 'batch-tokens-wait',
  breaks: 'A standby that is behind answers 412 to a batch token, which carries no index.',
  law: 'unindexed-never-412',
  reference: 'M7',
  package: 'vault-node',
  file: 'request/token-gate',
  replaces: 'tokenGate',
  by: (original) => (node, crypto, token) =>
    token.startsWith('hvb.') && node.role !== 'active' && node.log.shipped < node.log.received
      ? { kind: 'missing-state' }
      : original(node, crypto, token),
})
