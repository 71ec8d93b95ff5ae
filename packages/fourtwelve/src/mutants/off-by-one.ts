/**
 * Broken: the token gate accepts an index one too high, so that a standby answers for a token whose last entry it lacks.
 * Must be caught by: `token-gate`.
 */

import type { CryptoPort } from '@fourtwelve/protocol'
import type { NodeState } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

type TokenGate = (node: NodeState, crypto: CryptoPort, token: string) => unknown

export const OFF_BY_ONE: Mutant = defineMutant<TokenGate>({
  name: 'off-by-one',
  breaks: 'The token gate accepts an index one too high.',
  law: 'token-gate',
  reference: 'M2',
  package: 'vault-node',
  file: 'request/token-gate',
  replaces: 'tokenGate',
  by: (original) => (node, crypto, token) =>
    original(
      { ...node, log: { ...node.log, shipped: (node.log.shipped + 1) as typeof node.log.shipped } },
      crypto,
      token,
    ),
})
