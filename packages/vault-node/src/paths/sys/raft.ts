/**
 * `sys/storage/raft/configuration` and `sys/storage/raft/autopilot/state`: the cluster as its storage sees it
 * (vault-http-api 3.3).
 * Always holds: all nodes vote, and none joins or leaves; what autopilot knows only the active node knows. Over other storage
 * there is no raft, and both say so.
 */

import { micros, wholeSeconds, type JsonObject } from '@fourtwelve/protocol'
import { raftAddressOf } from '../../node-address.ts'
import { refused, type Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import type { RequestContext } from '../../request-context.ts'
import { rfc3339Nano } from '../../wire-time.ts'
import { goDuration } from '../../go-duration.ts'
import { bareVersion, failureTolerance, knownNodes } from './known-nodes.ts'

const onRaft =
  (handle: (context: RequestContext) => Outcome) =>
  (context: RequestContext): Outcome =>
    context.turn.node.config.switches.storage === 'raft' ? handle(context) : refused(400, 'raft storage is not in use')

export const RAFT_CONFIGURATION: PathSpec = {
  path: 'storage/raft/configuration',
  operations: { read: { on: 'any', handle: onRaft(readConfiguration) } },
}

export const AUTOPILOT_STATE: PathSpec = {
  path: 'storage/raft/autopilot/state',
  alwaysForward: true,
  operations: { read: { on: 'any', handle: onRaft(readState) } },
}

function readConfiguration({ turn }: RequestContext): Outcome {
  const { node } = turn
  const servers = node.nodes.map((id) => ({
    node_id: id,
    address: raftAddressOf(node, id),
    leader: id === node.active,
    protocol_version: '3',
    voter: true,
  }))
  return { kind: 'data', data: { config: { index: 0, servers } } }
}

function readState({ turn }: RequestContext): Outcome {
  const { node, now } = turn
  const nodes = knownNodes(node, now)
  const servers = nodes.map(({ id, lastContact, lastIndex, healthy, stableSince }): [string, JsonObject] => [
    id,
    {
      id,
      name: id,
      address: raftAddressOf(node, id),
      node_status: 'alive',
      node_type: 'voter',
      last_contact: goDuration(wholeSeconds(micros(now - lastContact))),
      last_term: node.term,
      last_index: lastIndex,
      healthy,
      stable_since: rfc3339Nano(stableSince),
      status: id === node.id ? 'leader' : 'voter',
      version: bareVersion(node),
      upgrade_version: bareVersion(node),
      meta: null,
    },
  ])
  const data: JsonObject = {
    healthy: nodes.every(({ healthy }) => healthy),
    failure_tolerance: failureTolerance(nodes),
    leader: node.id,
    voters: node.nodes,
    non_voters: null,
    servers: Object.fromEntries(servers),
    ...(node.config.switches.edition === 'enterprise' ? { optimistic_failure_tolerance: failureTolerance(nodes) } : {}),
  }
  return { kind: 'data', data }
}
