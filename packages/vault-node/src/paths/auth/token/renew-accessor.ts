/** `auth/token/renew-accessor`: a token by its accessor. The answer does not say the token. */

import { refused, type Outcome } from '../../../outcome.ts'
import type { PathSpec } from '../../../path-spec.ts'
import type { RequestContext } from '../../../request-context.ts'
import { isReadError, readSeconds } from '../../../request-values.ts'
import { forNamedAccessor } from './named-accessor.ts'
import { renewOutcome } from './renew-outcome.ts'

export const renewAccessor: PathSpec = {
  path: 'renew-accessor',
  fields: ['accessor', 'increment'],
  operations: { write: { on: 'active', handle: renewByAccessor } },
}

function renewByAccessor(context: RequestContext): Outcome {
  const increment = readSeconds(context.data, 'increment')
  if (isReadError(increment)) return refused(400, increment.error)
  return forNamedAccessor(context, {}, (lookup) => renewOutcome(context, lookup, increment.value ?? 0))
}
