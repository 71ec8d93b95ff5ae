/**
 * Broken: a standby remembers a token that it has found, and a revocation does not make it forget.
 * Must be caught by: `revocation-is-final`.
 */

import type { NodeState } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

type Find = (node: NodeState, now: number, saltedId: string, options?: unknown, presented?: string) => Found
interface Found {
  readonly kind: string
  readonly token?: { readonly lease: { readonly expireTime: number | null } | null }
}

const CACHES = new WeakMap<NodeState, Map<string, Found>>()

export const STALE_TOKEN_CACHE: Mutant = defineMutant<Find>({
  name: 'stale-token-cache',
  breaks: 'A standby remembers a token that it has found, and a revocation does not make it forget.',
  law: 'revocation-is-final',
  reference: 'M6',
  package: 'vault-node',
  file: 'tokens/find-token',
  replaces: 'findBySaltedId',
  by: (original) => (node, now, saltedId, options, presented) => {
    const found = original(node, now, saltedId, options, presented)
    if (node.role === 'active') return found
    const cache = CACHES.get(node) ?? new Map<string, Found>()
    CACHES.set(node, cache)
    if (found.kind === 'found') cache.set(saltedId, found)
    const cached = cache.get(saltedId)
    const ends = cached?.token?.lease?.expireTime ?? null
    return cached !== undefined && (ends === null || ends > now) ? cached : found
  },
})
