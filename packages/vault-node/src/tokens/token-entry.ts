/**
 * What is stored for a token, and its lease.
 * Always holds: the token's id is not in it (the key is its salted form); all lengths are whole seconds, as in Vault.
 */

import { MICROS_PER_SECOND, micros, type Micros } from '@fourtwelve/protocol'

export type TokenType = 'service' | 'batch'

export interface TokenEntry {
  readonly type: TokenType
  /** Salted id: the key of this entry. Empty for a batch token, which stands nowhere. */
  readonly saltedId: string
  /** 24 base62 characters; empty for a batch token. */
  readonly accessor: string
  /** Salted id of the parent; empty for an orphan. */
  readonly parent: string
  readonly policies: readonly string[]
  /** The path that made it: `auth/token/create`, `auth/userpass/login/bob`. */
  readonly path: string
  readonly meta: Readonly<Record<string, string>> | null
  readonly displayName: string
  /** Uses left; 0 is unlimited, USES_SPENT is none left: it awaits revocation. */
  readonly numUses: number
  readonly creationTime: Micros
  /** Seconds; 0 never expires. */
  readonly ttl: number
  readonly explicitMaxTtl: number
  readonly period: number
  readonly entityId: string
}

/** A token that is being revoked, or that spent its last use: lookups no longer find it (vault-http-api 2.4). */
export const USES_SPENT = -1

export const isRoot = (entry: TokenEntry): boolean => entry.policies.includes('root')

/** A root token that never expires needs no lease: the first one has none, others have one that never ends. */
export const isEndlessRoot = (entry: TokenEntry): boolean =>
  entry.ttl === 0 && entry.policies.length === 1 && entry.policies[0] === 'root'

/** When a token ends that was never renewed: a batch token's only measure. */
export const expireTimeOf = (entry: TokenEntry): Micros => micros(entry.creationTime + entry.ttl * MICROS_PER_SECOND)
