/** `auth/token/lookup-accessor`: a token by its accessor, without its text. */

import type { Outcome } from '../../../outcome.ts'
import type { PathSpec } from '../../../path-spec.ts'
import type { RequestContext } from '../../../request-context.ts'
import { lookupOutcome } from './lookup-outcome.ts'
import { findNamedAccessor, INVALID_ACCESSOR } from './named-accessor.ts'

export const lookupAccessor: PathSpec = {
  path: 'lookup-accessor',
  fields: ['accessor'],
  operations: { write: { on: 'any', handle: lookUpAccessor } },
}

function lookUpAccessor(context: RequestContext): Outcome {
  const named = findNamedAccessor(context, true)
  switch (named.kind) {
    case 'unnamed':
      return named.outcome
    case 'unknown':
      return INVALID_ACCESSOR
    case 'lookup':
      return lookupOutcome(named.lookup, context.turn.now)
  }
}
