/** What a simulated cluster is made of. Plain data but for the crypto port and the one who listens. */

import type { Distribution, LagModel } from '@fourtwelve/cluster'
import type { CryptoPort, HistoryRecord, LinkId, Micros, ServerConfig, VaultRequest } from '@fourtwelve/protocol'
import type { Stream } from './entropy.ts'

export interface SimulationOptions {
  readonly scenario: string
  readonly seed: number
  readonly standbys: number
  readonly config: ServerConfig
  readonly lag: { readonly default: LagModel; readonly links: Readonly<Record<LinkId, LagModel>> }
  readonly network: {
    readonly client: Distribution
    /** Log, acknowledgements, commit news. */
    readonly delivery: Distribution
    /** Forwarded requests and RPC. */
    readonly forward: Distribution
  }
  readonly flush: Distribution
  /** How long a node is busy with one request; while it is, others queue. */
  readonly cost: ServiceCost
  /** Requests that are served before the run begins: policies, users, secrets to start with. */
  readonly given: readonly VaultRequest[]
  /** The text of the root token; null draws one. */
  readonly rootToken: string | null
  /** Cryptography for the whole cluster, fed by a seeded stream. */
  readonly crypto: (random: Stream) => CryptoPort
  readonly observe: (record: HistoryRecord) => void
}

export interface ServiceCost {
  readonly read: Micros
  readonly write: Micros
  readonly login: Micros
}
