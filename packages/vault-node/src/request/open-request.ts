/** A request while this node works on it. */

import type { NodeId, VaultRequest, WalIndex } from '@fourtwelve/protocol'
import type { RequestId } from '../event.ts'

export interface OpenRequest {
  readonly id: RequestId
  readonly request: VaultRequest
  /** What was applied here when it came. */
  readonly applied: WalIndex
  readonly origin: RequestOrigin
}

/** Where the answer goes: to a client of this node, or to the standby that forwarded it under its own number. */
type RequestOrigin =
  | { readonly kind: 'client' }
  | { readonly kind: 'standby'; readonly node: NodeId; readonly call: number }
