/**
 * Everything that one node knows. Only `step` changes it.
 * Always holds: `store` is the log applied up to `log.applied`; what is not in `store` (waiting replies, caches, counters)
 * may be lost in a restart without losing an acknowledged write.
 */

import type { ClusterId, Micros, NodeId, ServerConfig, Term } from '@fourtwelve/protocol'
import type { NodeAddress } from './node-address.ts'
import type { NodeCondition } from './node-condition.ts'
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
  /** The time of the one timer that was asked for; null when none is outstanding. */
  wakeAt: Micros | null
}

export interface NodeOptions {
  readonly id: NodeId
  readonly cluster: ClusterId
  readonly clusterName: string
  readonly nodes: readonly NodeId[]
  readonly active: NodeId
  readonly term: Term
  readonly config: ServerConfig
  /** Where each node is found. A node that is not in it has the address that its name says. */
  readonly addresses?: Readonly<Record<NodeId, NodeAddress>>
}

/** A node with an empty log. */
export function createNode(options: NodeOptions): NodeState {
  const { switches, disable_performance_standby } = options.config
  const performs = switches.edition === 'enterprise' && !disable_performance_standby
  const others = options.nodes.filter((node) => node !== options.id)
  return {
    ...options,
    addresses: options.addresses ?? {},
    condition: 'normal',
    role: options.id === options.active ? 'active' : performs ? 'performance-standby' : 'standby',
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
    wakeAt: null,
  }
}
