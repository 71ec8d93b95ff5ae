/** JSON merge patch (RFC 7396): what PATCH does to a secret's data. */

import { isJsonObject, type JsonObject, type JsonValue } from '@fourtwelve/protocol'

/** The target with the patch laid over it: null takes a field away, objects are merged, anything else replaces. */
export function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  const merged: Record<string, JsonValue> = { ...target }
  for (const [field, value] of Object.entries(patch)) {
    const before = merged[field]
    if (value === null) delete merged[field]
    else if (isJsonObject(value)) merged[field] = mergePatch(isJsonObject(before) ? before : {}, value)
    else merged[field] = value
  }
  return merged
}
