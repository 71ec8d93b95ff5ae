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
  if (isJsonObject(data)) written['data'] = sorted(data)
  if (isJsonObject(auth) && isJsonObject(auth['metadata']))
    written['auth'] = { ...auth, metadata: sorted(auth['metadata']) }
  return written
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isJsonObject(value)) return value
  const keys = Object.keys(value).sort()
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key] ?? null)]))
}
