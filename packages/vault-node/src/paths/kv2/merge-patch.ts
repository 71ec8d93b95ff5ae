/** JSON merge patch (RFC 7396): what PATCH does to a secret's data. */

import { isJsonObject, type JsonObject, type JsonValue } from '@fourtwelve/protocol'

/** The target with the patch laid over it: null takes a field away, objects are merged, anything else replaces. */
export function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  // A map, so that a field may have any name, `__proto__` too.
  const merged = new Map<string, JsonValue>(Object.entries(target))
  for (const [field, value] of Object.entries(patch)) {
    const before = merged.get(field)
    if (value === null) merged.delete(field)
    else merged.set(field, isJsonObject(value) ? mergePatch(isJsonObject(before) ? before : {}, value) : value)
  }
  return Object.fromEntries(merged)
}
