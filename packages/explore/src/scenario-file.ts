/**
 * A scenario as its file says it, before it is read: what is drawn, made smaller and written down.
 * Always holds: what runs is what `readScenarioFile` makes of it, so a file that is written runs as the draft did. Plain data, never
 * changed in place.
 */

import type { JsonObject, JsonValue } from '@fourtwelve/protocol'
import { formatProblem, MITIGATIONS, parseScenario, type Scenario } from '@fourtwelve/scenario'

/** A step, a fault row or a request of a flow: its keys are those of the file. */
export type FileRow = JsonObject

export interface FileClient {
  readonly name: string
  readonly sessions: number
  readonly arrival: JsonValue
  readonly routing: string
  readonly mitigation: string
  readonly flow: readonly FileRow[]
}

/** The keys of a scenario file, in the order in which they are written. What is not there has its default. */
export interface ScenarioFile {
  readonly question: string
  readonly answer?: string
  readonly seed: number
  readonly topology: { readonly standbys: number }
  readonly lag: JsonValue
  readonly network?: JsonObject
  readonly disk?: JsonObject
  readonly server?: JsonObject
  readonly duration?: string
  readonly cooldown?: string
  readonly given?: JsonObject
  readonly values?: Readonly<Record<string, string>>
  readonly steps?: readonly FileRow[]
  readonly clients?: readonly FileClient[]
  readonly faults?: readonly FileRow[]
  readonly expect?: JsonObject
}

/** The scenario in it. Throws when it is none: whoever drew or shrank it made a mistake. */
export function readScenarioFile(file: ScenarioFile): Scenario {
  const read = tryScenarioFile(file)
  if (typeof read !== 'string') return read
  throw new Error(`a scenario was made that cannot be read: ${read}. Correct what made it: ${JSON.stringify(file)}`)
}

/** The scenario in it, or what is wrong with it: what is taken away may have been needed elsewhere. */
export function tryScenarioFile(file: ScenarioFile): Scenario | string {
  // JSON is YAML.
  const read = parseScenario(JSON.stringify(file), { file: 'drawn.yaml', mitigations: MITIGATIONS })
  return 'problems' in read ? read.problems.map(formatProblem).join('\n') : read.scenario
}

export const stepsOf = ({ steps = [] }: ScenarioFile): readonly FileRow[] => steps
export const clientsOf = ({ clients = [] }: ScenarioFile): readonly FileClient[] => clients
export const faultsOf = ({ faults = [] }: ScenarioFile): readonly FileRow[] => faults
