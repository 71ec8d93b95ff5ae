/**
 * Histories: what a run leaves behind, one record a line, in the order in which things happened.
 * A checker reads these and nothing else, and never asks which runtime made them. Format version HISTORY_VERSION.
 * Always holds: times never fall; a `reply` follows its `call`; a token's secret part is never written, only its index.
 */

import type { ClusterId, LinkId, NodeId } from './identity.ts'
import type { Micros } from './micros.ts'
import type { Uint64 } from './protobuf.ts'
import type { Switches } from './server-config.ts'
import type { Epoch, Term, WalIndex } from './wal.ts'
import type { ForwardCause } from './vault-reply.ts'

export const HISTORY_VERSION = 1

export type HistoryRecord =
  | RunRecord
  | CallRecord
  | ReplyRecord
  | EntryRecord
  | CommitRecord
  | ApplyRecord
  | FaultRecord

/** The first record: what ran. */
export interface RunRecord {
  readonly kind: 'run'
  readonly t: Micros
  readonly version: typeof HISTORY_VERSION
  readonly scenario: string
  readonly seed: number
  readonly runtime: 'simulation' | 'live'
  readonly cluster: ClusterId
  readonly nodes: readonly NodeId[]
  /** How its servers behave where versions differ: the same history can be right for one and wrong for another. */
  readonly switches: Switches
}

/** What the form of a token tells, enough for every law and useless for an intruder. */
export type TokenRecord =
  | { readonly type: 'none' | 'short' | 'batch' | 'other' }
  | { readonly type: 'service'; readonly index: Uint64; readonly epoch: Uint64; readonly id: string }

/** One attempt of a client leaves for a node. */
export interface CallRecord {
  readonly kind: 'call'
  readonly t: Micros
  /** Numbers attempts over the whole run. */
  readonly id: number
  /** Numbers operations: a retry has the `op` of the attempt before. */
  readonly op: number
  readonly attempt: number
  readonly session: string
  readonly node: NodeId
  readonly method: string
  readonly path: string
  readonly token: TokenRecord
  /**
   * The second token of auth/token/{lookup,renew,revoke,revoke-orphan}, which is checked like the first; `none` when the
   * request names none. Absent on every other path, and where nobody looked.
   */
  readonly bodyToken?: TokenRecord
  /** Values of X-Vault-Index as they were sent. */
  readonly index: readonly string[]
  readonly forward: '' | 'forward' | 'inconsistent'
}

/** The answer to an attempt. White-box fields are absent in the history of a foreign server. */
export interface ReplyRecord {
  readonly kind: 'reply'
  readonly t: Micros
  readonly id: number
  readonly status: number
  readonly errors: readonly string[]
  /** X-Vault-Index of the answer. */
  readonly index: string | null
  /** The token that the answer created. Null when it made none: a renewal says the token that it was asked for. */
  readonly token: TokenRecord | null
  readonly node?: NodeId
  readonly by?: NodeId
  readonly applied?: WalIndex
  readonly appliedHere?: WalIndex
  readonly epoch?: Epoch
  readonly forwarded?: ForwardCause | null
  readonly wrote?: WalIndex
  readonly waitTimedOut?: boolean
}

/** An entry enters the log of the active node. */
export interface EntryRecord {
  readonly kind: 'entry'
  readonly t: Micros
  readonly node: NodeId
  readonly term: Term
  readonly index: WalIndex
  readonly request: string
  /** The first key that it puts or deletes, */
  readonly key: string
  /** of so many: what is written together is one entry. */
  readonly keys: number
  /** Whether the first key is deleted. */
  readonly deleted: boolean
  readonly digest: number
}

/** A majority has everything up to `index`. */
export interface CommitRecord {
  readonly kind: 'commit'
  readonly t: Micros
  readonly node: NodeId
  readonly index: WalIndex
}

/** A node makes entries visible to reads, up to and with `index`. */
export interface ApplyRecord {
  readonly kind: 'apply'
  readonly t: Micros
  readonly node: NodeId
  readonly from: WalIndex
  readonly index: WalIndex
  /** Digests of all entries that this node has applied, chained: equal for equal logs. */
  readonly chain: number
}

/** Something was done to the cluster. */
export interface FaultRecord {
  readonly kind: 'fault'
  readonly t: Micros
  readonly fault:
    | 'lag'
    | 'hold'
    | 'release'
    | 'cut'
    | 'heal'
    | 'pause'
    | 'resume'
    | 'kill'
    | 'restart'
    | 'forwarding'
    | 'condition'
  readonly target: NodeId | LinkId
  readonly note: string
}
