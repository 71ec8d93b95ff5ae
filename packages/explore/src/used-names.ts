/** Which saved names the rows of a file need and give. Always holds: agrees with what the parser asks for. */

import type { JsonValue } from '@fourtwelve/protocol'
import { placeholdersIn } from '@fourtwelve/scenario'
import type { FileRow } from './scenario-file.ts'

const WORDS: ReadonlySet<string> = new Set(['root', 'none', 'session'])

export function namesNeededBy(row: FileRow): readonly string[] {
  const { token, index, save: _, ...rest } = row
  const indexes = typeof index === 'string' ? [index] : Array.isArray(index) ? (index as readonly JsonValue[]) : []
  const direct = [token, ...indexes].filter((name): name is string => typeof name === 'string')
  return [...direct, ...placeholdersIn(rest)].filter((name) => !WORDS.has(name))
}

export const namesSavedBy = (row: FileRow): readonly string[] => Object.keys((row['save'] ?? {}) as object)

/** The rows whose names are there when they come: those that need what nobody saved any more are left out, one after the other. */
export function withoutUnsaved(rows: readonly FileRow[], values: readonly string[]): readonly FileRow[] {
  const saved = new Set(values)
  return rows.filter((row) => {
    if (namesNeededBy(row).some((name) => !saved.has(name))) return false
    for (const name of namesSavedBy(row)) saved.add(name)
    return true
  })
}
