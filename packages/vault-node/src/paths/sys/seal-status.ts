/**
 * `sys/seal-status`: the server's version and cluster, for clients that start (vault-http-api 3.2).
 * Always holds: node-local, no token, no envelope, 200 in every condition. There is one key share, as in dev mode.
 */

import type { JsonObject } from '@fourtwelve/protocol'
import { hasNoKeys } from '../../node-condition.ts'
import type { Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import type { RequestContext } from '../../request-context.ts'

export const SEAL_STATUS: PathSpec = {
  path: 'seal-status',
  operations: { read: { on: 'any', handle: read } },
}

/** When the version that is played by default was built. */
const BUILD_DATE = '2025-02-24T09:40:28Z'

function read({ turn }: RequestContext): Outcome {
  const { config, clusterName, cluster, condition } = turn.node
  const initialized = condition !== 'uninitialized'
  const sealed = hasNoKeys(turn.node)
  const shares = initialized ? 1 : 0
  const body: JsonObject = {
    type: 'shamir',
    initialized,
    sealed,
    t: shares,
    n: shares,
    progress: 0,
    nonce: '',
    version: config.version,
    build_date: BUILD_DATE,
    migration: false,
    ...(sealed ? {} : { cluster_name: clusterName, cluster_id: cluster }),
    recovery_seal: false,
    storage_type: config.switches.storage,
  }
  return { kind: 'plain', status: 200, body }
}
