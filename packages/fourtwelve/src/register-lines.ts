/**
 * Operations on registers as text, for judges of other people (test/oracle/README.md has the format).
 * Always holds: a run is a line of kind `run`, its operations, and a line of kind `end` that counts them, so that a reader notices
 * when a file broke off; one JSON object a line.
 */

import { RegisterHistory, type RegisterSummary } from '@fourtwelve/checker'
import type { HistoryRecord, RunRecord } from '@fourtwelve/protocol'

const FORMAT = 'fourtwelve-registers'
const VERSION = 1

/** How much was written of a run, and which it was. */
export interface RegisterRun extends RegisterSummary {
  readonly scenario: string
  readonly seed: number
}

/** Writes every run of a history; says of each how it ended. The first record must be a run's. */
export function* registerLines(records: Iterable<HistoryRecord>, write: (line: string) => void): Iterable<RegisterRun> {
  const tell = (value: object): void => write(`${JSON.stringify(value)}\n`)
  let run: { readonly record: RunRecord; readonly registers: RegisterHistory } | null = null
  const end = ({ record, registers }: NonNullable<typeof run>): RegisterRun => {
    const summary = registers.end()
    tell({ kind: 'end', ...summary })
    return { scenario: record.scenario, seed: record.seed, ...summary }
  }
  for (const record of records) {
    if (record.kind === 'run') {
      if (run !== null) yield end(run)
      tell(firstLine(record))
      run = { record, registers: new RegisterHistory(tell) }
    }
    run?.registers.observe(record)
  }
  if (run !== null) yield end(run)
}

const firstLine = ({ scenario, seed, runtime, cluster }: RunRecord): object => ({
  kind: 'run',
  format: FORMAT,
  version: VERSION,
  scenario,
  seed,
  runtime,
  cluster,
})
