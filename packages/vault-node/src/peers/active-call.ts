/** The part of a standby's request that only the active node can do (RPC; vault-consistency 4.2). One row a kind. */

import type { RequestId } from '../event.ts'
import { ensureEntity } from '../identity/entity.ts'
import { lockUser } from '../paths/auth/userpass/lockout.ts'
import { createToken } from '../tokens/create-token-call.ts'
import { registerLogin } from '../tokens/register-login.ts'
import type { Turn } from '../turn.ts'
import type { ActiveCall, ActiveResult } from './peer-message.ts'

export function performCall(turn: Turn, request: RequestId, call: ActiveCall): ActiveResult {
  switch (call.kind) {
    case 'create-token':
      return createToken(turn, request, call)
    case 'register-login':
      return registerLogin(turn, request, call.draft)
    case 'ensure-entity':
      return { kind: 'entity', entityId: ensureEntity(turn, request, call.alias) }
    case 'lock-user':
      lockUser(turn, request, call)
      return { kind: 'done' }
  }
}
