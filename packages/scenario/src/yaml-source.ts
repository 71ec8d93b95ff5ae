/**
 * A YAML 1.2 (or JSON) text as plain data that still knows where each value stands.
 * Always holds: what comes out is JSON; no key comes twice; work and memory are bounded by the four limits below, whatever the
 * text is, also where aliases multiply.
 */

import type { JsonValue } from '@fourtwelve/protocol'
import { Composer, isAlias, isMap, isPair, isScalar, isSeq, Parser, type CST, type Document, type YAMLMap } from 'yaml'
import type { Finding, Path } from './problem.ts'
import { pointedLine, syntaxWords } from './syntax-words.ts'

/** Largest text, in UTF-16 units. The largest scenario that a person writes has a tenth of it. */
export const TEXT_LENGTH_MAX = 262_144
/** Deepest nesting. The composer recurses: far beyond this it would end the process, not throw. */
export const DEPTH_MAX = 64
/** Values, each alias counted as often as it is used. */
const VALUES_MAX = 100_000
/** Syntax errors told of one text. */
const SYNTAX_ERRORS_MAX = 20

interface Place {
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units. */
  readonly column: number
  /** Whether the path stands in the text; if not, this is the place of the nearest thing around it that does. */
  readonly exact: boolean
}

export interface Source {
  readonly value: JsonValue
  /** Where the value at a path begins, or its key. */
  locate(path: Path, at: 'key' | 'value'): Place
}

export interface SyntaxProblem {
  readonly line: number
  readonly column: number
  readonly message: string
  /** The line with a caret below the place, where it is the letters that are wrong. */
  readonly excerpt?: string
}

/** Reads a text; or says what is wrong with its form. */
export function readYaml(text: string): Source | { readonly problems: readonly SyntaxProblem[] } {
  if (text.length > TEXT_LENGTH_MAX) {
    return {
      problems: [{ line: 1, column: 1, message: `is too long: ${text.length} letters, at most ${TEXT_LENGTH_MAX}` }],
    }
  }
  const lines = lineStarts(text)
  const tokens = [...new Parser().parse(text)]
  const problemAt = (offset: number, message: string): SyntaxProblem => ({ ...placeAt(lines, offset), message })
  if (depthOf(tokens) > DEPTH_MAX) return { problems: [problemAt(0, `is nested deeper than ${DEPTH_MAX} levels`)] }
  const [document, second] = [...new Composer({ uniqueKeys: false, schema: 'core' }).compose(tokens)]
  if (document === undefined) return { problems: [problemAt(0, 'is empty')] }
  const mistakes = [...document.errors, ...document.warnings].map((mistake): SyntaxProblem => {
    const offset = withinText(text, mistake.pos[0])
    const place = placeAt(lines, offset)
    const line = text.slice(lines[place.line - 1] ?? 0, lines[place.line] ?? text.length)
    return { ...place, message: syntaxWords(mistake), excerpt: pointedLine(line, place.column) }
  })
  if (mistakes.length > 0) return { problems: oneEachLine(mistakes).slice(0, SYNTAX_ERRORS_MAX) }
  if (second !== undefined)
    return { problems: [problemAt(second.range[0], 'holds a second document: write one file each')] }
  const plain = new PlainReader()
  const value = plain.read(document.contents, 0)
  if (plain.mistakes.length > 0) {
    return {
      problems: plain.mistakes.slice(0, SYNTAX_ERRORS_MAX).map((mistake) => problemAt(mistake.offset, mistake.message)),
    }
  }
  return { value, locate: (path, at) => locate(lines, document, plain, path, at) }
}

/** What is missing at the end is missed behind the last letter, not on the empty lines after it. */
function withinText(text: string, offset: number): number {
  return text.slice(offset).trim() === '' ? Math.min(offset, text.trimEnd().length) : offset
}

/** One mistake makes the parser stumble several times over the same line: the first tells what it is. */
function oneEachLine(problems: readonly SyntaxProblem[]): readonly SyntaxProblem[] {
  const told = new Set<number>()
  return problems.filter(({ line }) => told.size !== told.add(line).size)
}

/** The deepest nesting of the tokens, found without recursion. */
function depthOf(tokens: readonly CST.Token[]): number {
  let deepest = 0
  const open: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }))
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next
    deepest = Math.max(deepest, depth)
    if (token.type === 'document' && token.value !== undefined) open.push({ token: token.value, depth })
    if (!('items' in token)) continue
    for (const item of token.items) {
      if (item.key) open.push({ token: item.key, depth: depth + 1 })
      if (item.value) open.push({ token: item.value, depth: depth + 1 })
    }
  }
  return deepest
}

