/** `sys/capabilities-accessor`: what the token behind an accessor may do (vault-http-api 3.6). */

import { refused, refusedWrapped, type Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import type { RequestContext } from '../../request-context.ts'
import { readString } from '../../request-values.ts'
import { findByAccessor } from '../../tokens/find-token.ts'
import { capabilitiesOf, isRefusal, pathsOf } from './capabilities-answer.ts'

export const CAPABILITIES_ACCESSOR: PathSpec = {
  path: 'capabilities-accessor',
  inject: true,
  fields: ['accessor', 'path', 'paths'],
  operations: { write: { on: 'any', handle: write } },
}

function write(context: RequestContext): Outcome {
  const paths = pathsOf(context)
  if (isRefusal(paths)) return paths
  const accessor = readString(context.data, 'accessor')
  if ('error' in accessor) return refused(400, accessor.error)
  if (accessor.value === undefined || accessor.value === '') return refused(400, 'missing accessor')
  const { node, now } = context.turn
  const found = findByAccessor(node, now, accessor.value)
  if (found === null) return refusedWrapped(400, 'invalid accessor')
  return found.kind === 'found'
    ? capabilitiesOf(context, found.token.entry, paths)
    : refusedWrapped(400, 'invalid token')
}
