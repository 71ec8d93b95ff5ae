/** What a request says, as one object: query (reads) or body (writes), with what the path captured on top. */

import type { JsonObject, VaultRequest } from '@fourtwelve/protocol'

export const dataOf = (request: VaultRequest, params: Readonly<Record<string, string>>): JsonObject => ({
  ...(request.body.kind === 'json' ? request.body.value : request.query),
  ...params,
})
