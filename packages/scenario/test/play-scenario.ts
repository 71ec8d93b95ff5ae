/** For tests: a scenario text, run on a simulated cluster that starts with nothing but its root token. */

import { startChecks, type LawVerdict } from '@fourtwelve/checker'
import type { CallRecord, HistoryRecord, ReplyRecord, RunRecord } from '@fourtwelve/protocol'
import { prepareRun, type Scenario, type ScenarioRun } from '@fourtwelve/scenario'
import { createSimulation, createStandInCrypto } from '@fourtwelve/simulation'
import { goodScenario } from './read-good-file.ts'

export interface Played {
  readonly run: ScenarioRun
  readonly history: readonly HistoryRecord[]
  readonly runs: readonly RunRecord[]
  readonly calls: readonly CallRecord[]
  readonly replies: readonly ReplyRecord[]
  readonly laws: readonly LawVerdict[]
}

/** More events than any of these runs has. */
const EVENTS_MAX = 1_000_000

export function play(text: string): Played {
  const scenario: Scenario = goodScenario(text)
  const history: HistoryRecord[] = []
  const checks = startChecks()
  const prepared = prepareRun(scenario)
  const simulation = createSimulation({
    scenario: scenario.name,
    seed: scenario.seed,
    standbys: scenario.standbys,
    config: scenario.server,
    lag: {
      default: scenario.lag.default,
      links: Object.fromEntries(scenario.lag.links.map((row) => [row.link, row.lag])),
    },
    network: scenario.network,
    flush: scenario.disk.flush,
    cost: scenario.cost,
    given: [],
    rootToken: null,
    crypto: (random) => createStandInCrypto('for tests', random),
    observe: (record) => {
      history.push(record)
      checks.observe(record)
      prepared.observe(record)
    },
  })
  const ends: ScenarioRun[] = []
  prepared.start(simulation, (run) => ends.push(run))
  simulation.run(
    Number.MAX_SAFE_INTEGER as ScenarioRun['ended'],
    () => ends.length > 0 || simulation.events() > EVENTS_MAX,
  )
  const [run] = ends
  if (run === undefined) throw new Error(`the scenario did not end within ${EVENTS_MAX} events`)
  return {
    run,
    history,
    runs: history.filter((record) => record.kind === 'run'),
    calls: history.filter((record) => record.kind === 'call'),
    replies: history.filter((record) => record.kind === 'reply'),
    laws: checks.verdicts(),
  }
}

/** What is wrong with the steps of a run: `step: sentence`. */
export const failures = ({ run }: Played): readonly string[] =>
  run.steps.flatMap(({ step, failures: wrong }) => wrong.map((text) => `${step}: ${text}`))
