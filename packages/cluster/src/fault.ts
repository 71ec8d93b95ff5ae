/**
 * What can be done to a cluster while it runs. The same words in scenario files, control API and fuzzer.
 * Always holds: a fault names nodes and links, never roles: who says `active` in a file or a command asks the cluster who that is,
 * at the moment of the fault, so that what ends the fault ends it at the same node.
 */

import type { LinkId, Micros, NodeId } from '@fourtwelve/protocol'
import type { LagModel } from './lag-model.ts'

export type Fault = LinkFault | NodeFault | ClusterFault

export type LinkFault =
  /** From now on the link lags so. */
  | { readonly kind: 'lag'; readonly link: LinkId; readonly lag: LagModel }
  /** Freezes apply behind the link; acknowledgements go on. */
  | { readonly kind: 'hold'; readonly link: LinkId }
  /** Ends `hold`: everything that is due is applied at once. */
  | { readonly kind: 'release'; readonly link: LinkId }
  /** Ends everything between the two nodes: stream, acknowledgements, forwarding, heartbeats, votes. `oneWay` loses only what the
   *  first says to the second. */
  | { readonly kind: 'cut'; readonly link: LinkId; readonly oneWay: boolean }
  /** Ends `cut`, in whichever way it was made. */
  | { readonly kind: 'heal'; readonly link: LinkId }

export type NodeFault =
  /** The node stands still as under SIGSTOP: it hears everything when it goes on. */
  | { readonly kind: 'pause'; readonly node: NodeId }
  | { readonly kind: 'resume'; readonly node: NodeId }
  /** SIGKILL. `loses`: what was not flushed is lost, as with the power; or nothing that was handed to the disk, as with the process. */
  | { readonly kind: 'kill'; readonly node: NodeId; readonly loses: 'unflushed' | 'nothing' }
  /** The node comes back from its disk; one that runs is killed before. */
  | { readonly kind: 'restart'; readonly node: NodeId }
  /** From now on everything that this node asks of the active node takes so much longer, or fails. Delay 0 ends it. */
  | { readonly kind: 'forwarding'; readonly node: NodeId; readonly delay: Micros; readonly fails: boolean }
  /** From now on every flush of this node's disk takes so much longer. 0 ends it. */
  | { readonly kind: 'slow-disk'; readonly node: NodeId; readonly by: Micros }
  /** From now on this node applies so much later than its link lags. 0 ends it. */
  | { readonly kind: 'slow-apply'; readonly node: NodeId; readonly by: Micros }
  /** From now on this node's clock is so far ahead of the others'; negative: behind. 0 ends it. */
  | { readonly kind: 'clock-skew'; readonly node: NodeId; readonly by: Micros }
  /** The log shipper's buffer of this node holds so many entries from now on; null: as many as the configuration says. */
  | { readonly kind: 'shipper-buffer'; readonly node: NodeId; readonly entries: number | null }
  /** The node gives its leadership up, as sys/step-down makes it. Nothing happens to one that has none. */
  | { readonly kind: 'step-down'; readonly node: NodeId }

export type ClusterFault =
  /** The cluster is lost, and its DR secondary is promoted in its place: it has everything that was committed; the epoch rises, the
   *  log is numbered anew (vault-consistency 1.8). */
  | { readonly kind: 'promote' }
  /** Keeps a copy of what is committed now. */
  | { readonly kind: 'backup' }
  /** The last backup is restored: later writes are gone; the epoch rises, the log is numbered anew. */
  | { readonly kind: 'restore' }

export type FaultKind = Fault['kind']
