/** `auth/token/renew-self`: the request's own token. */

import { refused, type Outcome } from '../../../outcome.ts'
import type { PathSpec } from '../../../path-spec.ts'
import { tokenOf, type RequestContext } from '../../../request-context.ts'
import { isReadError, readSeconds } from '../../../request-values.ts'
import { USES_SPENT } from '../../../tokens/token-entry.ts'
import { renewOutcome } from './renew-outcome.ts'

export const renewSelf: PathSpec = {
  path: 'renew-self',
  fields: ['token', 'increment'],
  operations: { write: { on: 'active', handle: renewOwn } },
}

function renewOwn(context: RequestContext): Outcome {
  const increment = readSeconds(context.data, 'increment')
  if (isReadError(increment)) return refused(400, increment.error)
  const token = tokenOf(context)
  // With its last use it is no longer found.
  const lookup =
    token.entry.numUses === USES_SPENT ? ({ kind: 'absent' } as const) : ({ kind: 'found', token } as const)
  return renewOutcome(context, lookup, increment.value ?? 0)
}
