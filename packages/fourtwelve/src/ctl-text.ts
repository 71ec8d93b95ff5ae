/** The state of a cluster for people, from what its control API answers. */

import { isJsonObject, type JsonObject, type JsonValue } from '@fourtwelve/protocol'
import { NO_COLOURS, textTable, type Column, type Row } from '@fourtwelve/report'

export function stateText(state: JsonObject): string {
  const root = state['root_token']
  return [
    ...(typeof root === 'string' ? [`Root Token: ${root}`, ''] : []),
    ...table(NODE_COLUMNS, state['nodes']),
    '',
    ...table(LINK_COLUMNS, state['links']),
    '',
  ].join('\n')
}

type Told = readonly [column: Column, tell: (item: JsonObject) => string]

const word = (value: JsonValue | undefined): string =>
  value === null || value === undefined ? '-' : typeof value === 'string' ? value : JSON.stringify(value)
const column =
  (align: Column['align']) =>
  (key: string, title: string = key): Told => [{ title, align }, (item) => word(item[key])]
const [left, right] = [column('left'), column('right')]
const whenTrue = (title: string, key: string, text: string): Told => [
  { title, align: 'left' },
  (item) => (item[key] === true ? text : ''),
]

const NODE_COLUMNS: readonly Told[] = [
  left('node'),
  left('address'),
  left('role'),
  right('received'),
  right('applied'),
  right('behind'),
  [
    { title: 'process', align: 'left' },
    ({ running, paused }) => (running !== true ? 'not running' : paused === true ? 'paused' : 'running'),
  ],
  [{ title: 'condition', align: 'left' }, ({ condition }) => (condition === 'normal' ? '' : word(condition))],
  [{ title: 'forwarding', align: 'left' }, ({ forwarding }) => forwardingText(forwarding)],
]

const LINK_COLUMNS: readonly Told[] = [
  left('link'),
  left('lag'),
  whenTrue('held', 'held', 'held'),
  whenTrue('cut', 'cut', 'cut'),
]

function forwardingText(forwarding: JsonValue | undefined): string {
  if (!isJsonObject(forwarding)) return ''
  if (forwarding['fails'] === true) return 'fails'
  return forwarding['delay'] === '0s' ? '' : `+${word(forwarding['delay'])}`
}

function table(columns: readonly Told[], items: JsonValue | undefined): string[] {
  const objects = Array.isArray(items) ? items.filter(isJsonObject) : []
  const rows = objects.map((item): Row => ({ cells: columns.map(([, tell]) => ({ text: tell(item) })) }))
  return rows.length === 0
    ? []
    : textTable(
        columns.map(([titled]) => titled),
        rows,
        { palette: NO_COLOURS },
      )
}
