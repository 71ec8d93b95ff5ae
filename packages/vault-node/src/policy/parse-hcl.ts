/**
 * Reads HCL, the first version of that language, as Vault does: what it lets pass passes here, and its errors have its words.
 * Always holds: parsing ends and never throws; nesting is bounded by MAX_NESTING.
 */

import { literalOf, unquote } from './hcl-literals.ts'
import { HclScanner } from './hcl-scanner.ts'
import {
  MAX_NESTING,
  positionText,
  type HclDocument,
  type HclItem,
  type HclKey,
  type HclList,
  type HclNode,
  type HclObject,
  type Position,
  type Token,
} from './hcl-syntax.ts'

/** Parses a whole text. The error reads `At 1:15: object expected closing RBRACE got: EOF` (vault-http-api 3.5). */
export function parseHcl(text: string): HclDocument {
  const scanner = new HclScanner(text.replaceAll('\r\n', '\n'), 'hcl')
  const parsed = new HclParser(scanner).items(false, 0)
  // A defect of a token explains more than what the parser then stumbled over.
  if (scanner.defect !== null) return { kind: 'error', error: `At ${scanner.defect}` }
  return parsed.halt === null ? { kind: 'items', items: parsed.items } : { kind: 'error', error: parsed.halt.error }
}

/** Why a part could not be read. The end of the text after a key with `=` is no error: that item is dropped. */
type Halt = { readonly kind: 'halt'; readonly error: string } | { readonly kind: 'end' }

const END: Halt = { kind: 'end' }
const failed = (at: Position, problem: string): Halt & { readonly kind: 'halt' } => ({
  kind: 'halt',
  error: `At ${positionText(at)}: ${problem}`,
})

interface ParsedItems {
  readonly items: readonly HclItem[]
  readonly halt: (Halt & { readonly kind: 'halt' }) | null
}

class HclParser {
  readonly #scanner: HclScanner
  #token: Token = { type: 'EOF', text: '', position: { line: 1, column: 0 } }
  #isUnread = false

  constructor(scanner: HclScanner) {
    this.#scanner = scanner
  }

  /** Items up to the end of the text, or inside an object up to its closing brace, which is left unread. */
  items(insideObject: boolean, depth: number): ParsedItems {
    const items: HclItem[] = []
    for (;;) {
      if (insideObject) {
        const ahead = this.#scan()
        this.#isUnread = true
        if (ahead.type === 'RBRACE') return { items, halt: null }
      }
      const item = this.#item(depth)
      if ('kind' in item) return { items, halt: item.kind === 'end' ? null : item }
      items.push(item)
      // Items may be parted by commas, as in a list of maps.
      if (this.#scan().type !== 'COMMA') this.#isUnread = true
    }
  }

  #item(depth: number): HclItem | Halt {
    const keys: HclKey[] = []
    const ended = this.#keys(keys)
    if (ended?.kind === 'halt' && !(keys.length > 0 && this.#token.type === 'RBRACE')) return ended
    if (ended?.kind === 'end' && keys.length === 0) return END
    if (ended !== null) {
      // A brace that came too early is spent: the object that it would close must not take it for its own end.
      this.#token = { ...this.#token, type: 'EOF' }
      const names = keys.map((key) => key.raw).join(' ')
      return failed(this.#token.position, `key '${names}' expected start of object ('{') or assignment ('=')`)
    }
    const assignLine = this.#token.type === 'ASSIGN' ? this.#token.position.line : 0
    const value = this.#token.type === 'ASSIGN' ? this.#value(depth) : this.#object(depth)
    if (value.kind === 'halt' || value.kind === 'end') return value
    return { keys, assignLine, value }
  }

  /** Reads keys into `keys`, up to `=` or `{`. Null when it stands on one of them. */
  #keys(keys: HclKey[]): Halt | null {
    for (;;) {
      const { type, text, position } = this.#scan()
      if (type === 'EOF') return END
      if (type === 'IDENT' || type === 'STRING') {
        keys.push({ name: type === 'STRING' ? unquote(text, 'hcl') : text, raw: text, position })
        continue
      }
      if (type === 'ASSIGN') {
        if (keys.length > 1) return failed(position, 'nested object expected: LBRACE got: ASSIGN')
        return keys.length === 0 ? failed(position, 'no object keys found!') : null
      }
      if (type === 'LBRACE') return keys.length === 0 ? failed(position, 'expected: IDENT | STRING got: LBRACE') : null
      if (type === 'ILLEGAL') return failed(position, 'illegal character')
      return failed(position, `expected: IDENT | STRING | ASSIGN | LBRACE got: ${type}`)
    }
  }

  #value(depth: number): HclNode | Halt {
    const token = this.#scan()
    if (token.type === 'EOF') return END
    if (token.type === 'LBRACE') return this.#object(depth)
    if (token.type === 'LBRACK') return this.#list(depth)
    const at = positionText(token.position)
    return (
      literalOf(token, 'hcl', token.position) ??
      failed(token.position, `Unknown token: ${at} ${token.type} ${token.text}`)
    )
  }

  /** An object, from the brace that opens it, which has been read. */
  #object(depth: number): HclObject | Halt {
    const position = this.#token.position
    if (depth >= MAX_NESTING) return failed(position, `nesting deeper than ${MAX_NESTING} levels`)
    const { items, halt } = this.items(true, depth + 1)
    // A value that is missing before a closing brace is forgiven if one more brace follows.
    if (halt !== null && this.#token.type !== 'RBRACE') return halt
    const close = this.#scan()
    if (close.type !== 'RBRACE') return failed(close.position, `object expected closing RBRACE got: ${close.type}`)
    return { kind: 'object', items, position }
  }

  /** A list, from the bracket that opens it, which has been read. */
  #list(depth: number): HclList | Halt {
    const position = this.#token.position
    if (depth >= MAX_NESTING) return failed(position, `nesting deeper than ${MAX_NESTING} levels`)
    const elements: HclNode[] = []
    let needsComma = false
    for (;;) {
      const token = this.#scan()
      if (token.type === 'RBRACK') return { kind: 'list', elements, position }
      if (token.type === 'COMMA') {
        needsComma = false
        continue
      }
      if (needsComma)
        return failed(token.position, `error parsing list, expected comma or list end, got: ${token.type}`)
      const element = this.#element(token, depth + 1)
      if (element.kind === 'halt') return element
      if (element.kind === 'end') return failed(token.position, `unexpected token while parsing list: ${token.type}`)
      elements.push(element)
      // After a list within a list no comma is asked for.
      needsComma = element.kind !== 'list'
    }
  }

  #element(token: Token, depth: number): HclNode | Halt {
    const inner = token.type === 'LBRACE' ? this.#object(depth) : token.type === 'LBRACK' ? this.#list(depth) : null
    if (inner === null) return literalOf(token, 'hcl', token.position) ?? END
    if (inner.kind !== 'halt') return inner
    const what = token.type === 'LBRACE' ? 'object' : 'list'
    return failed(token.position, `error while trying to parse ${what} within list: ${inner.error}`)
  }

  #scan(): Token {
    if (this.#isUnread) {
      this.#isUnread = false
      return this.#token
    }
    do this.#token = this.#scanner.scan()
    while (this.#token.type === 'COMMENT')
    return this.#token
  }
}
