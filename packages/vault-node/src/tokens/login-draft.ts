/** A token that an auth method grants, before it exists. Plain data: it crosses from a standby to the active node. */

import type { TokenType } from './token-entry.ts'

export interface LoginDraft {
  readonly type: TokenType
  readonly path: string
  readonly displayName: string
  readonly meta: Readonly<Record<string, string>>
  /** Without `default`, which is added unless `noDefaultPolicy`. */
  readonly policies: readonly string[]
  readonly noDefaultPolicy: boolean
  /** Seconds; 0 takes the mount's default. */
  readonly ttl: number
  readonly maxTtl: number
  readonly explicitMaxTtl: number
  readonly period: number
  readonly numUses: number
  readonly alias: LoginAlias
}

/** Whose login it is: the same name on the same auth mount is the same entity. */
export interface LoginAlias {
  readonly mountAccessor: string
  readonly mountPath: string
  readonly name: string
}
