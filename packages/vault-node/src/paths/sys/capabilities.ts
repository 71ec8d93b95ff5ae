/** `sys/capabilities`: what another token may do (vault-http-api 3.6). */

import { refused, refusedWrapped, type Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import type { RequestContext } from '../../request-context.ts'
import { readString } from '../../request-values.ts'
import { findToken } from '../../tokens/find-token.ts'
import { capabilitiesOf, isRefusal, pathsOf } from './capabilities-answer.ts'

export const CAPABILITIES: PathSpec = {
  path: 'capabilities',
  inject: true,
  fields: ['path', 'paths', 'token'],
  operations: { write: { on: 'any', handle: write } },
}

function write(context: RequestContext): Outcome {
  const paths = pathsOf(context)
  if (isRefusal(paths)) return paths
  const token = readString(context.data, 'token')
  if ('error' in token) return refused(400, token.error)
  if (token.value === undefined || token.value === '') return refusedWrapped(400, 'missing token')
  const { node, crypto, now } = context.turn
  const found = findToken(node, crypto, now, token.value)
  return found.kind === 'found'
    ? capabilitiesOf(context, found.token.entry, paths)
    : refusedWrapped(400, 'invalid token')
}
