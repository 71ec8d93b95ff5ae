/**
 * The gauges of a node, under Vault's names.
 * Always holds: only what the node truly knows is measured; what is stored is counted on the active node alone, as in Vault;
 * sorted by name, then by labels.
 */

import type { Micros } from '@fourtwelve/protocol'
import { actingRole } from '../../node-condition.ts'
import type { NodeState } from '../../node-state.ts'
import { failureTolerance, knownNodes } from './known-nodes.ts'
import { storedGauges } from './stored-gauges.ts'

export interface Gauge {
  /** `vault.core.active`. */
  readonly name: string
  readonly value: number
  readonly labels: Readonly<Record<string, string>>
}

export type GaugeRow = readonly [name: string, value: number, labels?: Readonly<Record<string, string>>]

export function gaugesOf(node: NodeState, now: Micros): readonly Gauge[] {
  const isActive = actingRole(node) === 'active'
  const rows = [
    ...coreRows(node),
    ...replicationRows(node),
    ...raftRows(node),
    ...(isActive ? [...autopilotRows(node, now), ...storedGauges(node)] : []),
  ]
  return rows
    .map(([name, value, labels]): Gauge => ({ name, value, labels: { cluster: node.clusterName, ...labels } }))
    .toSorted((a, b) => compare(a.name, b.name) || compare(JSON.stringify(a.labels), JSON.stringify(b.labels)))
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const flag = (is: boolean): number => (is ? 1 : 0)

function coreRows(node: NodeState): readonly GaugeRow[] {
  const role = actingRole(node)
  const { calls, commits, states } = node.waiting
  return [
    ['vault.core.active', flag(role === 'active')],
    ['vault.core.performance_standby', flag(role === 'performance-standby')],
    // A sealed node refuses this very request.
    ['vault.core.unsealed', 1],
    // This request, and those that wait for the active node, for a majority or for the node's own state.
    ['vault.core.in_flight_requests', 1 + calls.size + commits.length + states.length],
    ['vault.core.replication.performance.primary', 0],
    ['vault.core.replication.performance.secondary', 0],
    ['vault.core.replication.dr.primary', 0],
    ['vault.core.replication.dr.secondary', 0],
  ]
}

/** How far the log is here: what a standby lags by is the difference between two nodes. */
function replicationRows(node: NodeState): readonly GaugeRow[] {
  if (node.config.switches.edition !== 'enterprise') return []
  switch (actingRole(node)) {
    case 'active':
      return [['vault.replication.wal.last_wal', node.log.head]]
    case 'performance-standby':
      return [['vault.replication.fsm.last_remote_wal', node.log.shipped]]
    case 'standby':
      return []
  }
}

function raftRows({ id, config, log, term }: NodeState): readonly GaugeRow[] {
  if (config.switches.storage !== 'raft') return []
  const labels = { peer_id: id }
  const ready = Math.min(log.committed, log.received)
  return [
    ['vault.raft_storage.stats.term', term, labels],
    ['vault.raft_storage.stats.commit_index', log.committed, labels],
    ['vault.raft_storage.stats.applied_index', log.applied, labels],
    ['vault.raft_storage.stats.fsm_pending', Math.max(0, ready - log.applied), labels],
  ]
}

function autopilotRows(node: NodeState, now: Micros): readonly GaugeRow[] {
  if (node.config.switches.storage !== 'raft') return []
  const nodes = knownNodes(node, now)
  return [
    ['vault.raft.peers', nodes.length],
    ['vault.autopilot.healthy', flag(nodes.every(({ healthy }) => healthy))],
    ['vault.autopilot.failure_tolerance', failureTolerance(nodes)],
    ...nodes.map(({ id, healthy }): GaugeRow => ['vault.autopilot.node.healthy', flag(healthy), { node_id: id }]),
  ]
}
