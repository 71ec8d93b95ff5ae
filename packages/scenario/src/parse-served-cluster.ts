/**
 * From the text of a served cluster's file to its configuration, and from a lag as the control API takes it to its model.
 * Always holds: never throws, whatever is read; nothing is returned that has a defect.
 */

import type { LagModel } from '@fourtwelve/cluster'
import type { JsonValue } from '@fourtwelve/protocol'
import { issueFindings } from './issue-findings.ts'
import { judgeText } from './judge-text.ts'
import { nodeNames, STANDBYS_MAX, type SchemaContext } from './names.ts'
import type { Problem } from './problem.ts'
import type { LagPlan } from './scenario.ts'
import { lagPlan } from './schema-lag.ts'
import { DEFAULT_SERVED_STANDBYS, servedClusterSchema, type ServedCluster } from './schema-served-cluster.ts'
import { isMapping, PARSING } from './section.ts'
import { SERVER_SHORT_NAMES, type Setting } from './set-value.ts'
import { traceSource, type ReadText } from './trace-source.ts'
import { readYaml } from './yaml-source.ts'

export interface ServedClusterOptions {
  /** As the user wrote it: opens every message. */
  readonly file: string
  /** Reads a CSV file of measured lags; the path is relative to the file. Without it, traces are refused. */
  readonly readText?: ReadText
  /** `--set`, in order. */
  readonly set?: readonly Setting[]
  /** In place of the file's own; null leaves it. */
  readonly standbys?: number | null
}

/** `{}` is a file that says nothing: everything has its default. */
export function parseServedCluster(
  text: string,
  { file, readText, set = [], standbys = null }: ServedClusterOptions,
): { readonly cluster: ServedCluster } | { readonly problems: readonly Problem[] } {
  const read = judgeText(text, {
    file,
    set: standbys === null ? set : [...set, ['standbys', String(standbys)]],
    shortNames: SERVER_SHORT_NAMES,
    schema: (value, placeOf) => servedClusterSchema({ ...contextFor(standbysOf(value), readText), placeOf }),
    check: () => [],
  })
  return 'problems' in read ? read : { cluster: read.judged }
}

/** Reads the text of a lag (`400ms`, `raft`, or a distribution in YAML) for a cluster with so many standbys. */
export function parseLagText(text: string, standbys: number, readText?: ReadText): LagReading {
  const source = readYaml(text)
  if ('problems' in source) return { refused: `is no YAML: ${source.problems[0]?.message ?? ''}` }
  return readLag(source.value, standbys, readText)
}

export type LagReading = { readonly plan: LagPlan } | { readonly refused: string }

/** Judges a lag that is JSON already. `refused` goes on from its name as one sentence. */
function readLag(value: JsonValue, standbys: number, readText?: ReadText): LagReading {
  const parsed = lagPlan(contextFor(standbys, readText)).safeParse(value, PARSING)
  if (parsed.success) return { plan: parsed.data }
  const [finding] = issueFindings(parsed.error.issues)
  const path = finding === undefined || finding.path.length === 0 ? '' : `${finding.path.join('.')} `
  const meant = finding?.suggestion == null ? '' : ` (did you mean "${finding.suggestion}"?)`
  return { refused: `${path}${finding?.message ?? 'cannot be read'}${meant}` }
}

/** The same for one link, which has no links of its own. */
export function readLinkLag(value: JsonValue): { readonly lag: LagModel } | { readonly refused: string } {
  const read = readLag(value, 0)
  return 'refused' in read ? read : { lag: read.plan.default }
}

/** While the number of standbys is wrong itself, every possible node passes. */
function standbysOf(value: JsonValue): number {
  const standbys = isMapping(value) ? (value['standbys'] ?? DEFAULT_SERVED_STANDBYS) : DEFAULT_SERVED_STANDBYS
  const usable = typeof standbys === 'number' && Number.isInteger(standbys) && standbys >= 0 && standbys <= STANDBYS_MAX
  return usable ? standbys : STANDBYS_MAX
}

const contextFor = (standbys: number, readText: ReadText | undefined): SchemaContext => ({
  name: 'cluster',
  nodes: nodeNames(standbys),
  standbysKey: 'standbys',
  placeOf: () => '',
  traces: traceSource(readText),
  mitigations: null,
  laws: null,
})
