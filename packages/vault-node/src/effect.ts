/** What a node wants done. Runtimes perform these and decide nothing. */

import type { Micros, NodeId, ServedReply, WalEntry, WalIndex } from '@fourtwelve/protocol'
import type { RequestId } from './event.ts'
import type { PeerMessage, Snapshot } from './peers/peer-message.ts'

export type Effect =
  /** Answer a client. */
  | { readonly kind: 'reply'; readonly id: RequestId; readonly answer: ServedReply }
  /** Write to the own log, and say `flushed` when it is durable. `written` entries are new; `received` ones are another's. */
  | { readonly kind: 'append'; readonly origin: 'written' | 'received'; readonly entries: readonly WalEntry[] }
  /** Write a snapshot in place of the own log, and say `flushed` with its index when it is durable. */
  | { readonly kind: 'install'; readonly snapshot: Snapshot }
  | { readonly kind: 'send'; readonly to: NodeId; readonly message: PeerMessage }
  /** On the active node: a majority has everything up to `through`. */
  | { readonly kind: 'committed'; readonly through: WalIndex }
  /** On a standby: it has learned that everything up to `through` is committed, since `commitTime` on the active node's
   *  clock. The runtime says `apply` when the link's lag has passed. */
  | { readonly kind: 'commit-known'; readonly through: WalIndex; readonly commitTime: Micros }
  /** Entries from `from + 1` to `through` are visible to reads. */
  | { readonly kind: 'applied'; readonly from: WalIndex; readonly through: WalIndex; readonly chain: number }
  /** Say `timer` at this time, once. A later wake replaces an earlier one only by being earlier. */
  | { readonly kind: 'wake'; readonly at: Micros }
  /** Say `continue` after other events that are due. */
  | { readonly kind: 'continue' }
