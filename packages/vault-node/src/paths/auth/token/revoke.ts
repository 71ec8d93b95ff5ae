/** `auth/token/revoke`: a token named in the body, with its tree. One that does not exist is revoked already. */

import { refused, type Outcome } from '../../../outcome.ts'
import type { PathSpec } from '../../../path-spec.ts'
import type { RequestContext } from '../../../request-context.ts'
import { isReadError, readString } from '../../../request-values.ts'
import { findToken } from '../../../tokens/find-token.ts'
import { revokeFound } from './revoke-token.ts'

export const revoke: PathSpec = {
  path: 'revoke',
  fields: ['token'],
  bodyToken: 'token',
  revokes: true,
  operations: { write: { on: 'active', handle: revokeNamed } },
}

function revokeNamed(context: RequestContext): Outcome {
  const { node, crypto, now } = context.turn
  const named = readString(context.data, 'token')
  if (isReadError(named)) return refused(400, named.error)
  if (named.value === undefined || named.value === '') return refused(400, 'missing token ID')
  const lookup = findToken(node, crypto, now, named.value)
  return lookup.kind === 'found' ? revokeFound(context, lookup.token.entry, 'revoke') : { kind: 'done' }
}
