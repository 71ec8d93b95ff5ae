/**
 * Runs a draft and says which laws it breaks.
 * Always holds: the file that is judged is the one that is handed back, forgeries made; a run that throws has broken RUNS_TO_ITS_END,
 * and what the laws had seen until then counts.
 */

import type { LawVerdict } from '@fourtwelve/checker'
import type { Scenario, ScenarioRun } from '@fourtwelve/scenario'
import { withForgeries } from './forge.ts'
import type { Draft } from './draw-scenario.ts'
import { readScenarioFile, tryScenarioFile, type ScenarioFile } from './scenario-file.ts'

/** What a run of a scenario comes to, whoever runs it. */
export interface RunOutcome {
  readonly verdicts: readonly LawVerdict[]
  /** Null when it threw. */
  readonly run: ScenarioRun | null
  /** The message of what was thrown; null when nothing was. */
  readonly threw: string | null
  readonly events: number
  readonly operations: number
}

export type RunScenario = (scenario: Scenario) => RunOutcome

export interface JudgedDraft {
  readonly draft: Draft
  /** As it ran. */
  readonly file: ScenarioFile
  readonly outcome: RunOutcome
}

/** What a run breaks that throws, beside the laws of the checker. */
export const RUNS_TO_ITS_END = 'runs-to-its-end'

/** Throws when the draft cannot be read. */
export const judgeDraft = (draft: Draft, run: RunScenario): JudgedDraft =>
  judgeScenario(draft, readScenarioFile(draft.file), run)

/** The same for what may be no scenario any more: null then. */
export function tryDraft(draft: Draft, run: RunScenario): JudgedDraft | null {
  const scenario = tryScenarioFile(draft.file)
  return typeof scenario === 'string' ? null : judgeScenario(draft, scenario, run)
}

function judgeScenario(draft: Draft, scenario: Scenario, run: RunScenario): JudgedDraft {
  const first = run(scenario)
  if (draft.forgeries.length === 0) return { draft, file: draft.file, outcome: first }
  // Forgeries need the tokens that this seed gives out: what nobody asks with moves none of them.
  const file = withForgeries(draft.file, draft.forgeries, first.run)
  return { draft, file, outcome: run({ ...scenario, values: file.values ?? {} }) }
}

/** The names of what is broken, RUNS_TO_ITS_END last. */
export const brokenIn = ({ verdicts, threw }: RunOutcome): readonly string[] => [
  ...verdicts.flatMap(({ name, verdict }) => (verdict === 'broken' ? [name] : [])),
  ...(threw === null ? [] : [RUNS_TO_ITS_END]),
]

/** The prose of what is broken. */
export const proseOf = ({ verdicts, threw }: RunOutcome, law: string): string =>
  law === RUNS_TO_ITS_END
    ? (threw ?? '')
    : (verdicts.find(({ name }) => name === law)?.witness?.prose ?? 'nothing is told of it')
