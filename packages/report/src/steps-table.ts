/**
 * The steps of a run as a table: when, where, what was asked, what was answered, by whom and why.
 * Always holds: one row a step, in their order; what is wrong with a step stands right under it.
 */

import { formatDuration, type Micros } from '@fourtwelve/protocol'
import type { StepResult } from '@fourtwelve/scenario'
import type { Paint, Palette } from './palette.ts'
import { textTable, type Cell, type Column, type Row } from './text-table.ts'
import { oneLine, shortened, wrapText } from './wrap-text.ts'

/** Longest text of an answer in a row; the rest of a failed one stands under it. */
const ANSWER_MAX = 60
/** Width of lines under a row. */
const BELOW_WIDTH = 96

const COLUMNS: readonly Column[] = [
  { title: '', align: 'left' },
  { title: 'time', align: 'right' },
  { title: 'client', align: 'left' },
  { title: 'node', align: 'left' },
  { title: 'request', align: 'left' },
  { title: 'answer', align: 'left' },
  { title: 'served by', align: 'left' },
  { title: 'has applied', align: 'right' },
  { title: 'took', align: 'right' },
]
const REQUEST_COLUMN = 4

export function stepsTable(steps: readonly StepResult[], palette: Palette): string[] {
  const clients = new Set(steps.flatMap(({ reply }) => (reply === null ? [] : [reply.client])))
  const rows = steps.map((step) => rowOf(step, clients.size > 1, palette))
  return textTable(COLUMNS, rows, { palette, indentAt: REQUEST_COLUMN })
}

function rowOf(step: StepResult, withClient: boolean, palette: Palette): Row {
  const { at, what, note, reply, failures } = step
  const took: Micros | null = reply?.took ?? null
  const cells: readonly Cell[] = [
    markOf(step, palette),
    { text: formatDuration(at), paint: palette.dim },
    { text: withClient ? (reply?.client ?? '') : '' },
    { text: reply?.node ?? '' },
    { text: what, ...(reply === null ? { paint: palette.dim } : {}) },
    answerOf(step, palette),
    { text: servedBy(step) },
    { text: reply === null || reply.applied === null ? '' : `#${reply.applied}` },
    { text: took === null ? '' : formatDuration(took), paint: palette.dim },
  ]
  const lines = (text: string, paint: Paint): Cell[] =>
    wrapText(text, BELOW_WIDTH).map((line) => ({ text: line, paint }))
  return {
    cells,
    below: [
      ...(note === null ? [] : lines(note, palette.dim)),
      ...(reply?.warnings ?? []).flatMap((warning) => lines(`warning: ${warning}`, palette.yellow)),
      ...failures.flatMap((failure) => lines(`✗ ${failure}`, palette.red)),
    ],
  }
}

function markOf({ verdict }: StepResult, { green, red }: Palette): Cell {
  switch (verdict) {
    case 'pass':
      return { text: '✓', paint: green }
    case 'fail':
      return { text: '✗', paint: red }
    case 'done':
      return { text: '' }
  }
}

function answerOf({ reply }: StepResult, { green, yellow, red }: Palette): Cell {
  if (reply === null) return { text: '' }
  const { status, errors, attempts } = reply
  const said = errors.length === 0 ? '' : ` ${oneLine(errors.join('; '))}`
  const tries = attempts > 1 ? ` (attempt ${attempts})` : ''
  const text = status === 0 ? 'no answer' : shortened(`${status}${said}`, ANSWER_MAX)
  const paint = status >= 200 && status < 300 ? green : status === 412 ? yellow : red
  return { text: `${text}${tries}`, paint }
}

function servedBy({ reply }: StepResult): string {
  if (reply === null || reply.by === null) return ''
  const { node, by, forwarded } = reply
  if (forwarded === null) return by
  // An RPC hands on only what must be stored: the node itself answers.
  return by === node ? `${by} (${forwarded})` : `${by} (forwarded: ${forwarded})`
}
