/** From a plan to a token and the answer that gives it. */

import type { JsonObject } from '@fourtwelve/protocol'
import type { RequestId } from '../event.ts'
import type { Turn } from '../turn.ts'
import { authBlock } from './auth-block.ts'
import { mintToken, sealToken } from './mint-token.ts'
import type { NewToken } from './new-token.ts'

export interface GrantedToken {
  readonly kind: 'auth'
  readonly auth: JsonObject
  readonly warnings: readonly string[]
}

/** A service token is written, so only on the active node; a batch token is sealed on any. */
export function grantToken(turn: Turn, request: RequestId, token: NewToken, warnings: readonly string[]): GrantedToken {
  const { presented, entry } = token.type === 'service' ? mintToken(turn, request, token) : sealToken(turn, token)
  const auth = authBlock({ presented, entry, leaseDuration: token.ttl, renewable: token.renewable })
  return { kind: 'auth', auth, warnings }
}
