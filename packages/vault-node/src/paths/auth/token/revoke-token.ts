/** What the revoking paths have in common (vault-http-api 2.7). */

import { refused, type Outcome } from '../../../outcome.ts'
import type { RequestContext } from '../../../request-context.ts'
import { startRevocation } from '../../../tokens/revoke-tree.ts'
import type { TokenEntry } from '../../../tokens/token-entry.ts'

/** Revokes a token that is here. The answer leaves when all is done. */
export function revokeFound(context: RequestContext, entry: TokenEntry, children: 'revoke' | 'orphan'): Outcome {
  if (entry.type === 'batch') return refused(400, 'batch tokens cannot be revoked')
  const { turn, call } = context
  startRevocation(turn, { salted: entry.saltedId, orphanChildren: children === 'orphan', call })
  return { kind: 'later' }
}
