/** What create and create-orphan have in common (vault-http-api 2.3). */

import type { Outcome } from '../../../outcome.ts'
import { tokenOf, type RequestContext } from '../../../request-context.ts'
import { circumstancesOn } from '../../../tokens/create-circumstances.ts'
import { grantToken } from '../../../tokens/grant-token.ts'
import { planToken } from '../../../tokens/plan-token.ts'

/**
 * Checks everything on this node's own state. A batch token is then made here, a service token on the active node: a standby
 * asks it to, and it checks again.
 */
export function createTokenHere(context: RequestContext, orphan: boolean): Outcome {
  const { turn, open, path, sudo, data } = context
  const { node, crypto, now } = turn
  const parent = tokenOf(context).entry
  const plan = planToken(parent, data, circumstancesOn(node, crypto, now, { path, orphan, sudo }))
  if (plan.kind === 'refused') return plan
  if (plan.token.type === 'batch' || node.role === 'active') return grantToken(turn, open.id, plan.token, plan.warnings)
  return { kind: 'call-active', call: { kind: 'create-token', parent: parent.saltedId, path, orphan, sudo, data } }
}
