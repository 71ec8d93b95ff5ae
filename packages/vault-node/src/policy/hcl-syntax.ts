/**
 * What policy texts are made of, whether they were written as HCL or as JSON: tokens, literals, lists, objects, items.
 * Always holds: a tree is at most MAX_NESTING levels deep, so that walking it by recursion is safe.
 */

/** Levels of lists and objects within each other. Real policies need four. */
export const MAX_NESTING = 100

/** Where something stands in the text: both count from 1, a column is a code point. Line 0 is nowhere. */
export interface Position {
  readonly line: number
  readonly column: number
}

export const NOWHERE: Position = { line: 0, column: 0 }

/** As Vault writes a position: `3:14`, or `-` for nowhere (all that came from JSON stands nowhere). */
export const positionText = ({ line, column }: Position): string => (line > 0 ? `${line}:${column}` : '-')

/** Names of tokens are the words that error texts use. */
export type TokenType =
  | 'ILLEGAL'
  | 'EOF'
  | 'COMMENT'
  | 'IDENT'
  | 'NUMBER'
  | 'FLOAT'
  | 'BOOL'
  | 'STRING'
  | 'HEREDOC'
  | 'NULL'
  | 'LBRACK'
  | 'RBRACK'
  | 'LBRACE'
  | 'RBRACE'
  | 'COMMA'
  | 'COLON'
  | 'PERIOD'
  | 'ASSIGN'
  | 'ADD'
  | 'SUB'

export interface Token {
  readonly type: TokenType
  /** As it stands in the text, quotes and escapes included. */
  readonly text: string
  readonly position: Position
}

/** A literal; `value` is its text with quotes, escapes and heredoc marks taken off. */
export interface HclLiteral {
  readonly kind: 'literal'
  readonly type: 'NUMBER' | 'FLOAT' | 'BOOL' | 'STRING' | 'HEREDOC'
  readonly value: string
  readonly position: Position
}

export interface HclList {
  readonly kind: 'list'
  readonly elements: readonly HclNode[]
  readonly position: Position
}

export interface HclObject {
  readonly kind: 'object'
  readonly items: readonly HclItem[]
  readonly position: Position
}

export type HclNode = HclLiteral | HclList | HclObject

export interface HclKey {
  readonly name: string
  /** As it stands in the text: `path`, `"secret/*"`. */
  readonly raw: string
  readonly position: Position
}

/** `name = value`, or `path "secret/*" { ... }`: an item may have several keys. */
export interface HclItem {
  readonly keys: readonly HclKey[]
  /** The line of `=` (or of JSON's `:`); 0 for a block, which has none. */
  readonly assignLine: number
  readonly value: HclNode
}

/** What a parser makes of a whole text. */
export type HclDocument =
  | { readonly kind: 'items'; readonly items: readonly HclItem[] }
  | { readonly kind: 'error'; readonly error: string }
