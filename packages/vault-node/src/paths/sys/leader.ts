/**
 * `sys/leader`: who is active (vault-http-api 3.2, vault-consistency 4.8).
 * Always holds: node-local, no token, no envelope; a node names another by its id, which whoever listens on the network
 * turns into an address.
 */

import type { JsonObject } from '@fourtwelve/protocol'
import type { Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import type { RequestContext } from '../../request-context.ts'
import { rfc3339Nano } from '../../wire-time.ts'

export const LEADER: PathSpec = {
  path: 'leader',
  operations: { read: { on: 'any', handle: read } },
}

/** Go's zero time: what a node says that is not active. */
const NEVER = '0001-01-01T00:00:00Z'

function read({ turn }: RequestContext): Outcome {
  const { node } = turn
  const { role, log, config } = node
  const isSelf = role === 'active'
  const body: JsonObject = {
    ha_enabled: true,
    is_self: isSelf,
    active_time: isSelf && node.activeSince !== null ? rfc3339Nano(node.activeSince) : NEVER,
    leader_address: node.active ?? '',
    leader_cluster_address: node.active ?? '',
    performance_standby: role === 'performance-standby',
    performance_standby_last_remote_wal: role === 'performance-standby' ? log.shipped : 0,
    ...(isSelf && config.switches.edition === 'enterprise' ? { last_wal: log.head } : {}),
    ...(config.switches.storage === 'raft'
      ? { raft_committed_index: log.committed, raft_applied_index: log.applied }
      : {}),
  }
  return { kind: 'plain', status: 200, body }
}
