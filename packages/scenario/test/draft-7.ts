/**
 * For tests: does a value obey a JSON Schema (draft 7)? Knows the keywords that our schema uses and throws at any other, so that
 * none can be passed over in silence.
 */

import { isJsonObject, type JsonObject, type JsonValue } from '@fourtwelve/protocol'

type Rule = (wanted: JsonValue, value: JsonValue, schema: JsonObject) => boolean

export function obeys(schema: JsonValue, value: JsonValue): boolean {
  if (!isJsonObject(schema)) return schema === true
  return Object.entries(schema).every(([keyword, wanted]) => {
    const rule = RULES[keyword]
    if (rule === undefined) throw new Error(`the keyword ${keyword} is not known here: add it to RULES`)
    return rule(wanted, value, schema)
  })
}

const same = (a: JsonValue, b: JsonValue): boolean => JSON.stringify(a) === JSON.stringify(b)
const each = (value: JsonValue): readonly JsonValue[] => (Array.isArray(value) ? (value as readonly JsonValue[]) : [])
const word = (value: JsonValue): string => {
  if (typeof value !== 'string') throw new Error(`the schema has ${JSON.stringify(value)} where a word should be`)
  return value
}
const holds = (): boolean => true
const entries = (value: JsonValue | undefined): [string, JsonValue][] =>
  isJsonObject(value) ? Object.entries(value) : []

const TYPES: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  object: isJsonObject,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
}

const RULES: Readonly<Record<string, Rule>> = {
  $schema: holds,
  title: holds,
  description: holds,
  default: holds,
  type: (wanted, value) => TYPES[word(wanted)]?.(value) ?? false,
  const: (wanted, value) => same(wanted, value),
  enum: (wanted, value) => each(wanted).some((word) => same(word, value)),
  pattern: (wanted, value) => typeof value !== 'string' || new RegExp(word(wanted), 'u').test(value),
  minLength: (wanted, value) => typeof value !== 'string' || value.length >= Number(wanted),
  maxLength: (wanted, value) => typeof value !== 'string' || value.length <= Number(wanted),
  minimum: (wanted, value) => typeof value !== 'number' || value >= Number(wanted),
  maximum: (wanted, value) => typeof value !== 'number' || value <= Number(wanted),
  minItems: (wanted, value) => !Array.isArray(value) || value.length >= Number(wanted),
  maxItems: (wanted, value) => !Array.isArray(value) || value.length <= Number(wanted),
  items: (wanted, value) => each(value).every((item) => obeys(wanted, item)),
  required: (wanted, value) => !isJsonObject(value) || each(wanted).every((key) => Object.hasOwn(value, word(key))),
  properties: (wanted, value) =>
    entries(wanted).every(([key, schema]) => {
      const inner = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
      return inner === undefined || obeys(schema, inner)
    }),
  additionalProperties: (wanted, value, schema) => {
    const listed = new Set(entries(schema['properties']).map(([key]) => key))
    return entries(value).every(([key, inner]) => listed.has(key) || obeys(wanted, inner))
  },
  propertyNames: (wanted, value) => entries(value).every(([key]) => obeys(wanted, key)),
  anyOf: (wanted, value) => each(wanted).some((schema) => obeys(schema, value)),
  oneOf: (wanted, value) => each(wanted).filter((schema) => obeys(schema, value)).length === 1,
  not: (wanted, value) => !obeys(wanted, value),
}
