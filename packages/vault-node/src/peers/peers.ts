/** What a node knows of the others. Always holds: received <= sent for every standby that is connected. */

import { micros, NO_INDEX, type Micros, type NodeId, type WalIndex } from '@fourtwelve/protocol'
import type { Snapshot } from './peer-message.ts'

export interface Peer {
  readonly id: NodeId
  connected: boolean
  /** On the active node: whether the standby has said how far it is since the link was made. */
  isHeard: boolean
  /** On the active node: what it is to get in place of entries that are not held; not sent before the own disk has all of it. */
  snapshot: Snapshot | null
  /** On the active node: the last index that was streamed to it. */
  sent: WalIndex
  /** On the active node: the last index that it has acknowledged. */
  received: WalIndex
  /** On the active node: when it said what this standby has heard last, by its steady time (leadership.ts). */
  heardAt: Micros
  /** When the link was last made or broken; null when it is as it was from the beginning. */
  linkChangedAt: Micros | null
}

export type Peers = ReadonlyMap<NodeId, Peer>

export const createPeers = (others: readonly NodeId[]): Peers =>
  new Map(
    others.map((id) => [
      id,
      {
        id,
        connected: true,
        isHeard: true,
        snapshot: null,
        sent: NO_INDEX,
        received: NO_INDEX,
        heardAt: micros(0),
        linkChangedAt: null,
      },
    ]),
  )
