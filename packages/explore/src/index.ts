/** Many runs: scenarios drawn from seeds, judged, made small and written down. Pure. */

export { drawScenario, DRAFT_KINDS, type Draft, type DraftKind } from './draw-scenario.ts'
export type { Streams } from './dice.ts'
export type { Forgery } from './forge.ts'
export {
  brokenIn,
  judgeDraft,
  proseOf,
  RUNS_TO_ITS_END,
  type JudgedDraft,
  type RunOutcome,
  type RunScenario,
} from './judge-draft.ts'
export { reductions } from './reductions.ts'
export { readScenarioFile, stepsOf, tryScenarioFile, type ScenarioFile } from './scenario-file.ts'
export { shrink, type Shrunk, type ShrinkOptions } from './shrink.ts'
export { writeScenarioFile } from './write-scenario.ts'