/** Turns nodes into JSON in the order of the text, so that an alias means the anchor of its name last seen. */
class PlainReader {
  readonly mistakes: { offset: number; message: string }[] = []
  /** What each alias stands for. */
  readonly targets: Map<unknown, unknown> = new Map()
  /** The rows of each mapping by their keys, so that a place in a long one is found without a search. */
  readonly rows: Map<unknown, ReadonlyMap<string, { readonly key: unknown; readonly value: unknown }>> = new Map()
  private readonly anchors = new Map<string, unknown>()
  private values = 0

  read(node: unknown, depth: number): JsonValue {
    this.values += 1
    if (this.values === VALUES_MAX)
      this.mistake(node, `holds more than ${VALUES_MAX} values once its aliases are written out`)
    if (depth > DEPTH_MAX)
      this.mistake(node, `is nested deeper than ${DEPTH_MAX} levels once its aliases are written out`)
    if (this.mistakes.length > SYNTAX_ERRORS_MAX || this.values >= VALUES_MAX || depth > DEPTH_MAX) return null
    if (isAlias(node)) return this.readAlias(node, depth)
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined) this.anchors.set(node.anchor, node)
    if (isMap(node)) return this.readMap(node, depth)
    if (isSeq(node)) return node.items.map((item) => this.read(item, depth + 1))
    return node === null ? null : this.readScalar(node)
  }

  private readAlias(alias: { readonly source: string }, depth: number): JsonValue {
    if (!this.anchors.has(alias.source)) return this.mistake(alias, `names no anchor: *${alias.source}`)
    const target = this.anchors.get(alias.source)
    this.targets.set(alias, target)
    return this.read(target, depth + 1)
  }

  private readMap(map: YAMLMap, depth: number): JsonValue {
    const rows = new Map<string, JsonValue>()
    const pairs = new Map<string, { readonly key: unknown; readonly value: unknown }>()
    this.rows.set(map, pairs)
    for (const pair of map.items) {
      const { key, value } = pair
      const word = keyWord(key)
      if (word !== null) pairs.set(word, pair)
      if (word === null) this.mistake(key, 'has a key that is no word')
      else if (rows.has(word)) this.mistake(key, `has the key "${word}" twice`)
      else if (word === '__proto__') this.mistake(key, 'has a key that cannot stand here: __proto__')
      else rows.set(word, this.read(value, depth + 1))
    }
    return Object.fromEntries(rows)
  }

  private readScalar(node: unknown): JsonValue {
    const value = isScalar(node) ? node.value : undefined
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
    if (typeof value === 'number' && Number.isFinite(value)) return value
    return this.mistake(node, 'has a value that JSON does not know: put it in quotes')
  }

  private mistake(node: unknown, message: string): null {
    this.mistakes.push({ offset: offsetOf(node) ?? 0, message })
    return null
  }
}

function keyWord(key: unknown): string | null {
  const value = isScalar(key) ? key.value : undefined
  if (value === null) return ''
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}

function offsetOf(node: unknown): number | null {
  if (isPair(node)) return offsetOf(node.key)
  return isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? (node.range?.[0] ?? null) : null
}

/** Where each line begins. Found here, since the YAML parser's own counter misses line ends inside what it cannot read. */
function lineStarts(text: string): number[] {
  const starts = [0]
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1)
  return starts
}

function placeAt(starts: readonly number[], offset: number): { line: number; column: number } {
  const line = Math.max(
    0,
    starts.findLastIndex((start) => start <= offset),
  )
  return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 }
}

function locate(
  lines: readonly number[],
  document: Document.Parsed,
  plain: PlainReader,
  path: Path,
  at: Finding['at'],
): Place {
  let node: unknown = document.contents
  let offset = offsetOf(node) ?? 0
  for (const [depth, part] of path.entries()) {
    const inside = isAlias(node) ? plain.targets.get(node) : node
    const pair = isMap(inside) ? plain.rows.get(inside)?.get(String(part)) : undefined
    const item: unknown = isSeq(inside) && typeof part === 'number' ? inside.items[part] : pair?.value
    if (pair === undefined && item === undefined) return { ...placeAt(lines, offset), exact: false }
    const last = depth === path.length - 1
    offset = offsetOf(last && at === 'key' && pair !== undefined ? pair.key : item) ?? offsetOf(pair?.key) ?? offset
    node = item
  }
  return { ...placeAt(lines, offset), exact: true }
}
