/** What can be told of a token, as data. Always holds: the words and fields here stay, as programs read them. */

import { namespaceOf, type Uint64 } from '@fourtwelve/protocol'

/** Words that stay. `unknown`: no form tells. */
type TokenType = 'service' | 'batch' | 'recovery' | 'unknown'
type TokenFormat = 'server-side consistent' | 'short' | 'batch' | 'legacy' | 'custom or unknown'

/** Fields that a format does not have are null. */
export interface TokenFacts {
  readonly type: TokenType
  readonly format: TokenFormat
  /** Of the token's own format. */
  readonly version: Uint64 | null
  /** The id under which Vault keeps the token. As secret as the token. */
  readonly inner: string | null
  /** The id of the namespace; `root` for the root namespace. */
  readonly namespace: string | null
  /** The WAL index that a node must have applied. */
  readonly local_index: Uint64 | null
  readonly index_epoch: Uint64 | null
  /** Characters. */
  readonly length: number
  /** Hexadecimal. */
  readonly hmac: string | null
}

export type TokenReading =
  | { readonly facts: TokenFacts; readonly lines: readonly string[] }
  | { readonly refused: string }

/** The namespace that a token's text names; `root` when it names none. */
export const namespaceNamed: (token: string) => string = (token) => namespaceOf(token) || 'root'

export const namespaceWords: (namespace: string) => string = (namespace) =>
  namespace === 'root' ? 'the root namespace' : `the namespace with the id ${namespace}`
