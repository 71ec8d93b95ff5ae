/**
 * The text of a scenario file, as a person would lay it out: sections in blocks, rows on one line.
 * Always holds: what is written reads back as the same data.
 */

import { Document, isCollection, isMap, visit } from 'yaml'
import type { ScenarioFile } from './scenario-file.ts'

const LINE_WIDTH = 132
/** Sections whose rows stand on one line each. */
const ROWS: ReadonlySet<string> = new Set(['steps', 'faults', 'flow'])
/** Sections that are short enough for one line. */
const SHORT: ReadonlySet<string> = new Set([
  'topology',
  'lag',
  'network',
  'disk',
  'expect',
  'arrival',
  'replication',
  'switches',
  'cost',
])

/** `comments` stand above everything, a line each, without their `#`. */
export function writeScenarioFile(file: ScenarioFile, comments: readonly string[] = []): string {
  const document = new Document(file, { aliasDuplicateObjects: false })
  document.commentBefore = comments.map((line) => ` ${line}`).join('\n')
  visit(document, {
    Pair(_, { key, value }) {
      const name = String(key)
      if (SHORT.has(name) && isCollection(value)) value.flow = true
      if (ROWS.has(name) && isCollection(value)) for (const row of value.items) if (isMap(row)) row.flow = true
    },
  })
  return document.toString({ lineWidth: LINE_WIDTH, flowCollectionPadding: true })
}
