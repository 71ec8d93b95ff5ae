/**
 * Broken: the index in a new token is taken before its entries are written.
 * Must be caught by: `token-index-covers-its-write`.
 */

import type { NodeState } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

type Store = (turn: { readonly node: NodeState }, request: unknown, entry: unknown, lease: unknown) => number

export const INDEX_BEFORE_WRITE: Mutant = defineMutant<Store>({
  name: 'index-before-write',
  breaks: 'The index in a new token is taken before its entries are written.',
  law: 'token-index-covers-its-write',
  reference: 'M3',
  package: 'vault-node',
  file: 'tokens/mint-token',
  replaces: 'store',
  by: (original) => (turn, request, entry, lease) => {
    const before = turn.node.log.head
    original(turn, request, entry, lease)
    return before
  },
})
