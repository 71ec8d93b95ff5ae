/** `auth/token/lookup`: a token named in the body, or the request's own. */

import { refused, type Outcome } from '../../../outcome.ts'
import type { PathSpec } from '../../../path-spec.ts'
import { tokenOf, type RequestContext } from '../../../request-context.ts'
import { isReadError, readString } from '../../../request-values.ts'
import { findToken } from '../../../tokens/find-token.ts'
import { lookupOutcome } from './lookup-outcome.ts'

export const lookup: PathSpec = {
  path: 'lookup',
  fields: ['token'],
  bodyToken: 'token',
  operations: { read: { on: 'any', handle: lookUp }, write: { on: 'any', handle: lookUp } },
}

function lookUp(context: RequestContext): Outcome {
  const { node, crypto, now } = context.turn
  const named = readString(context.data, 'token')
  if (isReadError(named)) return refused(400, named.error)
  if (named.value === undefined || named.value === '') {
    return lookupOutcome({ kind: 'found', token: tokenOf(context) }, now)
  }
  return lookupOutcome(findToken(node, crypto, now, named.value, { tainted: true }), now)
}
