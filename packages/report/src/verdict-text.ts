/** The findings of a run in words: laws, thresholds, witnesses, and what it comes to. */

import { ALL_LAWS, type LawVerdict } from '@fourtwelve/checker'
import { formatDuration } from '@fourtwelve/protocol'
import type { Judged } from '@fourtwelve/scenario'
import { formatJudged } from './judged-value.ts'
import type { Paint, Palette } from './palette.ts'
import type { RunReport } from './run-report.ts'
import { TEXT_WIDTH, wrapText } from './wrap-text.ts'

/** Of the column that says what a line is about. */
export const LABEL_WIDTH = 12

export const labelled = (label: string, text: string, { dim }: Palette): string =>
  `${dim(label.padEnd(LABEL_WIDTH))}${text}`

/** One line for all laws, then the evidence against each that is broken. */
export function lawLines(laws: readonly LawVerdict[], palette: Palette): string[] {
  if (laws.length === 0) return []
  const having = (verdict: LawVerdict['verdict']): LawVerdict[] => laws.filter((law) => law.verdict === verdict)
  const [held, silent, broken] = [having('holds'), having('unknown'), having('broken')]
  const judged = laws.reduce((total, { checked }) => total + checked, 0)
  const parts = [
    ...(broken.length === 0 ? [] : [palette.red(`${broken.length} broken`)]),
    ...(held.length === 0 ? [] : [palette.green(`${held.length} hold`)]),
    `${judged} judged`,
    ...(silent.length === 0 ? [] : [palette.dim(`nothing to judge for ${namesOf(silent)}`)]),
  ]
  return [labelled('laws', parts.join(', '), palette), ...broken.flatMap((law) => evidence(law, palette))]
}

/** Of many only the number: `--json` names them. */
const NAMED_MAX = 3
const namesOf = (laws: readonly LawVerdict[]): string =>
  laws.length > NAMED_MAX ? `${laws.length} others` : laws.map(({ name }) => name).join(', ')

/** The law's sentence, and what speaks against it. */
export function evidence({ name, violations, witness }: LawVerdict, { red }: Palette): string[] {
  const statement = ALL_LAWS.find((law) => law.name === name)?.statement ?? ''
  const times = violations === 1 ? 'once' : `${violations} times, first here`
  return [
    `  ${red(`✗ ${name}`)} is broken, ${times}.`,
    ...[`The law: ${statement}`, witness?.prose ?? ''].flatMap((text) =>
      text === '' ? [] : wrapText(text, TEXT_WIDTH).map((line) => `    ${line}`),
    ),
  ]
}

/** Thresholds and witnesses, a line each, with what was measured. */
export function judgedLines({ scenario, judgement }: RunReport, palette: Palette): string[] {
  const { thresholds, witnesses } = judgement
  const width = Math.max(0, ...[...thresholds, ...witnesses].map(({ text }) => text.length))
  const line = (label: string, item: Judged, missed: Paint): string => {
    const mark = item.holds ? palette.green('✓') : missed('✗')
    const value = formatJudged(scenario, item)
    return labelled(
      label,
      `${mark} ${item.text.padEnd(width)}  ${item.holds ? palette.dim(value) : missed(value)}`,
      palette,
    )
  }
  return [
    ...thresholds.map((item, at) => line(at === 0 ? 'thresholds' : '', item, palette.red)),
    ...witnesses.map((item, at) => line(at === 0 ? 'witnesses' : '', item, palette.yellow)),
  ]
}

/** The verdict's word in its colour. */
export function verdictWord({ judgement }: RunReport, { green, red, yellow, bold }: Palette): string {
  switch (judgement.verdict) {
    case 'pass':
      return bold(green('pass'))
    case 'fail':
      return bold(red('fail'))
    case 'unknown':
      return bold(yellow('unknown'))
    case 'threshold':
      return bold(red('threshold'))
  }
}

/** Why the verdict is what it is, in a few words. */
export function verdictReason({ run, judgement }: RunReport): string {
  const steps = run.steps.filter(({ verdict }) => verdict === 'fail').length
  const laws = judgement.laws.filter(({ verdict }) => verdict === 'broken').length
  const missing = judgement.witnesses.filter(({ holds }) => !holds)
  const missed = judgement.thresholds.filter(({ holds }) => !holds).length
  switch (judgement.verdict) {
    case 'pass':
      return `${judgement.laws.length === 0 ? '' : 'no law was broken, '}${asExpected(run.measurements.counts().unexpected)}`
    case 'fail':
      return [
        ...(steps === 0 ? [] : [`${steps} ${steps === 1 ? 'step is' : 'steps are'} not as expected`]),
        ...(laws === 0 ? [] : [`${laws} ${laws === 1 ? 'law is' : 'laws are'} broken`]),
      ].join(', ')
    case 'unknown':
      return missing.length === 0
        ? run.measurements.counts().operations === 0
          ? 'nothing was shown: no request was made'
          : "nothing was shown: give a step an `expect`, or name a witness: expect: {witnesses: ['http_412 >= 1']}"
        : `nothing was shown: ${missing.map(({ text }) => text).join(', ')} did not happen`
    case 'threshold':
      return `${missed} of ${judgement.thresholds.length} thresholds missed`
  }
}

/** What identifies the run. */
export function runFacts({ seed, runtime, fingerprint, events, run }: RunReport): string {
  const parts = [`seed ${seed}`, `${formatDuration(run.ended)} of ${runtime === 'live' ? 'real' : 'cluster'} time`]
  if (runtime === 'simulation') parts.push(`${events} events`)
  if (fingerprint !== null) parts.push(`fingerprint ${fingerprint}`)
  return parts.join(', ')
}

/** Answers to clients under load are counted; only thresholds and witnesses on that count judge them. */
const asExpected = (unexpected: number): string =>
  unexpected === 0
    ? 'all is as expected'
    : `thresholds and witnesses hold; ${unexpected} operations of clients did not end as they should (\`unexpected\`)`
