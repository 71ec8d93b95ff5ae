/** The active node's part of auth/token/create for a standby: everything is checked again on its own state, then the token is made. */

import type { RequestId } from '../event.ts'
import type { ActiveCall, ActiveResult } from '../peers/peer-message.ts'
import type { Turn } from '../turn.ts'
import { circumstancesOn } from './create-circumstances.ts'
import { findBySaltedId } from './find-token.ts'
import { grantToken } from './grant-token.ts'
import { planToken } from './plan-token.ts'

/** `call.parent` is the parent's salted id. */
export function createToken(
  turn: Turn,
  request: RequestId,
  call: Extract<ActiveCall, { readonly kind: 'create-token' }>,
): ActiveResult {
  const { node, crypto, now } = turn
  const parent = findBySaltedId(node, now, call.parent)
  if (parent.kind !== 'found')
    return { kind: 'refused', status: 400, error: 'parent token lookup failed: no parent found' }
  const plan = planToken(parent.token.entry, call.data, circumstancesOn(node, crypto, now, call))
  return plan.kind === 'refused' ? plan : grantToken(turn, request, plan.token, plan.warnings)
}
