/** A token that is decided on and not yet made. Plain data. */

import type { TokenType } from './token-entry.ts'

export interface NewToken {
  readonly type: TokenType
  /** An id that the client chose; null draws one. Batch tokens take no notice of it. */
  readonly customId: string | null
  /** Salted id of the parent; empty for an orphan. */
  readonly parent: string
  readonly policies: readonly string[]
  readonly path: string
  readonly meta: Readonly<Record<string, string>> | null
  readonly displayName: string
  readonly numUses: number
  /** Seconds; 0 never expires. */
  readonly ttl: number
  /** Seconds: the auth method's own maximum, for renewals; 0 for none. */
  readonly maxTtl: number
  readonly explicitMaxTtl: number
  readonly period: number
  readonly renewable: boolean
  /** False for the first root token and for batch tokens. */
  readonly leased: boolean
  readonly entityId: string
}
