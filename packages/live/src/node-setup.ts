/** What a node's thread is told when it starts, and what it is told and asked while it runs. Plain data: it crosses threads. */

import type { MessagePort } from 'node:worker_threads'
import type { LagModel, NodeStatus } from '@fourtwelve/cluster'
import type { ClusterId, Epoch, HistoryRecord, Micros, NodeId, ServerConfig, Term } from '@fourtwelve/protocol'
import type { NodeCondition, NodeOptions } from '@fourtwelve/vault-node'
import type { StorageMode } from './node-storage.ts'
import type { ClusterKeys } from './real-crypto.ts'

export interface NodeSetup {
  readonly id: NodeId
  readonly nodes: readonly NodeId[]
  /** Who is active in a cluster that is founded now. */
  readonly active: NodeId
  readonly term: Term
  readonly config: ServerConfig
  /** Where each node is found; one that is not in it has the address that its name says. */
  readonly addresses: NonNullable<NodeOptions['addresses']>
  readonly identity: ClusterIdentity
  /** The node's own folder; null keeps nothing on disk. */
  readonly folder: string | null
  readonly storage: StorageMode
  /** All nodes begin together: nobody counts on what this one heard before. */
  readonly allBegin: boolean
  /** How its links lag, by the node at the other end; `lag` is that of the others. */
  readonly lags: readonly (readonly [NodeId, LagModel])[]
  readonly lag: LagModel
  /** Entries from one checkpoint to the next; null: as many as is usual. */
  readonly checkpointEvery: number | null
  /** The founding entries in one row, for a new disk; null when there must be something on it. */
  readonly founding: Uint8Array | null
  /** The node stands still from its first moment until `resume`: the folder does not hold its cluster yet. */
  readonly standsStill: boolean
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
  /** `mute`: what it says is lost, and nobody notices. */
  | { readonly kind: 'cut' | 'mute' | 'heal'; readonly to: NodeId }
  | { readonly kind: 'hold' | 'release'; readonly from: NodeId }
  /** `die`: the thread ends where it stands; what it has told of before is not lost. It is not answered. */
  | { readonly kind: 'pause' | 'resume' | 'status' | 'step-down' | 'stop' | 'die' }
  | { readonly kind: 'lag'; readonly from: NodeId; readonly lag: LagModel }
  | { readonly kind: 'slow-disk' | 'slow-apply' | 'clock-skew'; readonly by: Micros }
  | { readonly kind: 'shipper-buffer'; readonly entries: number | null }
  /** Answered with a copy of what is committed. */
  | { readonly kind: 'copy' }
  | { readonly kind: 'condition'; readonly condition: NodeCondition }
  | { readonly kind: 'forwarding'; readonly delayMs: number; readonly fails: boolean }
  /** The node begins a life with this log, in this term, and stands still until `resume`. */
  | { readonly kind: 'reset'; readonly identity: ClusterIdentity; readonly founding: Uint8Array; readonly term: Term }

export interface LiveStatus extends NodeStatus {
  readonly epoch: Epoch
  /** To `copy`: all pairs, packed. */
  readonly copy?: Uint8Array
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
