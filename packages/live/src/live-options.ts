/** What a live cluster is started with. */

import type { LagModel } from '@fourtwelve/cluster'
import type { HistoryRecord, LinkId, NodeId, ServedReply, ServerConfig, VaultRequest } from '@fourtwelve/protocol'
import type { NodeSetup } from './node-setup.ts'
import type { StorageMode } from './node-storage.ts'

export interface LiveOptions {
  readonly standbys: number
  readonly config: ServerConfig
  /** Where each node is found, for answers that name one; without it, by its name. */
  readonly addresses?: NodeSetup['addresses']
  readonly lag: { readonly default: LagModel; readonly links: Readonly<Record<LinkId, LagModel>> }
  readonly storage: StorageMode
  /** The folder that keeps the cluster; null keeps nothing. */
  readonly folder: string | null
  /** Entries from one checkpoint to the next. Default: as many as is usual. */
  readonly checkpointEvery?: number
  /** The text of the root token; null draws one. */
  readonly rootToken: string | null
  /** Served while the cluster is founded, by a node of its own. */
  readonly given: readonly VaultRequest[]
  /** Hears how they were answered, before anything is written or started; throws to let it be. */
  readonly hearGiven?: (replies: readonly ServedReply[]) => void
  /** The thread's entry: a module that calls `hostNode`. */
  readonly entry: URL
  /** What each node's entry gets beside its setup. */
  readonly extra: (node: NodeId) => unknown
  /** Hears the nodes' own records; null records nothing. */
  readonly observe: ((records: readonly HistoryRecord[]) => void) | null
  /** A thread ended that nobody ended. */
  readonly died: (node: NodeId, why: string) => void
}
