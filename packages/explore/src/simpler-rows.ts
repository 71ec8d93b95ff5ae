/**
 * Steps with less in them: a header fewer, a plain client, a shorter wait.
 * Always holds: one key of one step changes at a time.
 */

import type { JsonObject } from '@fourtwelve/protocol'
import type { FileRow, ScenarioFile } from './scenario-file.ts'
import { namesNeededBy } from './used-names.ts'

/** Keys that a step can do without. */
const SPARE = ['as', 'client', 'index', 'forward', 'inconsistent', 'for', 'loses', 'one_way', 'token'] as const

export function* simplerRows(
  rows: readonly FileRow[],
  withRows: (rows: readonly FileRow[]) => ScenarioFile,
): Generator<ScenarioFile> {
  // Clients that do the same can be one.
  if (rows.some((row) => 'client' in row)) yield withRows(rows.map((row) => without(row, 'client')))
  if (rows.some((row) => 'as' in row)) yield withRows(rows.map((row) => without(row, 'as')))
  for (const [at, row] of rows.entries()) {
    for (const simpler of simplerThan(row, new Set(rows.flatMap(namesNeededBy)))) yield withRows(rows.with(at, simpler))
  }
}

function* simplerThan(row: FileRow, needed: ReadonlySet<string>): Generator<FileRow> {
  for (const key of SPARE) if (key in row) yield without(row, key)
  const { save, body } = row
  if (isObject(save)) {
    const kept = Object.entries(save).filter(([name]) => needed.has(name))
    if (kept.length === 0) yield without(row, 'save')
    else if (kept.length < Object.keys(save).length) yield { ...row, save: Object.fromEntries(kept) }
  }
  if (isObject(body) && typeof row['post'] === 'string') {
    for (const key of Object.keys(body)) {
      const fewer = without(body, key)
      yield Object.keys(fewer).length === 0 ? without(row, 'body') : { ...row, body: fewer }
    }
  }
  if (row['node'] === 'active' || row['node'] === 'standby')
    yield { ...row, node: row['node'] === 'active' ? 'n0' : 'n1' }
}

function without(row: JsonObject, key: string): JsonObject {
  const { [key]: _, ...rest } = row
  return rest
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
