/**
 * Broken: the active node answers 412 for a token of its own that no majority has yet.
 * Must be caught by: `412-justified`.
 */

import type { CryptoPort } from '@fourtwelve/protocol'
import type { NodeState } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

type Gate = (node: NodeState, crypto: CryptoPort, token: string) => { readonly kind: string }
type Names = {
  readonly readToken: (kept: unknown, crypto: CryptoPort, token: string) => { readonly decoded: unknown }
}

/** Entries that it takes for not yet there. */
const RECENT = 4

export const ACTIVE_NODE_REFUSES: Mutant = defineMutant<Gate, Names>({
  name: 'active-node-refuses',
  breaks: 'The active node answers 412 for a token of its own that no majority has yet.',
  law: '412-justified',
  reference: 'M15',
  package: 'vault-node',
  file: 'request/token-gate',
  replaces: 'tokenGate',
  needs: ['readToken'],
  by:
    (original, { readToken }) =>
    (node, crypto, token) => {
      const decision = original(node, crypto, token)
      if (decision.kind !== 'accept' || node.role !== 'active') return decision
      const { decoded } = readToken(node.tokenReadings, crypto, token)
      const index = (decoded as { readonly localIndex?: number | bigint } | null)?.localIndex ?? 0
      return index > node.log.head - RECENT ? { kind: 'missing-state' } : decision
    },
})
