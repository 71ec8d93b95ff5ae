/**
 * A reply's body as Vault writes it.
 * Always holds: the outer keys stand as they are, because Vault's envelope has an order; whatever is in `data` and in a token's
 * metadata is sorted at every depth, as Go prints maps; a newline ends it.
 */

import { isJsonObject, type JsonObject, type JsonValue } from './json.ts'

export const replyText = (body: JsonObject): string => `${JSON.stringify(asWritten(body))}\n`

/** The same body with its keys in the order in which Vault writes them. */
export function asWritten(body: JsonObject): JsonObject {
  const { data, auth } = body
  const written: Record<string, JsonValue> = { ...body }
  if (isJsonObject(data)) written['data'] = asGoMap(data)
  if (isJsonObject(auth) && isJsonObject(auth['metadata']))
    written['auth'] = { ...auth, metadata: asGoMap(auth['metadata']) }
  return written
}

/** An object as Go prints a map: its keys sorted, at every depth. */
export const asGoMap = (value: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key] ?? null)]),
  )

const sorted = (value: JsonValue): JsonValue =>
  Array.isArray(value) ? value.map(sorted) : isJsonObject(value) ? asGoMap(value) : value
