/**
 * `${name}` in paths, queries, bodies and expected bodies: a value that the file gives or that an earlier request saved.
 * Always holds: `$${name}` is the literal text `${name}`; anything else with a dollar stands as it is.
 */

import type { JsonObject, JsonValue } from '@fourtwelve/protocol'
import type { RequestTemplate } from './request-template.ts'
import { isMapping } from './section.ts'

const PLACEHOLDER = /\$(\$?)\{([A-Za-z0-9][A-Za-z0-9_-]*)\}/g
const WHOLE_PLACEHOLDER = /^\$\{([A-Za-z0-9][A-Za-z0-9_-]*)\}$/

/** The names that a value mentions, in order, each time. */
export function placeholdersIn(value: JsonValue): string[] {
  if (typeof value === 'string') {
    return [...value.matchAll(PLACEHOLDER)].flatMap(([, escaped, name]) =>
      escaped === '' && name !== undefined ? [name] : [],
    )
  }
  if (isList(value)) return value.flatMap(placeholdersIn)
  return isMapping(value) ? Object.values(value).flatMap(placeholdersIn) : []
}

/** A name that a request mentions, and the part of it that does. */
export interface NameUse {
  readonly name: string
  readonly where: 'path' | 'query' | 'body' | 'token' | 'index' | 'expect'
}

/** Every name that must be saved before a request can be sent and its reply be judged, each time that it is mentioned. */
export function namesUsedBy({ path, query, body, token, index, expect }: RequestTemplate): NameUse[] {
  const uses = (where: NameUse['where'], names: readonly string[]): NameUse[] => names.map((name) => ({ name, where }))
  const wanted = (expect?.body ?? []).flatMap((item) => (item.is === 'equal' ? placeholdersIn(item.to) : []))
  return [
    ...uses('path', placeholdersIn(path)),
    ...uses('query', placeholdersIn(query)),
    ...uses('body', placeholdersIn(body)),
    ...uses('token', token.kind === 'saved' ? [token.name] : []),
    ...uses('index', index),
    ...uses('expect', wanted),
  ]
}

/** The names that a request needs and that nothing is saved under, each once. */
export const unsavedNames = (request: RequestTemplate, saved: ReadonlyMap<string, JsonValue>): readonly string[] => [
  ...new Set(namesUsedBy(request).flatMap(({ name }) => (saved.has(name) ? [] : [name]))),
]

/** In a flow: the name of the session that sends it. Nothing else can be saved under it. */
export const SESSION_NAME = 'session'

/** The text with every name replaced. Throws for a name that was not saved: the parser lets none through. */
export function fillText(text: string, saved: ReadonlyMap<string, JsonValue>): string {
  return text.replace(PLACEHOLDER, (_, escaped: string, name: string) => {
    if (escaped !== '') return `\${${name}}`
    const value = savedValue(saved, name)
    return typeof value === 'string' ? value : JSON.stringify(value)
  })
}

/** The value with every name in its texts replaced; a text that is one name and nothing else becomes the value itself. */
export function fillValue(value: JsonValue, saved: ReadonlyMap<string, JsonValue>): JsonValue {
  if (typeof value === 'string') {
    const name = WHOLE_PLACEHOLDER.exec(value)?.[1]
    return name === undefined ? fillText(value, saved) : savedValue(saved, name)
  }
  if (isList(value)) return value.map((item) => fillValue(item, saved))
  return value === null || typeof value !== 'object' ? value : fillObject(value, saved)
}

export function fillObject(value: JsonObject, saved: ReadonlyMap<string, JsonValue>): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillValue(item, saved)]))
}

function savedValue(saved: ReadonlyMap<string, JsonValue>, name: string): JsonValue {
  const value = saved.get(name)
  if (value === undefined) throw new Error(`nothing is saved as "${name}": save it in an earlier step`)
  return value
}

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value)
