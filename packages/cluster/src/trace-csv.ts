/**
 * Reads measured lags from CSV text, to be played as a `trace`.
 * Always holds: what is read is whole microseconds from 0 to LONGEST_LAG, at least one value, at most MAX_TRACE_VALUES; what
 * cannot be read names its line, and nothing is skipped silently but empty lines.
 */

import { micros, MICROS_PER_MS, MICROS_PER_SECOND, type Micros } from '@fourtwelve/protocol'
import { LONGEST_LAG } from './lag-defect.ts'

/** The values of a column in their order, or what is wrong with the text. */
export type Trace = { readonly values: readonly Micros[] } | { readonly error: string }

/** Rows that are read: a day at more than ten a second. */
export const MAX_TRACE_VALUES = 1_000_000

/**
 * One column of CSV text with a header (simulation-and-checking 4.2: `trace`). The name of the column ends in its unit: `_us`,
 * `_ms` or `_s`. Fields may stand in double quotes, on one line. Values are decimal numbers of at least 0, rounded to
 * microseconds.
 */
export function parseTrace(text: string, column: string): Trace {
  const unit = UNITS.get(/_[a-z]+$/.exec(column)?.[0] ?? '')
  if (unit === undefined) {
    return { error: `column ${column} has no unit: its name must end in _us, _ms or _s` }
  }
  const lines = filledLines(text)
  const header = lines.next().value
  if (header === undefined) return { error: 'line 1: no header: the first line must name the columns' }
  const names = fields(header.text)
  if (names === null) return { error: `line ${header.number}: ${OPEN_QUOTE}` }
  const at = names.indexOf(column)
  if (at < 0) return { error: `line ${header.number}: no column ${column}; there are: ${names.join(', ')}` }

  const values: Micros[] = []
  for (const line of lines) {
    if (values.length === MAX_TRACE_VALUES) {
      return { error: `line ${line.number}: more than ${MAX_TRACE_VALUES} values: shorten the trace` }
    }
    const value = valueOf(line.text, at, names.length, unit)
    if (typeof value === 'string') return { error: `line ${line.number}: ${value}` }
    values.push(value)
  }
  return values.length === 0 ? { error: `line ${header.number}: no values below the header` } : { values }
}

/** Microseconds in a unit, by the end of a column's name. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['_us', 1],
  ['_ms', MICROS_PER_MS],
  ['_s', MICROS_PER_SECOND],
])

const OPEN_QUOTE = 'a double quote is not closed, or text stands beside it'
const DECIMAL = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
/** How much of a bad field is shown. */
const SHOWN_CHARACTERS = 40

/** The value in a row, or what is wrong with the row. */
function valueOf(row: string, at: number, columns: number, unit: number): Micros | string {
  const found = fields(row)
  if (found === null) return OPEN_QUOTE
  if (found.length !== columns) return `${found.length} fields where the header has ${columns}`
  const field = found[at] ?? ''
  const shown = JSON.stringify(field.slice(0, SHOWN_CHARACTERS))
  if (!DECIMAL.test(field)) return `${shown} is no time: give a decimal number of at least 0`
  const value = Math.round(Number(field) * unit)
  return value <= LONGEST_LAG ? micros(value) : `${shown} is too long: at most 365 days`
}

interface Line {
  readonly number: number
  readonly text: string
}

/** The lines that hold something, one at a time, with their numbers from 1. */
function* filledLines(text: string): Generator<Line, undefined> {
  let from = text.startsWith('\uFEFF') ? 1 : 0
  for (let number = 1; from < text.length; number++) {
    const found = text.indexOf('\n', from)
    const end = found < 0 ? text.length : found
    const line = text.slice(from, end).trim()
    if (line !== '') yield { number, text: line }
    from = end + 1
  }
  return undefined
}

/** One field: in quotes, with `""` for a quote, or bare; and what ends it. */
const FIELD = /(?:\s*"((?:[^"]|"")*)"\s*|([^",]*))(,|$)/y

/** The fields of a line, or null when quotes do not fit. */
function fields(line: string): readonly string[] | null {
  const found: string[] = []
  FIELD.lastIndex = 0
  for (;;) {
    const match = FIELD.exec(line)
    if (match === null) return null
    found.push(match[1] === undefined ? (match[2] ?? '').trim() : match[1].replaceAll('""', '"'))
    if (match[3] === '') return found
  }
}
