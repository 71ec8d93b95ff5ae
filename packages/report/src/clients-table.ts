/** What clients under load met, a row a client. Always holds: figures are those that thresholds are judged by. */

import { formatDuration, micros } from '@fourtwelve/protocol'
import type { Aggregate, MetricName } from '@fourtwelve/scenario'
import type { Palette } from './palette.ts'
import type { RunReport } from './run-report.ts'
import { textTable, type Column } from './text-table.ts'

interface Figure {
  readonly title: string
  readonly metric: MetricName
  readonly aggregate: Aggregate
  /** Left out when it is 0 for every client. */
  readonly rare: boolean
}

const count = (title: string, metric: MetricName, rare = false): Figure => ({
  title,
  metric,
  aggregate: { kind: 'count' },
  rare,
})
const latency = (title: string, aggregate: Aggregate): Figure => ({ title, metric: 'latency', aggregate, rare: false })

const FIGURES: readonly Figure[] = [
  count('operations', 'operations'),
  count('requests', 'requests'),
  count('ok', 'ok'),
  count('412', 'http_412'),
  count('307', 'http_307', true),
  count('400', 'http_400', true),
  count('403', 'http_403', true),
  count('404', 'http_404', true),
  count('500', 'http_500', true),
  count('503', 'http_503', true),
  count('lost', 'lost', true),
  count('forwarded', 'forwarded'),
  count('retries', 'retries'),
  count('ended in 412', 'failed_412', true),
  count('unexpected', 'unexpected', true),
  latency('p50', { kind: 'percentile', percent: 50 }),
  latency('p99', { kind: 'percentile', percent: 99 }),
  latency('max', { kind: 'max' }),
]

/** No lines when the scenario has no clients. */
export function clientsTable({ scenario, run }: RunReport, palette: Palette): string[] {
  if (scenario.clients.length === 0) return []
  const valueOf = (client: string, { metric, aggregate }: Figure): number =>
    run.measurements.value({ name: metric, client }, aggregate)
  const figures = FIGURES.filter(
    (figure) => !figure.rare || scenario.clients.some(({ name }) => valueOf(name, figure) > 0),
  )
  const columns: Column[] = [
    { title: 'client', align: 'left' },
    { title: 'mitigation', align: 'left' },
    ...figures.map(({ title }): Column => ({ title, align: 'right' })),
  ]
  const rows = scenario.clients.map(({ name, mitigation }) => ({
    cells: [
      { text: name },
      { text: mitigation },
      ...figures.map((figure) => {
        const value = valueOf(name, figure)
        return { text: figure.metric === 'latency' ? roughDuration(value) : String(value) }
      }),
    ],
  }))
  return textTable(columns, rows, { palette })
}

/** Digits of a time that a reader compares with others. */
const LATENCY_DIGITS = 4

/** A time with as many digits as a reader compares. */
export const roughDuration = (time: number): string => formatDuration(micros(Number(time.toPrecision(LATENCY_DIGITS))))
