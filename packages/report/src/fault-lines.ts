/**
 * What was to happen to the cluster in a run, what happened, and how long nobody could write.
 * Always holds: no line for a run to which nothing happened.
 */

import { describeFaultRow, type CountName, type FaultRow } from '@fourtwelve/scenario'
import { roughDuration } from './clients-table.ts'
import type { Palette } from './palette.ts'
import type { RunReport } from './run-report.ts'

const LABEL_WIDTH = 12

/** A word for one and for several. */
const COUNTED: readonly (readonly [count: CountName, one: string, several: string])[] = [
  ['faults', 'fault', 'faults'],
  ['faults_left_out', 'left out', 'left out'],
  ['kills', 'kill', 'kills'],
  ['restarts', 'restart', 'restarts'],
  ['elections', 'election', 'elections'],
]

export function faultLines({ scenario, run }: RunReport, { dim }: Palette): string[] {
  const rows = scenario.faults.toSorted((a, b) => startOf(a) - startOf(b)).map(describeFaultRow)
  const counts = run.measurements.counts()
  const happened = COUNTED.flatMap(([name, one, several]) =>
    counts[name] === 0 ? [] : [`${counts[name]} ${counts[name] === 1 ? one : several}`],
  )
  if (happened.length === 0) return labelled(rows, dim)
  const outage = run.measurements.unavailable()
  return [
    ...labelled(rows, dim),
    ...labelled([happened.join(', ')], dim, rows.length > 0),
    ...(outage === 0 ? [] : labelled([`nobody could write for ${roughDuration(outage)}`], dim, true)),
  ]
}

const startOf = (row: FaultRow): number => (row.kind === 'once' ? row.at : row.from)

const labelled = (lines: readonly string[], dim: Palette['dim'], isFurther = false): string[] =>
  lines.map((line, at) => `${dim((at === 0 && !isFurther ? 'faults' : '').padEnd(LABEL_WIDTH))}${line}`)
