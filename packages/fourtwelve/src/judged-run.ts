/**
 * A scenario in simulation for those who make many runs: what the laws say, however it ends.
 * Always holds: the same scenario gives the same outcome; a run that throws or does not end is an outcome too, with what the laws had seen.
 */

import { startChecks } from '@fourtwelve/checker'
import type { RunOutcome } from '@fourtwelve/explore'
import { micros } from '@fourtwelve/protocol'
import { prepareRun, type Scenario, type ScenarioRun } from '@fourtwelve/scenario'
import { createSimulation } from '@fourtwelve/simulation'
import { givenRequests, refuseBadGivens } from './given-requests.ts'
import { optionsOf } from './simulate-scenario.ts'

/** The longest run in virtual time: one that waits for something that never comes is not waited for. */
const RUN_MAX = micros(10 * 60 * 1_000_000)

export function judgedRun(scenario: Scenario): RunOutcome {
  const checks = startChecks()
  const prepared = prepareRun(scenario)
  let ended: ScenarioRun | null = null
  let threw: string | null = null
  let events = 0
  let operations = 0
  try {
    const simulation = createSimulation(
      optionsOf(scenario, { realCrypto: null }, (record) => {
        checks.observe(record)
        prepared.observe(record)
        if (record.kind === 'call' && record.attempt === 1) operations += 1
      }),
    )
    refuseBadGivens(givenRequests(scenario.given), simulation.given)
    prepared.start(simulation, (run) => {
      ended = run
    })
    try {
      simulation.run(RUN_MAX, () => ended !== null)
    } finally {
      events = simulation.events()
    }
  } catch (error) {
    threw = error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
  return { verdicts: checks.verdicts(), run: ended, threw, events, operations }
}
