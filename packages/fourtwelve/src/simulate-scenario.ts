/**
 * A scenario in simulation: from the file's plain data to a judged run.
 * Always holds: the same scenario, seed and listeners give the same report, byte for byte.
 */

import { ALL_LAWS, startChecks } from '@fourtwelve/checker'
import { hex, micros, type CryptoPort, type HistoryRecord, type LinkId } from '@fourtwelve/protocol'
import type { RunReport } from '@fourtwelve/report'
import { judge, prepareRun, type Scenario, type ScenarioRun } from '@fourtwelve/scenario'
import {
  createEntropy,
  createSimulation,
  createStandInCrypto,
  type SimulationOptions,
  type Stream,
} from '@fourtwelve/simulation'
import { asBrokenRun } from './broken-run.ts'
import { givenRequests, refuseBadGivens } from './given-requests.ts'

/** The longest run in virtual time: a scenario that takes longer is stopped and says so. */
const RUN_MAX = micros(10 * 365 * 86_400 * 1_000_000)

const KEY_BYTES = 16

export interface Listeners {
  /** Takes every record of the history, in order. */
  readonly observe?: (record: HistoryRecord) => void
  /** Real cryptography, where the scenario asks for it. Null: it cannot be had here. */
  readonly realCrypto: ((random: Stream) => CryptoPort) | null
}

/** Throws BadGiven, BrokenRun when a law was broken before the run stopped, any other error for a bug. */
export function simulateScenario(scenario: Scenario, listeners: Listeners): RunReport {
  const checks = startChecks(ALL_LAWS)
  const prepared = prepareRun(scenario)
  const simulation = createSimulation(
    optionsOf(scenario, listeners, (record) => {
      checks.observe(record)
      prepared.observe(record)
      listeners.observe?.(record)
    }),
  )
  refuseBadGivens(givenRequests(scenario.given), simulation.given)
  let ended: ScenarioRun | null = null
  prepared.start(simulation, (run) => {
    ended = run
  })
  try {
    simulation.run(RUN_MAX, () => ended !== null)
  } catch (error) {
    throw asBrokenRun(error, checks.verdicts())
  }
  if (ended === null) throw new Error(`scenario ${scenario.name} did not end: something in it waits for ever`)
  return {
    scenario,
    seed: scenario.seed,
    runtime: 'simulation',
    fingerprint: simulation.fingerprint(),
    events: simulation.events(),
    run: ended,
    judgement: judge(scenario, ended, checks.verdicts(), false),
  }
}

/** What a simulation of the scenario needs to know. */
export function optionsOf(
  scenario: Scenario,
  listeners: Listeners,
  observe: (record: HistoryRecord) => void,
): SimulationOptions {
  return {
    scenario: scenario.name,
    seed: scenario.seed,
    standbys: scenario.standbys,
    config: scenario.server,
    lag: {
      default: scenario.lag.default,
      links: Object.fromEntries(scenario.lag.links.map(({ link, lag }) => [link, lag])) as Record<
        LinkId,
        SimulationOptions['lag']['default']
      >,
    },
    network: scenario.network,
    flush: scenario.disk.flush,
    cost: scenario.cost,
    given: givenRequests(scenario.given),
    rootToken: null,
    crypto: cryptoOf(scenario, listeners),
    observe,
  }
}

function cryptoOf(scenario: Scenario, { realCrypto }: Listeners): (random: Stream) => CryptoPort {
  // The seed makes the key, and nothing else: a scenario that is renamed runs as before.
  const key = hex(createEntropy(scenario.seed).stream('keys').bytes(KEY_BYTES))
  if (scenario.crypto === 'stand-in') return (random) => createStandInCrypto(key, random)
  if (realCrypto === null)
    throw new Error(`scenario ${scenario.name} asks for real cryptography, which was not handed in`)
  return realCrypto
}
