/** What the revoking paths have in common (vault-http-api 2.7). */

import { refused, type Outcome } from '../../../outcome.ts'
import type { RequestContext } from '../../../request-context.ts'
import { takesRevocations, TOO_MANY_REVOCATIONS } from '../../../tokens/revoke-job.ts'
import { startRevocation } from '../../../tokens/revoke-tree.ts'
import type { TokenEntry } from '../../../tokens/token-entry.ts'

/** Revokes a token that is here. The answer leaves when all is done. */
export function revokeFound(context: RequestContext, entry: TokenEntry, children: 'revoke' | 'orphan'): Outcome {
  if (entry.type === 'batch') return refused(400, 'batch tokens cannot be revoked')
  const { turn, open } = context
  if (!takesRevocations(turn.node)) return refused(TOO_MANY_REVOCATIONS.status, TOO_MANY_REVOCATIONS.error)
  const indexed = turn.node.config.switches.index_on_revoke === 'on'
  const orphanChildren = children === 'orphan'
  startRevocation(turn, { salted: entry.saltedId, orphanChildren, answers: { open, indexed } })
  return { kind: 'later' }
}
