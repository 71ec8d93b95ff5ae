/** `auth/token/revoke-accessor`: a token by its accessor, with its tree. */

import { refused, type Outcome } from '../../../outcome.ts'
import type { PathSpec } from '../../../path-spec.ts'
import type { RequestContext } from '../../../request-context.ts'
import { forNamedAccessor } from './named-accessor.ts'
import { revokeFound } from './revoke-token.ts'

export const revokeAccessor: PathSpec = {
  path: 'revoke-accessor',
  fields: ['accessor'],
  revokes: true,
  operations: { write: { on: 'active', handle: revokeByAccessor } },
}

function revokeByAccessor(context: RequestContext): Outcome {
  const unknown: Outcome = { kind: 'done', warnings: ['No token found with this accessor'] }
  return forNamedAccessor(context, { unknown }, (lookup) =>
    lookup.kind === 'found' ? revokeFound(context, lookup.token.entry, 'revoke') : refused(400, 'token not found'),
  )
}
