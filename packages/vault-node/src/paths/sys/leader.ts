/**
 * `sys/leader`: who is active (vault-http-api 3.2, vault-consistency 4.8).
 * Always holds: node-local, no token, no envelope; only a sealed node refuses it.
 */

import type { JsonObject } from '@fourtwelve/protocol'
import { addressOf } from '../../node-address.ts'
import { actingRole, hasNoKeys, knownActive, VAULT_IS_SEALED } from '../../node-condition.ts'
import { refused, type Outcome } from '../../outcome.ts'
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
  if (hasNoKeys(node)) return refused(VAULT_IS_SEALED.status, VAULT_IS_SEALED.error)
  const { log, config } = node
  const role = actingRole(node)
  const isSelf = role === 'active'
  const leader = knownActive(node)
  const found = leader === null ? null : addressOf(node, leader)
  const body: JsonObject = {
    ha_enabled: true,
    is_self: isSelf,
    active_time: isSelf && node.activeSince !== null ? rfc3339Nano(node.activeSince) : NEVER,
    leader_address: found?.api ?? '',
    leader_cluster_address: found?.cluster ?? '',
    performance_standby: role === 'performance-standby',
    performance_standby_last_remote_wal: role === 'performance-standby' ? log.shipped : 0,
    ...(isSelf && config.switches.edition === 'enterprise' ? { last_wal: log.head } : {}),
    ...(config.switches.storage === 'raft'
      ? { raft_committed_index: log.committed, raft_applied_index: log.applied }
      : {}),
  }
  return { kind: 'plain', status: 200, body }
}
