/**
 * Broken: the gate of X-Vault-Index accepts an index one too high.
 * Must be caught by: `header-gate`.
 */

import type { CryptoPort } from '@fourtwelve/protocol'
import type { NodeState } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

type Missing = (node: NodeState, crypto: CryptoPort, values: readonly string[]) => boolean

export const HEADER_OFF_BY_ONE: Mutant = defineMutant<Missing>({
  name: 'header-off-by-one',
  breaks: 'The gate of X-Vault-Index accepts an index one too high.',
  law: 'header-gate',
  reference: null,
  package: 'vault-node',
  file: 'request/state-gate',
  replaces: 'isStateMissing',
  by: (original) => (node, crypto, values) =>
    original(
      { ...node, log: { ...node.log, shipped: (node.log.shipped + 1) as typeof node.log.shipped } },
      crypto,
      values,
    ),
})
