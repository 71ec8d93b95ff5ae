/**
 * Everything that one node knows. Only `step` changes it.
 * Always holds: `store` is the log applied up to `log.applied`; what is not in `store` (waiting replies, caches, counters)
 * may be lost in a restart without losing an acknowledged write.
 */

import {
  DIGEST_START,
  micros,
  mixText,
  type ClusterId,
  type Micros,
  type NodeId,
  type ServerConfig,
  type Term,
} from '@fourtwelve/protocol'
import type { NodeAddress } from './node-address.ts'
import type { NodeCondition } from './node-condition.ts'
import { createLeadership, type Leadership } from './leadership/leadership.ts'
import { emptyLog, type Log } from './log/log.ts'
import { Store } from './log/store.ts'
import { ExpiryQueue } from './tokens/expiry-queue.ts'
import { createWaiting, type Waiting } from './request/waiting.ts'
import { createPeers, type Peers } from './peers/peers.ts'
import type { TokenReadings } from './tokens/token-readings.ts'
import { createAclCache, type AclCache } from './request/acl-cache.ts'
import type { Mount } from './request/mount.ts'
import type { RevokeJob } from './tokens/revoke-job.ts'
import type { LoginFailures } from './paths/auth/userpass/lockout.ts'

export type Role = 'active' | 'performance-standby' | 'standby'

export interface NodeState {
  readonly id: NodeId
  readonly cluster: ClusterId
  readonly clusterName: string
  /** All nodes of the cluster, this one too. */
  readonly nodes: readonly NodeId[]
  readonly config: ServerConfig
  /** See `addressOf`. */
  readonly addresses: Readonly<Record<NodeId, NodeAddress>>
  role: Role
  /** A node that comes back from its disk is normal. */
  condition: NodeCondition
  /** Who this node believes to be active; null when it knows of none. */
  active: NodeId | null
  /** When this node became active; null while it is not. */
  activeSince: Micros | null
  term: Term
  readonly leadership: Leadership
  /** How far its clock is ahead of time as it passes. */
  clockSkew: Micros
  /** Entries kept for standbys that lack them. */
  shipperBuffer: number
  readonly log: Log
  readonly store: Store
  readonly peers: Peers
  readonly waiting: Waiting
  readonly expiries: ExpiryQueue
  readonly revocations: RevokeJob[]
  readonly loginFailures: LoginFailures
  /** Longest path first. Derived from the store; null when it must be derived again. */
  mounts: readonly Mount[] | null
  readonly aclCache: AclCache
  readonly tokenReadings: TokenReadings
  /** It was asked to give its leadership up, when what it is at is done. */
  stepsDown: boolean
  /** The time of the one timer that was asked for; null when none is outstanding. */
  wakeAt: Micros | null
}

export interface NodeOptions {
  readonly id: NodeId
  readonly cluster: ClusterId
  readonly clusterName: string
  readonly nodes: readonly NodeId[]
  /** Who is active at the start; null: nobody yet. */
  readonly active: NodeId | null
  readonly term: Term
  /** Draws this node's election time-outs; equal seeds draw equal ones. Default: a number made of its name. */
  readonly electionSeed?: number
  readonly config: ServerConfig
  /** Where each node is found. A node that is not in it has the address that its name says. */
  readonly addresses?: Readonly<Record<NodeId, NodeAddress>>
}

/** What a node is that follows an active one. */
export const roleOfStandby = ({ switches, disable_performance_standby }: ServerConfig): Role =>
  switches.edition === 'enterprise' && !disable_performance_standby ? 'performance-standby' : 'standby'

/** A node with an empty log. */
export function createNode(options: NodeOptions): NodeState {
  const others = options.nodes.filter((node) => node !== options.id)
  return {
    ...options,
    addresses: options.addresses ?? {},
    condition: 'normal',
    role:
      options.id === options.active ? 'active' : options.active === null ? 'standby' : roleOfStandby(options.config),
    leadership: createLeadership(options.electionSeed ?? mixText(DIGEST_START, options.id)),
    clockSkew: micros(0),
    shipperBuffer: options.config.replication.logshipper_buffer_length,
    log: emptyLog(),
    store: new Store(),
    peers: createPeers(others),
    waiting: createWaiting(),
    expiries: new ExpiryQueue(),
    revocations: [],
    loginFailures: new Map(),
    activeSince: null,
    mounts: null,
    aclCache: createAclCache(),
    tokenReadings: new Map(),
    stepsDown: false,
    wakeAt: null,
  }
}
