/** `sys/capabilities-self`: what the token that asks may do (vault-http-api 3.6). */

import type { Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import { tokenOf, type RequestContext } from '../../request-context.ts'
import { capabilitiesOf, isRefusal, pathsOf } from './capabilities-answer.ts'

export const CAPABILITIES_SELF: PathSpec = {
  path: 'capabilities-self',
  inject: true,
  fields: ['path', 'paths', 'token'],
  operations: { write: { on: 'any', handle: write } },
}

function write(context: RequestContext): Outcome {
  const paths = pathsOf(context)
  return isRefusal(paths) ? paths : capabilitiesOf(context, tokenOf(context).entry, paths)
}
