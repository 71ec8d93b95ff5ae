/** `auth/token/revoke-self`: the request's own token, with its tree. */

import type { PathSpec } from '../../../path-spec.ts'
import { tokenOf } from '../../../request-context.ts'
import { revokeFound } from './revoke-token.ts'

export const revokeSelf: PathSpec = {
  path: 'revoke-self',
  fields: ['token'],
  revokes: true,
  operations: {
    write: { on: 'active', handle: (context) => revokeFound(context, tokenOf(context).entry, 'revoke') },
  },
}
