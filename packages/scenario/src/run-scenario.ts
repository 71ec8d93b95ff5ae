/**
 * A scenario on a cluster: its script, its clients and its faults, and when it is over.
 * Always holds: knows nothing of the runtime; the run is over when script and clients have ended and the cool-down has passed.
 */

import type { Cluster } from '@fourtwelve/cluster'
import { micros, type HistoryRecord, type Micros } from '@fourtwelve/protocol'
import { Measurements } from './measurements.ts'
import { runClients } from './run-clients.ts'
import type { RunNumbers } from './run-operation.ts'
import { runSteps, type StepResult } from './run-steps.ts'
import type { Scenario } from './scenario.ts'

export interface ScenarioRun {
  readonly steps: readonly StepResult[]
  readonly measurements: Measurements
  /** When it ended, cool-down included. */
  readonly ended: Micros
}

/** Listens to the history from its first record on, and counts from `start`. */
export interface RunObserver {
  observe(record: HistoryRecord): void
  /** Starts the scenario; `over` is said once. */
  start(cluster: Cluster, over: (run: ScenarioRun) => void): void
}

export function prepareRun(scenario: Scenario): RunObserver {
  const measurements = new Measurements()
  // What founds the cluster is no part of the run.
  let isRunning = false
  return {
    observe(record) {
      if (isRunning) measurements.observe(record)
    },
    start(cluster, over) {
      isRunning = true
      start(scenario, cluster, measurements, over)
    },
  }
}

function start(
  scenario: Scenario,
  cluster: Cluster,
  measurements: Measurements,
  over: (run: ScenarioRun) => void,
): void {
  const numbers: RunNumbers = { attempts: 0, operations: 0 }
  let steps: readonly StepResult[] = []
  let running = 1 + scenario.clients.length
  const ended = (): void => {
    running -= 1
    if (running > 0) return
    const rest = Math.max(0, (scenario.duration ?? 0) - cluster.now())
    cluster.after(micros(rest + scenario.cooldown), () => over({ steps, measurements, ended: cluster.now() }))
  }
  for (const timed of scenario.faults) {
    cluster.after(timed.at, () => cluster.inflict(timed.fault))
    if (timed.undo !== null) {
      const { undo } = timed
      cluster.after(micros(timed.at + timed.for), () => cluster.inflict(undo))
    }
  }
  for (const load of scenario.clients) {
    runClients(cluster, scenario, load, numbers, measurements, ended)
  }
  runSteps(cluster, scenario, numbers, measurements, (results) => {
    steps = results
    ended()
  })
}
