/**
 * Reads fields out of a request's query or body, with Vault's loose typing and error texts.
 * Always holds: an absent or null field reads as undefined, so that an update can tell "not given" from "given as zero"; an
 * error is the whole text of a 400 answer (vault-http-api 1.7, 1.10).
 */

import type { JsonObject, JsonValue } from '@fourtwelve/protocol'
import {
  goText,
  parseSeconds,
  weakBool,
  weakInt,
  weakMap,
  weakString,
  weakStringList,
  type Read,
  type WeakDecoder,
} from './go-decode.ts'

export { isReadError, parseSeconds, type Read } from './go-decode.ts'

/** Reads one field; undefined when it is absent or null. */
export type FieldReader<T> = (data: JsonObject, field: string) => Read<T | undefined>

/** What each reader of a table gives, under its field's name. */
export type FieldValues<S> = { readonly [F in keyof S]: S[F] extends FieldReader<infer T> ? T | undefined : never }

/**
 * Reads several fields at once: `readFields(data, { ttl: readSeconds, paths: readStringList })`. The first field that cannot
 * be read ends it. The error is the text of a 400 answer.
 */
export function readFields<S extends Readonly<Record<string, FieldReader<unknown>>>>(
  data: JsonObject,
  table: S,
): Read<FieldValues<S>> {
  const values: Record<string, unknown> = {}
  for (const [field, reader] of Object.entries(table)) {
    const read = reader(data, field)
    if ('error' in read) return read
    values[field] = read.value
  }
  return { value: values as FieldValues<S> }
}

/** Whole seconds of a duration in any of Vault's forms; not negative. */
export const readSeconds: FieldReader<number> = (data, field) => readWith(data, field, secondsOf)

/** Text; numbers and booleans become text. */
export const readString: FieldReader<string> = (data, field) => readWith(data, field, weakly(weakString))

/** A boolean, or text or a number that says one (`"true"`, `"0"`, 1). */
export const readBool: FieldReader<boolean> = (data, field) => readWith(data, field, weakly(weakBool))

/** A whole number, or text that says one. */
export const readInt: FieldReader<number> = (data, field) => readWith(data, field, weakly(weakInt))

/** A list of texts, or one text with commas; each is trimmed. */
export const readStringList: FieldReader<readonly string[]> = (data, field) => readWith(data, field, stringListOf)

/** An object with any values. */
export const readMap: FieldReader<JsonObject> = (data, field) =>
  readWith(data, field, (raw) => {
    const map = weakMap('', raw)
    return 'error' in map ? map : { value: map.value ?? {} }
  })

/** Reads a field with a converter of the caller's. */
export function readWith<T>(
  data: JsonObject,
  field: string,
  convert: (raw: JsonValue) => Read<T>,
): Read<T | undefined> {
  const raw = data[field]
  if (raw === undefined || raw === null) return { value: undefined }
  const read = convert(raw)
  if (!('error' in read)) return read
  return { error: `Field validation failed: error converting input ${goText(raw)} for field "${field}": ${read.error}` }
}

/** Vault decodes a field's value apart from its name, so that the name in the decoder's own text is empty. */
const weakly =
  <T>(decode: WeakDecoder<T>) =>
  (raw: JsonValue): Read<T> =>
    decode('', raw)

function secondsOf(raw: JsonValue): Read<number> {
  const read = parseSeconds(raw)
  if ('error' in read || read.value >= 0) return read
  return { error: `cannot provide negative value '${read.value}'` }
}

function stringListOf(raw: JsonValue): Read<readonly string[]> {
  if (raw === '') return { value: [] }
  const list = typeof raw === 'string' ? raw.split(',') : raw
  const texts = weakStringList('', list)
  return 'error' in texts ? texts : { value: texts.value.map((text) => text.trim()) }
}
