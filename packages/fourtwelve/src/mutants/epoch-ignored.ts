/**
 * Broken: the index of a token of an older epoch is checked, though it counts entries of another log.
 * Must be caught by: `old-epoch-never-waits`.
 */

import type { CryptoPort } from '@fourtwelve/protocol'
import type { NodeState } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

type Gate = (node: NodeState, crypto: CryptoPort, token: string) => { readonly kind: string }

export const EPOCH_IGNORED: Mutant = defineMutant<Gate>({
  name: 'epoch-ignored',
  breaks: 'The index of a token of an older epoch is checked, though it counts entries of another log.',
  law: 'old-epoch-never-waits',
  reference: 'M8',
  package: 'vault-node',
  file: 'request/token-gate',
  replaces: 'tokenGate',
  by: (original) => (node, crypto, token) => {
    const switches = { ...node.config.switches, old_epoch: 'checked' as const }
    return original({ ...node, config: { ...node.config, switches } }, crypto, token)
  },
})
