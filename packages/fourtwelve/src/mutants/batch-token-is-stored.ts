/**
 * Broken: the active node stores a batch token too, as it stores a service token.
 * Must be caught by: `batch-tokens-store-nothing`.
 */

import type { NodeState } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

type Turn = { readonly node: NodeState }
interface NewToken {
  readonly type: string
}
type Grant = (turn: Turn, request: number, token: NewToken, warnings: unknown) => unknown
type Names = { readonly mintToken: (turn: Turn, request: number, token: NewToken) => unknown }

export const BATCH_TOKEN_IS_STORED: Mutant = defineMutant<Grant, Names>({
  name: 'batch-token-is-stored',
  breaks: 'The active node stores a batch token too, as it stores a service token.',
  law: 'batch-tokens-store-nothing',
  reference: null,
  package: 'vault-node',
  file: 'tokens/grant-token',
  replaces: 'grantToken',
  needs: ['mintToken'],
  by:
    (original, { mintToken }) =>
    (turn, request, token, warnings) => {
      if (token.type === 'batch' && turn.node.role === 'active') mintToken(turn, request, token)
      return original(turn, request, token, warnings)
    },
})
