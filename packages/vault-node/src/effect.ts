/** What a node wants done. Runtimes perform these and decide nothing. */

import type { Micros, NodeId, ServedReply, Term, WalEntry, WalIndex } from '@fourtwelve/protocol'
import type { RequestId } from './event.ts'
import type { Ballot } from './leadership/leadership.ts'
import type { PeerMessage, Snapshot } from './peers/peer-message.ts'

export type Effect =
  /** Answer a client. */
  | { readonly kind: 'reply'; readonly id: RequestId; readonly answer: ServedReply }
  /** Write to the own log, and say `flushed` when it is durable. `written` entries are new; `received` ones are another's. */
  | { readonly kind: 'append'; readonly origin: 'written' | 'received'; readonly entries: readonly WalEntry[] }
  /** Write a snapshot in place of the own log, and say `flushed` with its index when it is durable. */
  | { readonly kind: 'install'; readonly snapshot: Snapshot }
  /** Drop the entries behind `after` from the own log: they are another's, or nobody's. What was said to be flushed of them means nothing. */
  | { readonly kind: 'truncate'; readonly after: WalIndex }
  /** Write down what this node has promised, durably, before anything that is said after it. */
  | { readonly kind: 'ballot'; readonly ballot: Ballot }
  /** This node is the active one from now on; what it writes comes behind `index`. */
  | { readonly kind: 'lead'; readonly term: Term; readonly index: WalIndex }
  /** This node is active no more, and is back at `index`, which a majority has. */
  | { readonly kind: 'resign'; readonly term: Term; readonly index: WalIndex; readonly chain: number }
  /** From now on this node hears of commits from `active`: the lag is that of the link from there. */
  | { readonly kind: 'follow'; readonly active: NodeId }
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
