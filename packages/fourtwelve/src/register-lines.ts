/**
 * Operations on registers as text, for judges of other people (test/oracle/README.md has the format).
 * Always holds: a run is a line of kind `run`, its operations, and a line of kind `end` that counts them, so that a reader notices
 * when a file broke off; one JSON object a line.
 */

import { RegisterHistory, type RegisterSummary } from '@fourtwelve/checker'
import type { HistoryRecord, RunRecord } from '@fourtwelve/protocol'

const FORMAT = 'fourtwelve-registers'
const VERSION = 1

/** Writes every run of a history; says of each how it ended. The first record must be a run's. */
export function* registerLines(
  records: Iterable<HistoryRecord>,
  write: (line: string) => void,
): Iterable<RegisterSummary> {
  const tell = (value: object): void => write(`${JSON.stringify(value)}\n`)
  let registers: RegisterHistory | null = null
  const end = (ending: RegisterHistory): RegisterSummary => {
    const summary = ending.end()
    tell({ kind: 'end', ...summary })
    return summary
  }
  for (const record of records) {
    if (record.kind === 'run') {
      if (registers !== null) yield end(registers)
      tell(firstLine(record))
      registers = new RegisterHistory(tell)
    }
    registers?.observe(record)
  }
  if (registers !== null) yield end(registers)
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
