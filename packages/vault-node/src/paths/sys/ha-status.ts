/**
 * `sys/ha-status`: the nodes of the cluster, as the active one knows them (vault-http-api 3.3, vault-consistency 4.9).
 * Always holds: only the active node answers; a node that it has not heard of for a while is not in the list.
 */

import { seconds, type JsonObject } from '@fourtwelve/protocol'
import { addressOf } from '../../node-address.ts'
import type { Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import type { RequestContext } from '../../request-context.ts'
import { rfc3339Nano } from '../../wire-time.ts'
import { bareVersion, knownNodes } from './known-nodes.ts'

export const HA_STATUS: PathSpec = {
  path: 'ha-status',
  alwaysForward: true,
  inject: true,
  operations: { read: { on: 'any', handle: read } },
}

/** Three of the echoes that a standby sends every five seconds. */
const FORGOTTEN_AFTER = seconds(15)

function read({ turn }: RequestContext): Outcome {
  const { node, now } = turn
  const nodes = knownNodes(node, now)
    .filter(({ lastContact }) => now - lastContact < FORGOTTEN_AFTER)
    .map((known) => ({ ...known, address: addressOf(node, known.id) }))
    .toSorted((a, b) => (a.address.api < b.address.api ? -1 : 1))
    .map(({ id, lastContact, address }): JsonObject => ({
      hostname: id,
      api_address: address.api,
      cluster_address: address.cluster,
      active_node: id === node.id,
      last_echo: id === node.id ? null : rfc3339Nano(lastContact),
      echo_duration_ms: 0,
      clock_skew_ms: 0,
      version: bareVersion(node),
      ...(node.config.switches.storage === 'raft' ? { upgrade_version: bareVersion(node) } : {}),
    }))
  return { kind: 'data', data: { nodes } }
}
