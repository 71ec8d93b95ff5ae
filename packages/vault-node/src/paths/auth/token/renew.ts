/** `auth/token/renew`: a token named in the body. */

import { refused, type Outcome } from '../../../outcome.ts'
import type { PathSpec } from '../../../path-spec.ts'
import type { RequestContext } from '../../../request-context.ts'
import { isReadError, readFields, readSeconds, readString } from '../../../request-values.ts'
import { findToken } from '../../../tokens/find-token.ts'
import { renewOutcome } from './renew-outcome.ts'

export const renew: PathSpec = {
  path: 'renew',
  fields: ['token', 'increment'],
  bodyToken: 'token',
  operations: { write: { on: 'active', handle: renewNamed } },
}

function renewNamed(context: RequestContext): Outcome {
  const { node, crypto, now } = context.turn
  const asked = readFields(context.data, { token: readString, increment: readSeconds })
  if (isReadError(asked)) return refused(400, asked.error)
  const { token = '', increment = 0 } = asked.value
  if (token === '') return refused(400, 'missing token ID')
  return renewOutcome(context, findToken(node, crypto, now, token), increment)
}
