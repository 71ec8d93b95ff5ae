/** From method and query to what is asked for (vault-http-api 1.2). */

import type { VaultRequest } from '@fourtwelve/protocol'
import type { PathOperation } from '../path-spec.ts'

export type AskedOperation = PathOperation | 'unsupported' | 'bad-list-parameter'

/** What Go's ParseBool takes for true and for false. */
const GO_BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False', ''].map((text) => [text, false] as const),
])

export function askedOperation(request: VaultRequest): AskedOperation {
  switch (request.method) {
    case 'GET':
      return readOrList(request.query['list'])
    case 'LIST':
      return 'list'
    case 'POST':
    case 'PUT':
      return 'write'
    case 'PATCH':
      return 'patch'
    case 'DELETE':
      return 'delete'
    case 'HEAD':
    case 'OPTIONS':
      return 'unsupported'
  }
}

function readOrList(list: string | readonly string[] | undefined): AskedOperation {
  const value = typeof list === 'object' ? list[0] : list
  if (value === undefined) return 'read'
  const parsed = GO_BOOLEANS.get(value)
  return parsed === undefined ? 'bad-list-parameter' : parsed ? 'list' : 'read'
}
