/**
 * `sys/health`: the one answer that load balancers look at: its status says what this node is (vault-http-api 3.1,
 * vault-consistency 4.7).
 * Always holds: node-local, no token, no envelope; parameters are read before the node is looked at, so a bad one is a 400
 * everywhere; what has no keys knows neither its cluster nor whether that is replicated.
 */

import type { JsonObject, JsonValue } from '@fourtwelve/protocol'
import { goText, weakBool } from '../../go-decode.ts'
import { actingRole, hasNoKeys } from '../../node-condition.ts'
import type { NodeState } from '../../node-state.ts'
import type { Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import type { RequestContext } from '../../request-context.ts'
import { unixSeconds } from '../../wire-time.ts'
import { LICENSE_IN_HEALTH } from './license.ts'

export const HEALTH: PathSpec = {
  path: 'health',
  operations: { read: { on: 'any', handle: read } },
}

/** The status of everything that a node can be, by the parameter that changes it. */
const STATUSES = {
  activecode: 200,
  standbycode: 429,
  performancestandbycode: 473,
  drsecondarycode: 472,
  haunhealthycode: 474,
  uninitcode: 501,
  sealedcode: 503,
  removedcode: 530,
} as const

type StatusParameter = keyof typeof STATUSES

const BAD_PARAMETER: Outcome = { kind: 'plain', status: 400, body: { errors: [] } }

function read(context: RequestContext): Outcome {
  const { node, now } = context.turn
  const standbyOk = flag(context.data['standbyok'])
  const perfStandbyOk = flag(context.data['perfstandbyok'])
  const statuses = readStatuses(context.data)
  if (standbyOk === null || perfStandbyOk === null || statuses === null) return BAD_PARAMETER
  const role = actingRole(node)
  const enterprise = node.config.switches.edition === 'enterprise'
  const keyless = hasNoKeys(node)
  const body: JsonObject = {
    initialized: node.condition !== 'uninitialized',
    sealed: keyless,
    standby: role !== 'active',
    performance_standby: role === 'performance-standby',
    replication_performance_mode: keyless ? 'unknown' : 'disabled',
    replication_dr_mode: keyless ? 'unknown' : node.condition === 'dr-secondary' ? 'secondary' : 'disabled',
    server_time_utc: unixSeconds(now),
    version: node.config.version,
    enterprise,
    ...(keyless ? {} : { cluster_name: node.clusterName, cluster_id: node.cluster }),
    // How far the log is: the active node of Enterprise says so, nobody else.
    ...(enterprise && role === 'active' ? { last_wal: node.log.head } : {}),
    ...(enterprise ? { license: LICENSE_IN_HEALTH } : {}),
    echo_duration_ms: 0,
    clock_skew_ms: 0,
    replication_primary_canary_age_ms: 0,
  }
  const status = statuses[parameterOf(node, standbyOk, perfStandbyOk)]
  return { kind: 'plain', status, body: context.open.request.method === 'HEAD' ? null : body }
}

/** What the node is, as its status says it. `standbyok` does not cover a performance standby, nor the other way round. */
function parameterOf(node: NodeState, standbyOk: boolean, perfStandbyOk: boolean): StatusParameter {
  if (node.condition === 'uninitialized') return 'uninitcode'
  if (node.condition === 'sealed') return 'sealedcode'
  if (node.condition === 'dr-secondary') return 'drsecondarycode'
  switch (actingRole(node)) {
    case 'active':
      return 'activecode'
    case 'performance-standby':
      return perfStandbyOk ? 'activecode' : 'performancestandbycode'
    case 'standby':
      return standbyOk ? 'activecode' : 'standbycode'
  }
}

/** Null when a parameter is no status. */
function readStatuses(data: JsonObject): Readonly<Record<StatusParameter, number>> | null {
  const statuses: Record<string, number> = { ...STATUSES }
  for (const parameter of Object.keys(STATUSES)) {
    const given = first(data[parameter])
    if (given === undefined) continue
    if (!/^[1-9]\d\d$/.test(given)) return null
    statuses[parameter] = Number(given)
  }
  return statuses as Record<StatusParameter, number>
}

/** Null when it is no boolean. A parameter without a value is false. */
function flag(raw: JsonValue | undefined): boolean | null {
  const given = first(raw)
  if (given === undefined) return false
  const read = weakBool('', given)
  return 'error' in read ? null : read.value
}

/** Of a parameter that is given several times, the first counts. */
function first(raw: JsonValue | undefined): string | undefined {
  const value: JsonValue | undefined = Array.isArray(raw) ? raw[0] : raw
  return value === undefined || value === null ? undefined : goText(value)
}
