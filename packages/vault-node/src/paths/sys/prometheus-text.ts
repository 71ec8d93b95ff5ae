/**
 * Writes gauges in Prometheus' text format, version 0.0.4, as Go's library does.
 * Always holds: one HELP and one TYPE line a name, before its values; labels are sorted by name.
 */

import type { Gauge } from './gauges.ts'

export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** `gauges` stand sorted by name. */
export function prometheusText(gauges: readonly Gauge[]): string {
  const lines: string[] = []
  let last = ''
  for (const { name, value, labels } of gauges) {
    const written = name.replaceAll(/[^a-zA-Z0-9_]/g, '_')
    if (written !== last) lines.push(`# HELP ${written} ${written}`, `# TYPE ${written} gauge`)
    last = written
    lines.push(`${written}${labelText(labels)} ${value}`)
  }
  return lines.map((line) => `${line}\n`).join('')
}

function labelText(labels: Gauge['labels']): string {
  const pairs = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return pairs.length === 0 ? '' : `{${pairs.map(([name, value]) => `${name}="${escaped(value)}"`).join(',')}}`
}

const escaped = (value: string): string =>
  value
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`)
