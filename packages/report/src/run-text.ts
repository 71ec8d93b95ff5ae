/**
 * A run as `fourtwelve run` prints it for people.
 * Always holds: colours aside the text is the same everywhere; the last line of a run that did not pass is the command that
 * repeats it.
 */

import { clientsTable } from './clients-table.ts'
import { faultLines } from './fault-lines.ts'
import type { Palette } from './palette.ts'
import type { RunReport } from './run-report.ts'
import { stepsTable } from './steps-table.ts'
import { judgedLines, lawLines, runFacts, verdictReason, verdictWord } from './verdict-text.ts'
import { TEXT_WIDTH, wrapText } from './wrap-text.ts'

export interface RunTextOptions {
  readonly palette: Palette
  /** The command that repeats the run. */
  readonly repro: string
  /** A second run was the same, byte for byte. */
  readonly ranTwice?: boolean
}

/** The whole story of one run, with its last line end. */
export function runText(report: RunReport, { palette, repro, ranTwice = false }: RunTextOptions): string {
  const { scenario, run, judgement } = report
  const isPassed = judgement.verdict === 'pass'
  const sections: readonly (readonly string[])[] = [
    [
      palette.bold(scenario.name),
      ...wrapText(scenario.question, TEXT_WIDTH),
      // An answer is what the file's author says; only a run that passed speaks for it.
      ...(scenario.answer === null || !isPassed
        ? []
        : wrapText(`-> ${scenario.answer}`, TEXT_WIDTH).map(palette.green)),
    ],
    run.steps.length === 0 ? [] : stepsTable(run.steps, palette),
    clientsTable(report, palette),
    faultLines(report, palette),
    [...lawLines(judgement.laws, palette), ...judgedLines(report, palette)],
    [
      `${verdictWord(report, palette)}  ${verdictReason(report)}`,
      palette.dim(`${runFacts(report)}${ranTwice ? ', twice the same' : ''}`),
      ...(isPassed ? [] : [repro]),
    ],
  ]
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}
