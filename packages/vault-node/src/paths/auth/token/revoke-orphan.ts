/** `auth/token/revoke-orphan`: a token alone; its children live on as orphans. */

import { refused, type Outcome } from '../../../outcome.ts'
import type { PathSpec } from '../../../path-spec.ts'
import type { RequestContext } from '../../../request-context.ts'
import { isReadError, readString } from '../../../request-values.ts'
import { findToken } from '../../../tokens/find-token.ts'
import { revokeFound } from './revoke-token.ts'

export const revokeOrphan: PathSpec = {
  path: 'revoke-orphan',
  fields: ['token'],
  bodyToken: 'token',
  revokes: true,
  operations: { write: { on: 'active', handle: revokeAlone } },
}

function revokeAlone(context: RequestContext): Outcome {
  const { node, crypto, now } = context.turn
  const named = readString(context.data, 'token')
  if (isReadError(named)) return refused(400, named.error)
  if (named.value === undefined || named.value === '') return refused(400, 'missing token ID')
  if (!context.sudo) return refused(400, 'root or sudo privileges required to revoke and orphan')
  const lookup = findToken(node, crypto, now, named.value)
  return lookup.kind === 'found'
    ? revokeFound(context, lookup.token.entry, 'orphan')
    : refused(400, 'token to revoke not found')
}
