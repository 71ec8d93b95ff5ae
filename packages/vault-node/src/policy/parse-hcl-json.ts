/**
 * Reads JSON into the same tree as HCL, the way Vault's HCL library does: with its own forgiving grammar (what follows the
 * first object is not looked at, a missing last brace passes), and with objects of objects flattened into several keys.
 * Always holds: parsing ends and never throws; nesting is bounded by MAX_NESTING; nothing has a position except `:`.
 */

import { literalOf, unquote } from './hcl-literals.ts'
import { HclScanner } from './hcl-scanner.ts'
import {
  MAX_NESTING,
  NOWHERE,
  positionText,
  type HclDocument,
  type HclItem,
  type HclKey,
  type HclNode,
  type Token,
} from './hcl-syntax.ts'

/** Parses a text that begins with `{`. Errors have no `At`: `expected: STRING got: NUMBER`, `1:9: literal not terminated`. */
export function parseHclJson(text: string): HclDocument {
  const scanner = new HclScanner(text, 'json')
  const parser = new JsonParser(scanner)
  const root = parser.value(0)
  if (scanner.defect !== null) return { kind: 'error', error: scanner.defect }
  if (root.kind === 'halt') return { kind: 'error', error: root.error }
  return { kind: 'items', items: root.kind === 'object' ? flatten(root.items) : [] }
}

type Halt = { readonly kind: 'halt'; readonly error: string } | { readonly kind: 'end' }

const END: Halt = { kind: 'end' }
const failed = (error: string): Halt => ({ kind: 'halt', error })

class JsonParser {
  readonly #scanner: HclScanner
  #token: Token = { type: 'EOF', text: '', position: NOWHERE }

  constructor(scanner: HclScanner) {
    this.#scanner = scanner
  }

  value(depth: number): HclNode | Halt {
    const token = this.#scan()
    if (token.type === 'EOF') return END
    if (depth > MAX_NESTING) return failed(`nesting deeper than ${MAX_NESTING} levels`)
    if (token.type === 'LBRACE') return this.#object(depth)
    if (token.type === 'LBRACK') return this.#list(depth)
    const at = positionText(token.position)
    return (
      literalOf(token, 'json', NOWHERE) ??
      failed(`Expected object value, got unknown token: ${at} ${token.type} ${token.text}`)
    )
  }

  /** An error on a closing brace is forgiven: that is how an empty object, or a comma too many, passes. */
  #object(depth: number): HclNode | Halt {
    const items: HclItem[] = []
    do {
      const item = this.#item(depth)
      if (!('kind' in item)) {
        items.push(item)
        continue
      }
      if (item.kind === 'halt' && this.#token.type !== 'RBRACE') return item
      break
    } while (this.#scan().type === 'COMMA')
    return { kind: 'object', items, position: NOWHERE }
  }

  #item(depth: number): HclItem | Halt {
    const keys: HclKey[] = []
    for (;;) {
      const { type, text, position } = this.#scan()
      if (type === 'EOF') return END
      if (type === 'STRING') {
        keys.push({ name: unquote(text, 'json'), raw: text, position: NOWHERE })
      } else if (type === 'COLON' && keys.length > 0) {
        const value = this.value(depth + 1)
        return value.kind === 'halt' || value.kind === 'end' ? value : { keys, assignLine: position.line, value }
      } else return failed(type === 'ILLEGAL' ? 'illegal' : `expected: STRING got: ${type}`)
    }
  }

  /** Booleans and lists within a list are skipped without a word, and commas are not asked for. */
  #list(depth: number): HclNode | Halt {
    if (depth >= MAX_NESTING) return failed(`nesting deeper than ${MAX_NESTING} levels`)
    const elements: HclNode[] = []
    for (;;) {
      const token = this.#scan()
      if (token.type === 'RBRACK') return { kind: 'list', elements, position: NOWHERE }
      if (token.type === 'COMMA' || token.type === 'BOOL' || token.type === 'LBRACK') continue
      const element =
        token.type === 'LBRACE'
          ? this.#object(depth + 1)
          : token.type === 'NULL'
            ? null
            : literalOf(token, 'json', NOWHERE)
      if (element === null || element.kind === 'end')
        return failed(`unexpected token while parsing list: ${token.type}`)
      if (element.kind === 'halt') return element
      elements.push(element)
    }
  }

  #scan(): Token {
    this.#token = this.#scanner.scan()
    return this.#token
  }
}

/** `{"path": {"a": {...}, "b": {...}}}` says the same as `path "a" {...} path "b" {...}`. */
const flatten = (items: readonly HclItem[]): readonly HclItem[] =>
  items.flatMap(flattenItem).map((item) => ({ ...item, value: flattenInside(item.value) }))

/** An item whose value is an object of objects, or a list of objects, becomes one item for each of them. */
function flattenItem(item: HclItem): readonly HclItem[] {
  const { value } = item
  if (
    value.kind === 'object' &&
    value.items.length > 0 &&
    value.items.every((inner) => inner.value.kind === 'object')
  ) {
    return value.items.flatMap((inner) =>
      flattenItem({ ...item, keys: [...item.keys, ...inner.keys], value: inner.value }),
    )
  }
  if (
    value.kind === 'list' &&
    value.elements.length > 0 &&
    value.elements.every((element) => element.kind === 'object')
  ) {
    return value.elements.flatMap((element) => flattenItem({ ...item, value: element }))
  }
  return [item]
}

function flattenInside(value: HclNode): HclNode {
  switch (value.kind) {
    case 'literal':
      return value
    case 'list':
      return { ...value, elements: value.elements.map(flattenInside) }
    case 'object':
      return { ...value, items: flatten(value.items) }
  }
}
