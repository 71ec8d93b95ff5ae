/**
 * Tells what a token is by its form alone, without a key.
 * Always holds: every text has exactly one kind, and nothing throws.
 */

import { BATCH_PREFIX, readBatchBlob } from './batch-token.ts'
import {
  decodeServiceToken,
  isConsistentToken,
  SERVICE_PREFIX,
  type ServiceToken,
  type TokenDefect,
} from './service-token.ts'

export type TokenKind =
  | { readonly kind: 'consistent'; readonly token: ServiceToken }
  /** `hvs.` + 24: a root token, or the inner form of a service token. It carries no index. */
  | { readonly kind: 'short-service'; readonly inner: string }
  | { readonly kind: 'batch'; readonly keyTerm: number; readonly version: number }
  | { readonly kind: 'recovery' }
  | { readonly kind: 'legacy'; readonly of: 'service' | 'batch' | 'recovery' }
  | { readonly kind: 'broken'; readonly looksLike: 'service' | 'batch'; readonly defect: TokenDefect }
  /** Anything else: a custom id, or no token at all. */
  | { readonly kind: 'other' }

const RECOVERY_PREFIX = 'hvr.'
const LEGACY_PREFIXES: Readonly<Record<string, 'service' | 'batch' | 'recovery'>> = {
  's.': 'service',
  'b.': 'batch',
  'r.': 'recovery',
}

export function tokenKind(token: string): TokenKind {
  if (isConsistentToken(token)) {
    const decoded = decodeServiceToken(token)
    return typeof decoded === 'string'
      ? { kind: 'broken', looksLike: 'service', defect: decoded }
      : { kind: 'consistent', token: decoded }
  }
  if (token.startsWith(SERVICE_PREFIX)) return { kind: 'short-service', inner: token }
  if (token.startsWith(BATCH_PREFIX)) {
    const blob = readBatchBlob(token)
    return blob === null
      ? { kind: 'broken', looksLike: 'batch', defect: 'not-a-token' }
      : { kind: 'batch', keyTerm: blob.keyTerm, version: blob.version }
  }
  if (token.startsWith(RECOVERY_PREFIX)) return { kind: 'recovery' }
  const legacy = LEGACY_PREFIXES[token.slice(0, 2)]
  return legacy === undefined ? { kind: 'other' } : { kind: 'legacy', of: legacy }
}
