/** The answer to a renewal, however the token was named. */

import { refused, type Outcome } from '../../../outcome.ts'
import type { RequestContext } from '../../../request-context.ts'
import type { TokenLookup } from '../../../tokens/find-token.ts'
import { renewToken } from '../../../tokens/renew-token.ts'

/** `increment` in seconds; 0 when none is asked for. */
export function renewOutcome(context: RequestContext, lookup: TokenLookup, increment: number): Outcome {
  if (lookup.kind !== 'found') return refused(400, 'token not found')
  if (lookup.token.entry.type === 'batch') return refused(400, 'batch tokens cannot be renewed')
  return renewToken(context.turn, context.open.id, lookup.token, increment)
}
