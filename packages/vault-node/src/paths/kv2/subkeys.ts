/** `subkeys/:path`: a secret's fields without their values (vault-http-api 4.2). */

import { isJsonObject, type JsonObject } from '@fourtwelve/protocol'
import { refused, type Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import type { RequestContext } from '../../request-context.ts'
import { readInt } from '../../request-values.ts'
import { answerVersion } from './version-answer.ts'

export const SUBKEYS: PathSpec = {
  path: 'subkeys/:path*',
  fields: ['version', 'depth'],
  operations: { read: { on: 'any', handle: read } },
}

/** Levels of nesting that are shown at most. */
const MAX_SUBKEYS_DEPTH = 100

function read(context: RequestContext): Outcome {
  const depth = readInt(context.data, 'depth')
  if ('error' in depth) return refused(400, depth.error)
  const deepest =
    depth.value !== undefined && depth.value > 0 ? Math.min(depth.value, MAX_SUBKEYS_DEPTH) : MAX_SUBKEYS_DEPTH
  return answerVersion(context, 'subkeys', (data) => withoutValues(data, deepest))
}

/** Every leaf as null: values, lists, empty objects, and what is nested deeper than the levels that are left. */
function withoutValues(data: JsonObject, levels: number): JsonObject {
  const shown = Object.entries(data).map(([field, value]) => {
    const goesOn = isJsonObject(value) && levels > 1 && Object.keys(value).length > 0
    return [field, goesOn ? withoutValues(value, levels - 1) : null] as const
  })
  return Object.fromEntries(shown)
}
