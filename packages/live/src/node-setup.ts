/** What a node's thread is told when it starts, and what it is told and asked while it runs. Plain data: it crosses threads. */

import type { MessagePort } from 'node:worker_threads'
import type { LagModel, NodeStatus } from '@fourtwelve/cluster'
import type { ClusterId, HistoryRecord, NodeId, ServerConfig, Term } from '@fourtwelve/protocol'
import type { NodeCondition, NodeOptions } from '@fourtwelve/vault-node'
import type { StorageMode } from './node-storage.ts'
import type { ClusterKeys } from './real-crypto.ts'

export interface NodeSetup {
  readonly id: NodeId
  readonly nodes: readonly NodeId[]
  readonly active: NodeId
  readonly term: Term
  readonly config: ServerConfig
  /** Where each node is found; one that is not in it has the address that its name says. */
  readonly addresses: NonNullable<NodeOptions['addresses']>
  readonly identity: ClusterIdentity
  /** The node's own folder; null keeps nothing on disk. */
  readonly folder: string | null
  readonly storage: StorageMode
  readonly lag: LagModel
  /** Entries from one checkpoint to the next; null: as many as is usual. */
  readonly checkpointEvery: number | null
  /** The founding entries in one row, for a new disk; null when there must be something on it. */
  readonly founding: Uint8Array | null
  /** See `epochOffset`. */
  readonly clockOffset: number
  readonly isRecording: boolean
}

/** What makes a cluster itself: tokens and indexes of another are refused. */
export interface ClusterIdentity {
  readonly cluster: ClusterId
  readonly clusterName: string
  readonly keys: ClusterKeys
}

/** What the cluster says to a node's thread; each is answered once. */
export type NodeOrder =
  | { readonly kind: 'join'; readonly to: NodeId; readonly port: MessagePort }
  | { readonly kind: 'leave'; readonly to: NodeId }
  | { readonly kind: 'cut' | 'heal'; readonly to: NodeId }
  | { readonly kind: 'hold' | 'release' | 'pause' | 'resume' | 'status' | 'stop' }
  | { readonly kind: 'lag'; readonly lag: LagModel }
  | { readonly kind: 'condition'; readonly condition: NodeCondition }
  | { readonly kind: 'forwarding'; readonly delayMs: number; readonly fails: boolean }
  | { readonly kind: 'reset'; readonly identity: ClusterIdentity; readonly founding: Uint8Array }

/** `chain` is the digest of all applied entries: nodes with the same log have the same. */
export interface LiveStatus extends NodeStatus {
  readonly chain: number
}

export interface NumberedOrder {
  readonly order: number
  readonly what: NodeOrder
}

/** What a node's thread says to the cluster. */
export type NodeReport =
  /** It serves; `details` is whatever the thread's own entry adds, such as its HTTP port. */
  | { readonly kind: 'ready'; readonly details: unknown }
  | { readonly kind: 'done'; readonly order: number; readonly status: LiveStatus }
  | { readonly kind: 'failed'; readonly order: number; readonly why: string }
  | { readonly kind: 'records'; readonly records: readonly HistoryRecord[] }
