/** Everything that is known of one run: what all reports are made from. */

import type { Judgement, Scenario, ScenarioRun } from '@fourtwelve/scenario'

export interface RunReport {
  readonly scenario: Scenario
  readonly seed: number
  readonly runtime: 'simulation' | 'live'
  /** A number for everything that happened; null in a live run, which cannot be repeated to the byte. */
  readonly fingerprint: string | null
  /** How many events the simulation took. */
  readonly events: number
  readonly run: ScenarioRun
  readonly judgement: Judgement
}
