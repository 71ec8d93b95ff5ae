/** `auth/token/lookup-self`: the request's own token, as it is after this use of it. */

import type { Outcome } from '../../../outcome.ts'
import type { PathSpec } from '../../../path-spec.ts'
import { tokenOf, type RequestContext } from '../../../request-context.ts'
import { lookupOutcome } from './lookup-outcome.ts'

export const lookupSelf: PathSpec = {
  path: 'lookup-self',
  fields: ['token'],
  operations: { read: { on: 'any', handle: lookUpSelf }, write: { on: 'any', handle: lookUpSelf } },
}

function lookUpSelf(context: RequestContext): Outcome {
  return lookupOutcome({ kind: 'found', token: tokenOf(context) }, context.turn.now)
}
