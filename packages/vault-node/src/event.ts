/** What can happen to a node. Each comes from outside, and nothing else changes a node. */

import type { Micros, NodeId, VaultRequest, WalIndex } from '@fourtwelve/protocol'
import type { NodeCondition } from './node-condition.ts'
import type { PeerMessage } from './peers/peer-message.ts'

/** Numbers requests over the whole cluster; 0 is the node's own work. */
export type RequestId = number
export const OWN_WORK: RequestId = 0

export type NodeEvent =
  /** A client's request. */
  | { readonly kind: 'request'; readonly id: RequestId; readonly request: VaultRequest }
  | { readonly kind: 'message'; readonly from: NodeId; readonly message: PeerMessage }
  /** The node's own disk has everything up to `through`. */
  | { readonly kind: 'flushed'; readonly through: WalIndex }
  /** The link's lag has passed for everything up to `through`: it may be applied as far as it is here and committed. */
  | { readonly kind: 'apply'; readonly through: WalIndex }
  /** The time that the last `wake` effect named has come. */
  | { readonly kind: 'timer' }
  /** Go on with sliced work. */
  | { readonly kind: 'continue' }
  /** A call to the active node will never be answered: forwarding failed. */
  | { readonly kind: 'call-lost'; readonly call: number }
  | { readonly kind: 'connected'; readonly peer: NodeId }
  | { readonly kind: 'disconnected'; readonly peer: NodeId }
  /** From now on the node's clock is so far ahead of time as it passes; its own time-outs take no notice. */
  | { readonly kind: 'clock'; readonly skew: Micros }
  /** Give up the leadership. */
  | { readonly kind: 'step-down' }
  /** From now on the log shipper's buffer holds so many entries; null: as many as the configuration says. */
  | { readonly kind: 'shipper-buffer'; readonly entries: number | null }
  /** From now on the node is so; `normal` ends it. */
  | { readonly kind: 'condition'; readonly condition: NodeCondition }
