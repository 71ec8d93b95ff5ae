/**
 * `sys/seal-status`: the server's version and cluster, for clients that start (vault-http-api 3.2).
 * Always holds: node-local, no token, no envelope. Nodes are unsealed from the start, with one key share as in dev mode.
 */

import type { JsonObject } from '@fourtwelve/protocol'
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
  const { config, clusterName, cluster } = turn.node
  const body: JsonObject = {
    type: 'shamir',
    initialized: true,
    sealed: false,
    t: 1,
    n: 1,
    progress: 0,
    nonce: '',
    version: config.version,
    build_date: BUILD_DATE,
    migration: false,
    cluster_name: clusterName,
    cluster_id: cluster,
    recovery_seal: false,
    storage_type: config.switches.storage,
  }
  return { kind: 'plain', status: 200, body }
}
