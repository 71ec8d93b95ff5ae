/** Texts from runs and histories: for terminals, for programs, for CI servers, for golden files. Pure. */

export { checkJsonLine, checkText, checkVerdict, type CheckJson, type CheckReport } from './check-report.ts'
export { exactJson, historyLine } from './exact-json.ts'
export { junitXml, type JunitSuite } from './junit.ts'
export { NO_COLOURS, type Paint, type Palette } from './palette.ts'
export { reproCommand, shellWord, type ReproOptions } from './repro-command.ts'
export { runJson, runJsonLine, type JudgedJson, type LawJson, type RunJson, type StepJson } from './run-json.ts'
export type { RunReport } from './run-report.ts'
export { runText, type RunTextOptions } from './run-text.ts'
export { startTranscript, TRANSCRIPT_LINES_MAX, type Transcript } from './transcript.ts'
export { TEXT_WIDTH, wrapText } from './wrap-text.ts'
export { textTable, type Column, type Row } from './text-table.ts'
