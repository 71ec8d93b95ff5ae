/**
 * What laws say of a history that was written earlier: for people and for programs, in the words of `run`.
 * Always holds: names that end in `_ms` are milliseconds; the same history gives the same bytes.
 */

import type { LawVerdict, OutcomeCounts } from '@fourtwelve/checker'
import { MICROS_PER_MS, type Micros, type RunRecord } from '@fourtwelve/protocol'
import { exactJson } from './exact-json.ts'
import type { Paint, Palette } from './palette.ts'
import { lawJson, type LawJson } from './run-json.ts'
import { evidence, LABEL_WIDTH, labelled } from './verdict-text.ts'
import { TEXT_WIDTH, wrapText } from './wrap-text.ts'

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

/** For people, with its last line end. The file is named when `showsFile`: when there are others. */
export function checkText(report: CheckReport, palette: Palette, showsFile: boolean): string {
  const { file, run, records, ended, laws, outcomes } = report
  const verdict = checkVerdict(report)
  const paint = { pass: palette.green, fail: palette.red, unknown: palette.yellow }[verdict]
  const facts = [
    `seed ${run.seed}`,
    run.runtime,
    count(run.nodes.length, 'node'),
    `${count(records, 'record')} over ${((ended - run.t) / 1_000_000).toFixed(3)} s`,
  ]
  return [
    `${palette.bold(run.scenario)}${showsFile ? palette.dim(`  ${file}`) : ''}`,
    facts.join(', '),
    labelled('attempts', attemptWords(outcomes), palette),
    ...allLawLines(laws, palette),
    '',
    `${palette.bold(paint(verdict))}  ${VERDICT_WORDS[verdict]}`,
    '',
  ].join('\n')
}

const figure = (number: number): string => number.toLocaleString('en-US')
const count = (number: number, what: string): string => `${figure(number)} ${what}${number === 1 ? '' : 's'}`

/** A client that got no answer, or one of 5xx, cannot know what became of its write; the log may tell. */
const attemptWords = ({ done, failed, unknown, happened }: OutcomeCounts): string =>
  [
    `${figure(done)} done`,
    `${figure(failed)} failed`,
    ...(happened === 0 ? [] : [`${figure(happened)} done though no answer said so (the log tells)`]),
    ...(unknown === 0 ? [] : [`${figure(unknown)} unknown (the log tells nothing of them)`]),
  ].join(', ')

/** Every law by its name: those that are broken with the evidence, the others where they belong. */
function allLawLines(laws: readonly LawVerdict[], palette: Palette): readonly string[] {
  const having = (verdict: LawVerdict['verdict']): readonly LawVerdict[] =>
    laws.filter((law) => law.verdict === verdict)
  const [held, silent, broken] = [having('holds'), having('unknown'), having('broken')]
  const judged = laws.reduce((total, { checked }) => total + checked, 0)
  return [
    labelled('laws', `${count(laws.length, 'law')}, ${figure(judged)} judged`, palette),
    ...broken.flatMap((law) => evidence(law, palette)),
    ...named(held, `${held.length} ${held.length === 1 ? 'holds' : 'hold'}`, palette.green),
    ...named(silent, `${silent.length} had nothing to judge`, palette.dim),
  ]
}

function named(laws: readonly LawVerdict[], words: string, paint: Paint): readonly string[] {
  if (laws.length === 0) return []
  const indent = ' '.repeat(LABEL_WIDTH)
  const [first = '', ...rest] = wrapText(
    `${words}: ${laws.map(({ name }) => name).join(', ')}`,
    TEXT_WIDTH - LABEL_WIDTH,
  )
  return [`${indent}${paint(words)}${first.slice(words.length)}`, ...rest.map((line) => `${indent}${line}`)]
}
