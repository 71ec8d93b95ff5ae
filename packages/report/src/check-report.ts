/**
 * What laws say of a history that was written earlier: for people and for programs, in the words of `run`.
 * Always holds: names that end in `_ms` are milliseconds; the same history gives the same bytes.
 */

import type { LawVerdict, OutcomeCounts } from '@fourtwelve/checker'
import { MICROS_PER_MS, type Micros, type RunRecord } from '@fourtwelve/protocol'
import { exactJson } from './exact-json.ts'
import type { Palette } from './palette.ts'
import { lawJson, type LawJson } from './run-json.ts'
import { lawLines } from './verdict-text.ts'

/** One run of a history, judged. */
export interface CheckReport {
  readonly file: string
  readonly run: RunRecord
  readonly records: number
  readonly ended: Micros
  readonly laws: readonly LawVerdict[]
  readonly outcomes: OutcomeCounts
}

export type CheckVerdict = 'pass' | 'fail' | 'unknown'

/** `unknown` when no law had anything to judge. */
export function checkVerdict({ laws }: Pick<CheckReport, 'laws'>): CheckVerdict {
  if (laws.some(({ verdict }) => verdict === 'broken')) return 'fail'
  return laws.some(({ verdict }) => verdict === 'holds') ? 'pass' : 'unknown'
}

export interface CheckJson {
  readonly history: string
  readonly scenario: string
  readonly seed: number
  readonly runtime: 'simulation' | 'live'
  readonly verdict: CheckVerdict
  readonly records: number
  readonly ended_ms: number
  /** Attempts: what came of them. `happened`: nobody told the client, and the log shows it. */
  readonly outcomes: OutcomeCounts
  readonly laws: readonly LawJson[]
}

/** One line, without its end. */
export function checkJsonLine(report: CheckReport): string {
  const { file, run, records, ended, laws, outcomes } = report
  const json: CheckJson = {
    history: file,
    scenario: run.scenario,
    seed: run.seed,
    runtime: run.runtime,
    verdict: checkVerdict(report),
    records,
    ended_ms: (ended - run.t) / MICROS_PER_MS,
    outcomes,
    laws: laws.map(lawJson),
  }
  return exactJson(json)
}

const VERDICT_WORDS: Readonly<Record<CheckVerdict, string>> = {
  pass: 'no law was broken',
  fail: 'a law is broken',
  unknown: 'nothing was there to judge',
}

/** For people, with its last line end. */
export function checkText(report: CheckReport, palette: Palette): string {
  const { run, records, ended, laws, outcomes } = report
  const verdict = checkVerdict(report)
  const paint = { pass: palette.green, fail: palette.red, unknown: palette.yellow }[verdict]
  const { done, failed, unknown, happened } = outcomes
  return [
    palette.bold(run.scenario),
    `seed ${run.seed}, ${run.runtime}, ${run.nodes.length} nodes, ${records} records over ${((ended - run.t) / 1_000_000).toFixed(3)} s`,
    `attempts    ${done} done, ${failed} failed, ${unknown} unknown, ${happened} unknown to the client and done by the log`,
    ...lawLines(laws, palette),
    '',
    `${palette.bold(paint(verdict))}  ${VERDICT_WORDS[verdict]}`,
    '',
  ].join('\n')
}
