/**
 * From the text of a scenario file to a Scenario, or to everything that is wrong with it, each with its place.
 * Always holds: never throws, whatever the text is; a scenario is returned only when nothing is wrong.
 */

import type { JsonValue } from '@fourtwelve/protocol'
import { checkReferences } from './check-references.ts'
import { judgeText } from './judge-text.ts'
import { nodeNames, STANDBYS_MAX, type SchemaContext } from './names.ts'
import type { PlaceOf, Problem } from './problem.ts'
import { DEFAULT_STANDBYS } from './schema.ts'
import type { Scenario } from './scenario.ts'
import { schemaFor } from './scenario-schemas.ts'
import { isMapping } from './section.ts'
import { SCENARIO_SHORT_NAMES, type Setting } from './set-value.ts'
import { traceSource, type ReadText } from './trace-source.ts'

export interface ParseOptions {
  /** As the user wrote it: opens every message, and gives the scenario its name. */
  readonly file: string
  /** Reads a CSV file of measured lags; the path is relative to the scenario file. Without it, traces are refused. */
  readonly readText?: ReadText
  /** `--set`, in order. */
  readonly set?: readonly Setting[]
  /** Presets of clients' behaviour that exist. Without it, any word passes. */
  readonly mitigations?: readonly string[]
  /** Laws that exist. Without it, any word passes. */
  readonly laws?: readonly string[]
}

export function parseScenario(
  text: string,
  options: ParseOptions,
): { readonly scenario: Scenario } | { readonly problems: readonly Problem[] } {
  const read = judgeText(text, {
    file: options.file,
    set: options.set ?? [],
    shortNames: SCENARIO_SHORT_NAMES,
    schema: (value, placeOf) => schemaFor(contextOf(value, options, placeOf)),
    check: checkReferences,
  })
  return 'problems' in read ? read : { scenario: read.judged }
}

/** Nodes are judged by the topology that the same file gives; while that is wrong itself, every possible node passes. */
function contextOf(value: JsonValue, options: ParseOptions, placeOf: PlaceOf): SchemaContext {
  const topology = isMapping(value) ? value['topology'] : undefined
  const standbys = isMapping(topology) ? (topology['standbys'] ?? DEFAULT_STANDBYS) : DEFAULT_STANDBYS
  const usable = typeof standbys === 'number' && Number.isInteger(standbys) && standbys >= 0 && standbys <= STANDBYS_MAX
  return {
    name: nameOf(options.file),
    nodes: nodeNames(usable ? standbys : STANDBYS_MAX),
    standbysKey: 'topology.standbys',
    placeOf,
    traces: traceSource(options.readText),
    mitigations: options.mitigations ?? null,
    laws: options.laws ?? null,
  }
}

/** The file's name without its folders and its ending. */
function nameOf(file: string): string {
  const last = file.split(/[/\\]/).findLast((part) => part !== '') ?? ''
  return last.replace(/\.(ya?ml|json)$/i, '') || 'scenario'
}
