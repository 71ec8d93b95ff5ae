/**
 * Turns parts of a parsed text into strings, lists, values and parameter rules, with Vault's words where a part has the
 * wrong shape (the names of Go's types in them are what users of Vault see).
 * Always holds: the first error is kept and later ones are dropped; after an error the results mean nothing.
 */

import type { JsonObject, JsonValue } from '@fourtwelve/protocol'
import { goQuote } from './go-quote.ts'
import { goTypeOf, groupedByFirstKey, partsOf, positionOf, type Part } from './hcl-fields.ts'
import { positionText, type HclItem, type HclLiteral } from './hcl-syntax.ts'

/** Field values as the text gives them, before they are checked. */
export class HclDecoder {
  #error: string | null = null

  get error(): string | null {
    return this.#error
  }

  /** A string field; null when it is absent. Given several times, the last one counts. */
  text(items: readonly HclItem[], key: string, name: string): string | null {
    let text: string | null = null
    for (const part of partsOf(items, key)) text = this.#string(part, name)
    return text
  }

  /** A list of strings; null when it is absent. Given several times, all of them together. */
  texts(items: readonly HclItem[], key: string, name: string): readonly string[] | null {
    let texts: string[] | null = null
    for (const part of partsOf(items, key)) {
      texts ??= []
      for (const [i, element] of this.#elements(part).entries()) texts.push(this.#string(element, `${name}[${i}]`))
    }
    return texts
  }

  /** A map of lists, its keys in lower case; null when it is absent. Given several times, all of them together. */
  parameters(items: readonly HclItem[], key: string, name: string): ReadonlyMap<string, readonly JsonValue[]> | null {
    let rules: Map<string, JsonValue[]> | null = null
    for (const part of partsOf(items, key)) {
      rules ??= new Map()
      for (const [parameter, value] of this.#entries(part, name)) {
        const values = this.#values(value, `${name}.${parameter}`)
        const known = rules.get(parameter.toLowerCase())
        if (known === undefined) rules.set(parameter.toLowerCase(), [...values])
        else for (const more of values) known.push(more)
      }
    }
    return rules
  }

  /** Any value; undefined when it is absent. Given several times, the last one counts. */
  value(items: readonly HclItem[], key: string, name: string): JsonValue | undefined {
    let value: JsonValue | undefined
    for (const part of partsOf(items, key)) value = this.#value(part, name, false)
    return value
  }

  #string(part: Part, name: string): string {
    if (part.kind === 'literal' && part.type !== 'FLOAT' && part.type !== 'BOOL') return part.value
    return this.#fail(part, `${name}: unknown type for string ${goTypeOf(part)}`, '')
  }

  #elements(part: Part): readonly Part[] {
    if (part.kind === 'list') return part.elements
    if (part.kind === 'object') return [part]
    if (part.kind === 'items') return part.items.map((item) => ({ kind: 'item', item }))
    return this.#fail(part, `unknown slice type: ${goTypeOf(part)}`, [])
  }

  #values(part: Part, name: string): readonly JsonValue[] {
    return this.#elements(part).map((element, i) => this.#value(element, `${name}[${i}]`, true))
  }

  /** The keys of a map with their values. Items with more keys than one count once, together. */
  #entries(part: Part, name: string): readonly (readonly [string, Part])[] {
    const items =
      part.kind === 'item' ? [part.item] : part.kind === 'object' || part.kind === 'items' ? part.items : null
    if (items === null) return this.#fail(part, `${name}: not an object type for map (${goTypeOf(part)})`, [])
    const groups = groupedByFirstKey(items)
    const seen = new Set<string>()
    const entries: (readonly [string, Part])[] = []
    for (const { keys, value } of items) {
      const key = keys[0]?.name
      if (key === undefined) return this.#fail(part, `${name}: map must have string keys`, [])
      if (seen.has(key)) continue
      if (keys.length === 1) entries.push([key, value])
      else {
        seen.add(key)
        entries.push([key, { kind: 'items', items: groups.get(key.toLowerCase()) ?? [] }])
      }
    }
    return entries
  }

  /** Any value. Vault reads an object as a map where it stands in a list, and as a list of maps where it stands elsewhere. */
  #value(part: Part, name: string, inList: boolean): JsonValue {
    switch (part.kind) {
      case 'literal':
        return this.#scalar(part)
      case 'list':
        return this.#values(part, name)
      case 'item':
        this.#error ??= `${name}: cannot decode into interface: ${goTypeOf(part)}`
        return null
      case 'object':
      case 'items':
        if (inList) return this.#object(part, name)
        return this.#elements(part).map((element, i) => this.#object(element, `${name}[${i}]`))
    }
  }

  #object(part: Part, name: string): JsonObject {
    const entries = this.#entries(part, name)
    return Object.fromEntries(entries.map(([key, value]) => [key, this.#value(value, `${name}.${key}`, false)]))
  }

  #scalar(literal: HclLiteral): JsonValue {
    switch (literal.type) {
      case 'BOOL':
        return literal.value === 'true'
      case 'STRING':
      case 'HEREDOC':
        return literal.value
      case 'FLOAT':
        return this.#number(literal.value, Number(literal.value), Number.MAX_VALUE, 'strconv.ParseFloat')
      case 'NUMBER':
        return this.#number(literal.value, wholeNumber(literal.value), MAX_INT, 'strconv.ParseInt')
    }
  }

  #number(text: string, number: number, largest: number, reader: string): number {
    if (Math.abs(number) <= largest) return number
    const problem = Number.isNaN(number) ? 'invalid syntax' : 'value out of range'
    this.#error ??= `${reader}: parsing ${goQuote(text)}: ${problem}`
    return 0
  }

  #fail<Result>(part: Part, problem: string, result: Result): Result {
    this.#error ??= `At ${positionText(positionOf(part))}: ${problem}`
    return result
  }
}

/** The largest number of a Go integer that is exact here too; a policy has no use for the 1024 above it. */
const MAX_INT = 2 ** 63 - 1024

/** Go's ParseInt with base 0: `0x1f`, `017` and `-5`; NaN when the text is none. */
function wholeNumber(text: string): number {
  const digits = text.replace(/^-/, '')
  const sign = digits === text ? 1 : -1
  if (/^0[0-7]+$/.test(digits)) return sign * Number(`0o${digits.slice(1)}`)
  return /^(?:0[xX][0-9a-fA-F]+|0|[1-9]\d*)$/.test(digits) ? sign * Number(digits) : Number.NaN
}
