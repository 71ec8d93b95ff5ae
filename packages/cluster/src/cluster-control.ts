/**
 * What a person or a test may do to a running cluster from outside, and what it tells of itself: the contract of the control
 * API, the command line's `ctl` and the test fixture. Plain types; whoever runs a cluster fulfils them.
 * Always holds: every order is answered once; what is told to be done is done on every node that it concerns.
 */

import type { ClusterId, HistoryRecord, LinkId, Micros, NodeId, Term, WalIndex } from '@fourtwelve/protocol'
import type { NodeStatus } from './cluster.ts'
import type { Fault } from './fault.ts'
import type { LagModel } from './lag-model.ts'

/** What a node says of itself to load balancers, and how it serves then: as real nodes do that are in this condition. */
export type NodeCondition = 'normal' | 'sealed' | 'uninitialized' | 'dr-secondary' | 'plain-standby'

export type ControlOrder =
  | Fault
  | { readonly kind: 'condition'; readonly node: NodeId; readonly condition: NodeCondition }
  /** An empty cluster as at its start, with new keys, and a new root token unless one was given: nothing that was issued before is accepted. */
  | { readonly kind: 'reset' }

/** `refused` is something that the one who asked can correct, in a sentence. */
export type ControlOutcome =
  | { readonly kind: 'done'; readonly state: ClusterState }
  | { readonly kind: 'refused'; readonly why: string }

export interface ClusterControl {
  /** `n0` first. */
  readonly nodes: readonly NodeId[]
  state(told: (state: ClusterState) => void): void
  /** Orders are carried out one after the other, in the order in which they came. */
  carryOut(order: ControlOrder, done: (outcome: ControlOutcome) => void): void
  /** All that happened since the start or the last reset, in order; of a long history the newest part. */
  history(told: (records: readonly HistoryRecord[]) => void): void
}

export interface ClusterState {
  readonly cluster: ClusterId
  /** Null when nobody here knows it: only a hash of it is kept. */
  readonly rootToken: string | null
  readonly nodes: readonly NodeControlState[]
  readonly links: readonly LinkControlState[]
}

export interface NodeControlState {
  readonly node: NodeId
  /** Where it serves Vault's API. */
  readonly address: string
  readonly running: boolean
  readonly paused: boolean
  readonly condition: NodeCondition
  /** These five are null while it does not run. Of two that take themselves for active, the one with the higher term is. */
  readonly role: NodeStatus['role'] | null
  readonly term: Term | null
  /** What is durable in its own log. */
  readonly received: WalIndex | null
  /** What reads see. */
  readonly applied: WalIndex | null
  /** The digest of all that reads see: nodes that have applied the same log have the same. */
  readonly chain: number | null
  readonly forwarding: { readonly delay: Micros; readonly fails: boolean }
}

/** A link from the active node to a standby. */
export interface LinkControlState {
  readonly link: LinkId
  readonly lag: LagModel
  readonly held: boolean
  readonly cut: boolean
}
