/**
 * `sys/replication/status`, `.../performance/status` and `.../dr/status`: whether the cluster is replicated to others or from
 * others (vault-http-api 3.10, vault-consistency 4.10). It is not, unless its nodes play a DR secondary; performance standbys
 * never stand here.
 * Always holds: no token is needed, and every node answers for itself, in a DR secondary too.
 */

import type { JsonObject } from '@fourtwelve/protocol'
import type { PathSpec } from '../../path-spec.ts'
import type { RequestContext } from '../../request-context.ts'
import { epochOf } from '../../tokens/generation.ts'
import { isEnterprise } from './enterprise-only.ts'

const DISABLED: JsonObject = { mode: 'disabled' }

const statusPath = (path: string, data: (context: RequestContext) => JsonObject): PathSpec => ({
  path,
  login: true,
  onDrSecondary: true,
  operations: { read: { on: 'any', handle: (context) => ({ kind: 'data', data: data(context) }) } },
})

export const REPLICATION_STATUS: PathSpec = statusPath('replication/status', (context) =>
  isEnterprise(context) ? { dr: drStatus(context), performance: DISABLED } : DISABLED,
)
export const PERFORMANCE_STATUS: PathSpec = statusPath('replication/performance/status', () => DISABLED)
export const DR_STATUS: PathSpec = statusPath('replication/dr/status', (context) => drStatus(context))

/** There is no primary behind a DR secondary that is only played, so nothing is said of one. */
function drStatus({ turn }: RequestContext): JsonObject {
  const { node } = turn
  if (node.condition !== 'dr-secondary') return DISABLED
  return {
    cluster_id: node.cluster,
    known_primary_cluster_addrs: [],
    last_remote_wal: node.log.shipped,
    mode: 'secondary',
    primaries: [],
    primary_cluster_addr: '',
    secondary_id: node.clusterName,
    ssct_generation_counter: epochOf(node),
    state: 'stream-wals',
  }
}
