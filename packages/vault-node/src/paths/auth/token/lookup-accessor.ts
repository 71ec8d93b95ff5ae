/** `auth/token/lookup-accessor`: a token by its accessor, without its text. */

import type { Outcome } from '../../../outcome.ts'
import type { PathSpec } from '../../../path-spec.ts'
import type { RequestContext } from '../../../request-context.ts'
import { lookupOutcome } from './lookup-outcome.ts'
import { forNamedAccessor } from './named-accessor.ts'

export const lookupAccessor: PathSpec = {
  path: 'lookup-accessor',
  fields: ['accessor'],
  operations: { write: { on: 'any', handle: lookUpAccessor } },
}

/** Also a token that is being revoked. */
function lookUpAccessor(context: RequestContext): Outcome {
  return forNamedAccessor(context, { tainted: true }, (lookup) => lookupOutcome(lookup, context.turn.now))
}
