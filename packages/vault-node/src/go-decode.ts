/**
 * What Vault's Go code makes of a loosely typed JSON value, and what it says when it cannot: `strconv`, `time.ParseDuration`
 * and the weak decoding of mapstructure 1.5.
 * Always holds: texts are Go's own, because clients and tests compare them; nothing throws.
 */

import { isJsonObject, MICROS_PER_SECOND, parseDuration, type JsonObject, type JsonValue } from '@fourtwelve/protocol'
import { goQuote } from './policy/go-quote.ts'

export type Read<T> = { readonly value: T } | { readonly error: string }

/** Reads one loosely typed value; `name` stands in error texts, as a field's name does in Go. */
export type WeakDecoder<T> = (name: string, raw: JsonValue) => Read<T>

/** Whether a value could not be read. */
export const isReadError = <T>(read: Read<T>): read is { readonly error: string } => 'error' in read

/** A value as Go's `%v` prints it: `[a b]`, `map[k:v]`, `<nil>`. */
export function goText(value: JsonValue): string {
  if (value === null) return '<nil>'
  if (isJsonObject(value)) {
    const pairs = Object.keys(value).sort()
    return `map[${pairs.map((key) => `${key}:${goText(value[key] ?? null)}`).join(' ')}]`
  }
  if (typeof value === 'object') return `[${value.map((item) => goText(item)).join(' ')}]`
  return String(value)
}

export const weakString: WeakDecoder<string> = (name, raw) => {
  if (raw === null) return { value: '' }
  if (typeof raw === 'boolean') return { value: raw ? '1' : '0' }
  if (typeof raw === 'object') return { error: unconvertible(name, 'string', raw) }
  return { value: String(raw) }
}

const TRUE_TEXTS: ReadonlySet<string> = new Set(['1', 't', 'T', 'true', 'TRUE', 'True'])
const FALSE_TEXTS: ReadonlySet<string> = new Set(['', '0', 'f', 'F', 'false', 'FALSE', 'False'])

/** Numbers arrive in Go as text too (`json.Number`), so that 5 is no boolean there. */
export const weakBool: WeakDecoder<boolean> = (name, raw) => {
  if (raw === null) return { value: false }
  if (typeof raw === 'boolean') return { value: raw }
  if (typeof raw === 'object') return { error: unconvertible(name, 'bool', raw) }
  const text = String(raw)
  if (TRUE_TEXTS.has(text)) return { value: true }
  if (FALSE_TEXTS.has(text)) return { value: false }
  return { error: `cannot parse '${name}' as bool: strconv.ParseBool: parsing ${goQuote(text)}: invalid syntax` }
}

export const weakInt: WeakDecoder<number> = (name, raw) => {
  if (raw === null || raw === '') return { value: 0 }
  if (typeof raw === 'boolean') return { value: raw ? 1 : 0 }
  if (typeof raw === 'object') return { error: unconvertible(name, 'int', raw) }
  const parsed = parseInt64(String(raw))
  return 'error' in parsed ? { error: `cannot parse '${name}' as int: ${parsed.error}` } : parsed
}

/** One value is a list of one; a list's items are read one by one. */
export const weakStringList: WeakDecoder<readonly string[]> = (name, raw) => {
  if (raw === null || (isJsonObject(raw) && Object.keys(raw).length === 0)) return { value: [] }
  const list = Array.isArray(raw) ? (raw as readonly JsonValue[]) : [raw]
  const texts: string[] = []
  for (const [at, item] of list.entries()) {
    const text = weakString(`${name}[${at}]`, item)
    if ('error' in text) return text
    texts.push(text.value)
  }
  return { value: texts }
}

export const weakMap: WeakDecoder<JsonObject | null> = (name, raw) => {
  if (raw === null) return { value: null }
  if (isJsonObject(raw)) return { value: raw }
  if (Array.isArray(raw) && raw.length === 0) return { value: {} }
  return { error: `'${name}' expected a map, got '${goKind(raw)}'` }
}

