/**
 * A scenario on a live cluster: worker threads, real time, its clients over real HTTP.
 * Always holds: the same plan and the same judge as in simulation; service times are left to the machine; what is done to the
 * cluster is done before the next request leaves. A live run has no fingerprint, because no two are alike.
 */

import { ALL_LAWS, startChecks } from '@fourtwelve/checker'
import { forwardingAllowed, HISTORY_VERSION, micros, type HistoryRecord, type Micros } from '@fourtwelve/protocol'
import type { RunReport } from '@fourtwelve/report'
import { judge, prepareRun, type Scenario, type ScenarioRun } from '@fourtwelve/scenario'
import { liveCluster } from './live-contract.ts'
import { playedCluster } from './played-cluster.ts'

/** Records of one run; 100 bytes each and more. */
const RECORDS_MAX = 5_000_000
/** What nodes wrote in their last turns is still on its way when the run ends. */
const LAST_RECORDS_MS = 100

export async function runLive(
  scenario: Scenario,
  observe: ((record: HistoryRecord) => void) | null,
): Promise<RunReport> {
  const records: HistoryRecord[] = []
  const hear = (heard: readonly HistoryRecord[]): void => {
    for (const record of heard) records.push(record)
    if (records.length > RECORDS_MAX)
      throw new Error(`the run passed ${RECORDS_MAX} records: shorten it or lower its rates`)
  }
  const { standbys, server: config, lag, given } = scenario
  const serving = await playedCluster({ standbys, config, lag, given }, hear)
  try {
    const began = serving.cluster.clock()
    // A promotion or a restore founds the cluster anew, and tells of that itself.
    const { founding } = serving.cluster
    const prepared = prepareRun(scenario)
    const cluster = liveCluster(serving, scenario.seed, began, records)
    const run = await new Promise<ScenarioRun>((resolve) => prepared.start(cluster.contract, resolve))
    await new Promise((resolve) => setTimeout(resolve, LAST_RECORDS_MS))
    await cluster.close()
    const first: HistoryRecord = {
      kind: 'run',
      t: micros(0),
      version: HISTORY_VERSION,
      scenario: scenario.name,
      seed: scenario.seed,
      runtime: 'live',
      cluster: serving.cluster.id,
      nodes: serving.cluster.nodes,
      switches: scenario.server.switches,
      forwarding: forwardingAllowed(scenario.server),
    }
    const checks = startChecks(ALL_LAWS)
    const told = (record: HistoryRecord): void => {
      checks.observe(record)
      observe?.(record)
    }
    for (const record of [first, ...inOrder(founding, began)]) told(record)
    for (const record of inOrder(records, began)) {
      told(record)
      prepared.observe(record)
    }
    const judgement = judge(scenario, run, checks.verdicts(), true)
    return { scenario, seed: scenario.seed, runtime: 'live', fingerprint: null, events: records.length, run, judgement }
  } finally {
    await serving.stop()
  }
}

/** Threads tell of what happened in their own turn: here it stands in the order of time, counted from the start. */
function inOrder(records: readonly HistoryRecord[], began: Micros): readonly HistoryRecord[] {
  return records
    .map((record) => ({ ...record, t: micros(Math.max(0, record.t - began)) }))
    .toSorted((a, b) => a.t - b.t)
}
