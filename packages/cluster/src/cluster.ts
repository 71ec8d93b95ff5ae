/**
 * The contract of a cluster: what a scenario needs of one, and all that it may know.
 * Two runtimes fulfil it: virtual time in one thread, and worker threads in real time. Made of callbacks, because a promise
 * a step costs the simulation two to seven times its speed (DESIGN section 2).
 * Always holds: times are counted from the start of the run; every request is answered exactly once.
 */

import type {
  ClusterId,
  HistoryRecord,
  Micros,
  NodeId,
  ServedReply,
  Term,
  VaultRequest,
  WalIndex,
} from '@fourtwelve/protocol'
import type { Fault } from './fault.ts'

export interface Cluster {
  readonly id: ClusterId
  readonly runtime: 'simulation' | 'live'
  /** `n0` first: the node that is active at the start. */
  readonly nodes: readonly NodeId[]
  readonly rootToken: string
  now(): Micros
  /** A source of chance of its own; the same name gives the same numbers in every run with this seed. */
  chance(stream: string): Chance
  /** Calls back after a time, once. */
  after(delay: Micros, then: () => void): void
  /** Sends a request to one node. `id` numbers attempts over the whole run, from 1; entries of the log name it. */
  send(node: NodeId, id: number, request: VaultRequest, answered: (answer: Answer) => void): void
  /** Does something to the cluster, now. */
  inflict(fault: Fault): void
  /** What each node has, now. */
  state(): readonly NodeStatus[]
  /** Writes a record into the run's history. The cluster writes its own (entries, applies); clients write calls and replies. */
  record(record: HistoryRecord): void
}

/** The answer to a request, or the news that none came: then nobody knows whether it was carried out. */
export type Answer =
  | { readonly kind: 'reply'; readonly value: ServedReply }
  | { readonly kind: 'lost'; readonly why: string }

/** Random numbers from a named stream. */
export interface Chance {
  /** At least 0, below 1. */
  unit(): number
  /** A whole number of at least 0, below `bound`. */
  below(bound: number): number
}

export interface NodeStatus {
  readonly node: NodeId
  /** False for one that was killed: then the rest says how it was. */
  readonly running: boolean
  /** Of two that take themselves for active, the one with the higher term is. */
  readonly role: 'active' | 'performance-standby' | 'standby'
  readonly term: Term
  /** What is durable in its own log. */
  readonly received: WalIndex
  /** What it knows a majority to have. */
  readonly committed: WalIndex
  /** What reads see. */
  readonly applied: WalIndex
  /** The digest of all that reads see: nodes that have applied the same log have the same. */
  readonly chain: number
}
