/** What a request says, as one object: query (reads) or body (writes), with what the path captured on top. */

import type { JsonObject, VaultRequest } from '@fourtwelve/protocol'

export function dataOf(request: VaultRequest, params: Readonly<Record<string, string>>): JsonObject {
  const said = request.body.kind === 'json' ? request.body.value : request.query
  // Most paths capture nothing, and a copy would cost more than the rest of the routing.
  return Object.keys(params).length === 0 ? said : { ...said, ...params }
}
