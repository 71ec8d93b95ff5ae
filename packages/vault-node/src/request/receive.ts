/** A client's request arrives at this node. */

import type { VaultRequest } from '@fourtwelve/protocol'
import type { RequestId } from '../event.ts'
import type { Turn } from '../turn.ts'
import { serve } from './serve.ts'

export const receiveRequest = (turn: Turn, id: RequestId, request: VaultRequest): void =>
  serve(turn, { id, request, applied: turn.node.log.shipped, origin: { kind: 'client' } })
