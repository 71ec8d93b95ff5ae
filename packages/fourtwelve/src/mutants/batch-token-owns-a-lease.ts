/**
 * Broken: a batch token gets a lease of its own in storage.
 * Must be caught by: `lease-follows-its-owner`.
 */

import type { CryptoPort } from '@fourtwelve/protocol'
import type { NodeState } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

interface Minted {
  readonly presented: string
  readonly entry: unknown
}
type Turn = { readonly node: NodeState; readonly crypto: CryptoPort }
type Seal = (turn: Turn, token: unknown) => Minted
type Names = {
  readonly write: (turn: Turn, request: number, key: string, value: unknown) => unknown
  readonly leaseKey: (saltedId: string) => string
  readonly leaseOf: (entry: unknown, token: unknown) => object
}

export const BATCH_TOKEN_OWNS_A_LEASE: Mutant = defineMutant<Seal, Names>({
  name: 'batch-token-owns-a-lease',
  breaks: 'A batch token gets a lease of its own in storage.',
  law: 'lease-follows-its-owner',
  reference: 'M24',
  package: 'vault-node',
  file: 'tokens/mint-token',
  replaces: 'sealToken',
  needs: ['write', 'leaseKey', 'leaseOf'],
  by:
    (original, { write, leaseKey, leaseOf }) =>
    (turn, token) => {
      const minted = original(turn, token)
      const saltedId = turn.crypto.saltedId(minted.presented)
      if (turn.node.role === 'active') write(turn, 0, leaseKey(saltedId), { ...leaseOf(minted.entry, token), saltedId })
      return minted
    },
})
