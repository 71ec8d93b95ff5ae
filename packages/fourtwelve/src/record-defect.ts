/**
 * What is wrong with a record that was read from a file.
 * Always holds: one row a kind, with the fields that laws read; others are let through, since a newer writer may add some.
 */

import { HISTORY_VERSION, type HistoryRecord } from '@fourtwelve/protocol'

type FieldType = 'number' | 'string' | 'boolean' | 'list' | 'object'

const FIELDS: Readonly<Record<HistoryRecord['kind'], Readonly<Record<string, FieldType>>>> = {
  run: { scenario: 'string', seed: 'number', runtime: 'string', cluster: 'string', nodes: 'list', switches: 'object' },
  call: {
    id: 'number',
    op: 'number',
    attempt: 'number',
    session: 'string',
    node: 'string',
    method: 'string',
    path: 'string',
    token: 'object',
    index: 'list',
    forward: 'string',
  },
  reply: { id: 'number', status: 'number', errors: 'list' },
  entry: { node: 'string', term: 'number', index: 'number', request: 'string', key: 'string', digest: 'number' },
  commit: { node: 'string', index: 'number' },
  apply: { node: 'string', from: 'number', index: 'number', chain: 'number' },
  lead: { node: 'string', term: 'number', index: 'number' },
  resign: { node: 'string', term: 'number', index: 'number', chain: 'number' },
  recover: { node: 'string', term: 'number', index: 'number', chain: 'number' },
  renumber: { why: 'string', epoch: 'number' },
  rest: { node: 'string', running: 'boolean', role: 'string', received: 'number', applied: 'number', chain: 'number' },
  fault: { fault: 'string', target: 'string', note: 'string' },
}

const ROWS = new Map(
  Object.entries(FIELDS).map(([kind, fields]) => [kind, Object.entries({ t: 'number' as const, ...fields })]),
)

/** Null when nothing is; else what, in half a sentence. The first record of a file says what runs. */
export function recordDefect(record: unknown, isFirst: boolean): string | null {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return 'this is no record'
  const values = record as Readonly<Record<string, unknown>>
  const { kind, version } = values
  const row = typeof kind === 'string' ? ROWS.get(kind) : undefined
  if (row === undefined) return `there is no record of kind ${JSON.stringify(kind) ?? 'undefined'}`
  if (isFirst && kind !== 'run') return `a history begins with a \`run\` record, and this is of kind ${String(kind)}`
  if (kind === 'run' && version !== HISTORY_VERSION) {
    return (
      `this history has format version ${JSON.stringify(version) ?? 'undefined'}, and this fourtwelve reads version ${HISTORY_VERSION}: ` +
      'run it again with --history, or use the fourtwelve that wrote it'
    )
  }
  const wrong = row.find(([field, type]) => !isOf(values[field], type))
  return wrong === undefined ? null : `a record of kind ${String(kind)} needs \`${wrong[0]}\` as ${WORDS[wrong[1]]}`
}

const WORDS: Readonly<Record<FieldType, string>> = {
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  list: 'a list',
  object: 'an object',
}

function isOf(value: unknown, type: FieldType): boolean {
  switch (type) {
    case 'list':
      return Array.isArray(value)
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    case 'number':
    case 'string':
    case 'boolean':
      return typeof value === type
  }
}
