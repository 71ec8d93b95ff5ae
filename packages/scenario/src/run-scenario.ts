/**
 * A scenario on a cluster: its script, its clients and its faults, and when it is over.
 * Always holds: knows nothing of the runtime; the run is over when script and clients have ended and the cool-down has passed;
 * no fault holds in the cool-down.
 */

import type { Cluster } from '@fourtwelve/cluster'
import { micros, milliseconds, seconds, type HistoryRecord, type Micros } from '@fourtwelve/protocol'
import { Measurements } from './measurements.ts'
import { runClients } from './run-clients.ts'
import { createFaultRunner } from './run-faults.ts'
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
  const { cooldown, clients } = scenario
  const numbers: RunNumbers = { attempts: 0, operations: 0 }
  const faults = createFaultRunner(cluster, scenario, measurements)
  let steps: readonly StepResult[] = []
  let running = 1 + clients.length
  let isCooling = false
  const untilDuration = (): number => Math.max(0, (scenario.duration ?? 0) - cluster.now())

  const coolDown = (): void => {
    if (isCooling) return
    isCooling = true
    cluster.after(micros(untilDuration() + cooldown), () => {
      const end = (): void => over({ steps, measurements, ended: cluster.now() })
      if (cooldown > 0) recordRest(cluster, numbers.operations - measurements.counts().operations, end)
      else end()
    })
  }
  const ended = (): void => {
    running -= 1
    if (running === 0) coolDown()
  }
  const stepsEnded = (): void => {
    // A script alone ends as it stands, unless it asks for a cool-down: what holds then is what it wanted to show.
    if (hasFaults(scenario) && (clients.length > 0 || cooldown > 0)) {
      const rest = untilDuration()
      if (rest === 0) faults.endAll()
      else cluster.after(micros(rest), faults.endAll)
    }
    if (cooldown > 0 && running > 1) cluster.after(micros(untilDuration() + PATIENCE), coolDown)
    ended()
  }

  faults.start(scenario.faults)
  for (const load of clients) {
    runClients(cluster, scenario, load, numbers, measurements, ended)
  }
  runSteps(cluster, scenario, { numbers, measurements, faults }, (results) => {
    steps = results
    stepsEnded()
  })
}

/** How long the cool-down waits for clients that have not ended: twice as long as a client of Vault waits by default. */
const PATIENCE: Micros = seconds(120)

const hasFaults = ({ faults, steps }: Scenario): boolean =>
  faults.length > 0 || steps.some(({ kind }) => kind === 'inflict')

/** How every node is at the end of the cool-down, for the law that all must agree then. */
function recordRest(cluster: Cluster, unended: number, done: () => void, looks: number = 0): void {
  // A live cluster on a busy machine may be without a leader for a moment: it is looked at again.
  if (cluster.runtime === 'live' && looks < REST_LOOKS_MAX && !isAtRest(cluster))
    return cluster.after(REST_LOOK_EVERY, () => recordRest(cluster, unended, done, looks + 1))
  for (const { node, running, role, term, received, applied, chain } of cluster.state()) {
    cluster.record({ kind: 'rest', t: cluster.now(), node, running, role, term, received, applied, chain, unended })
  }
  done()
}

/** Looks at a live cluster that does not agree at once, and the time from one to the next: ten seconds in all. */
const REST_LOOKS_MAX = 100
const REST_LOOK_EVERY: Micros = milliseconds(100)

function isAtRest(cluster: Cluster): boolean {
  const nodes = cluster.state()
  const [first] = nodes
  return (
    nodes.filter(({ role }) => role === 'active').length === 1 &&
    nodes.every(({ running, applied, chain }) => running && applied === first?.applied && chain === first?.chain)
  )
}