/** A map whose values become text, keys sorted as Go prints and sends them. */
export const weakStringMap: WeakDecoder<Readonly<Record<string, string>> | null> = (name, raw) => {
  const map = weakMap(name, raw)
  if ('error' in map || map.value === null) return map as Read<null>
  const texts: Record<string, string> = {}
  for (const key of Object.keys(map.value).sort()) {
    const text = weakString(`${name}[${key}]`, map.value[key] ?? null)
    if ('error' in text) return text
    texts[key] = text.value
  }
  return { value: texts }
}

/**
 * A duration in whole seconds: a number of seconds, the same as text, days (`2d`), or a Go duration, whose fraction is cut.
 * Empty text and null are 0. May be negative. (vault-http-api 1.10; errors are those of Go's parsers.)
 */
export function parseSeconds(raw: JsonValue): Read<number> {
  const duration = parseMicros(raw)
  return 'error' in duration ? duration : { value: Math.trunc(duration.value / MICROS_PER_SECOND) }
}

/** The same in microseconds, so that a caller sees the sign of half a second. */
export function parseMicros(raw: JsonValue): Read<number> {
  if (raw === null || raw === '') return { value: 0 }
  if (typeof raw === 'boolean' || typeof raw === 'object') return { error: 'could not parse duration from input' }
  const text = String(raw)
  const whole = WHOLE_NUMBER.test(text) ? parseInt64(text) : null
  if (whole !== null && 'value' in whole) return { value: whole.value * MICROS_PER_SECOND }
  if (!text.endsWith('d')) return parseGoDuration(text)
  const days = parseInt64(text.slice(0, -1))
  return 'error' in days ? days : { value: days.value * 86_400 * MICROS_PER_SECOND }
}

const INT64_MAX = (1n << 63n) - 1n
const WHOLE_NUMBER = /^[+-]?\d+$/

function parseInt64(text: string): Read<number> {
  const refusal = (why: string): Read<number> => ({ error: `strconv.ParseInt: parsing ${goQuote(text)}: ${why}` })
  if (!WHOLE_NUMBER.test(text)) return refusal('invalid syntax')
  const value = BigInt(text.replace(/^\+/, ''))
  if (value > INT64_MAX || value < -INT64_MAX - 1n) return refusal('value out of range')
  // Beyond 2^53 no field of Vault has a use for the last digits.
  return { value: Number(value) }
}

/** Go's `time.ParseDuration`, in microseconds: no bare numbers, no days, and it says what is wrong. */
export function parseGoDuration(text: string): Read<number> {
  const body = text.replace(/^[+-]/, '')
  if (body === '0') return { value: 0 }
  const part = /(\d+(?:\.\d*)?|\.\d+)([^\d.]*)/y
  if (body === '') return { error: `time: invalid duration ${goQuote(text)}` }
  while (part.lastIndex < body.length) {
    const match = part.exec(body)
    if (match === null) return { error: `time: invalid duration ${goQuote(text)}` }
    const unit = match[2] ?? ''
    if (unit === '') return { error: `time: missing unit in duration ${goQuote(text)}` }
    if (!GO_UNITS.has(unit)) return { error: `time: unknown unit ${goQuote(unit)} in duration ${goQuote(text)}` }
  }
  const value = parseDuration(text)
  return value === null ? { error: `time: invalid duration ${goQuote(text)}` } : { value }
}

const GO_UNITS: ReadonlySet<string> = new Set(['ns', 'us', 'µs', 'ms', 's', 'm', 'h'])

const unconvertible = (name: string, wanted: string, raw: JsonValue): string =>
  `'${name}' expected type '${wanted}', got unconvertible type '${goType(raw)}', value: '${goText(raw)}'`

const goType = (raw: JsonValue): string => (Array.isArray(raw) ? '[]interface {}' : 'map[string]interface {}')

const goKind = (raw: JsonValue): string =>
  Array.isArray(raw) ? 'slice' : typeof raw === 'boolean' ? 'bool' : typeof raw === 'object' ? 'map' : 'string'
