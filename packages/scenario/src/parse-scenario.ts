/**
 * From the text of a scenario file to a Scenario, or to everything that is wrong with it, each with its place.
 * Always holds: never throws, whatever the text is; a scenario is returned only when nothing is wrong.
 */

import type { JsonValue } from '@fourtwelve/protocol'
import { checkReferences } from './check-references.ts'
import { issueFindings } from './issue-findings.ts'
import { nodeNames, STANDBYS_MAX, type SchemaContext } from './names.ts'
import { type Finding, type Path, type Problem } from './problem.ts'
import { DEFAULT_STANDBYS, scenarioSchema } from './schema.ts'
import type { Scenario } from './scenario.ts'
import { isMapping, PARSING } from './section.ts'
import { applySettings, type AppliedSetting, type Setting } from './set-value.ts'
import { traceSource, type ReadText } from './trace-source.ts'
import { readYaml, type Source } from './yaml-source.ts'

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

/** Problems told of one file; more would bury the first. */
const PROBLEMS_MAX = 50

export function parseScenario(
  text: string,
  options: ParseOptions,
): { readonly scenario: Scenario } | { readonly problems: readonly Problem[] } {
  const source = readYaml(text)
  const { file } = options
  if ('problems' in source) return { problems: source.problems.map((problem) => ({ file, path: '', ...problem })) }
  const settings = applySettings(source.value, options.set ?? [])
  if (settings.problems.length > 0) {
    return {
      problems: settings.problems.map(({ setting, message, suggestion }) => ({
        ...settingPlace(setting),
        path: setting[0],
        message,
        ...(suggestion === null ? {} : { suggestion }),
      })),
    }
  }
  const parsed = scenarioSchema(contextOf(settings.value, options)).safeParse(settings.value, PARSING)
  const findings = parsed.success ? checkReferences(parsed.data) : issueFindings(parsed.error.issues)
  if (parsed.success && findings.length === 0) return { scenario: parsed.data }
  const problems = findings.map((finding) => placed(finding, source, settings.applied, file))
  return { problems: problems.toSorted(byPlace).slice(0, PROBLEMS_MAX) }
}

/** Nodes are judged by the topology that the same file gives; while that is wrong itself, every possible node passes. */
function contextOf(value: JsonValue, options: ParseOptions): SchemaContext {
  const topology = isMapping(value) ? value['topology'] : undefined
  const standbys = isMapping(topology) ? (topology['standbys'] ?? DEFAULT_STANDBYS) : DEFAULT_STANDBYS
  const usable = typeof standbys === 'number' && Number.isInteger(standbys) && standbys >= 0 && standbys <= STANDBYS_MAX
  return {
    name: nameOf(options.file),
    nodes: nodeNames(usable ? standbys : STANDBYS_MAX),
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

function placed(finding: Finding, source: Source, applied: readonly AppliedSetting[], file: string): Problem {
  const place = source.locate(finding.path, finding.at)
  const setting = applied.findLast(
    ({ path }) =>
      startsWith(finding.path, path) || (!place.exact && finding.path.length > 0 && startsWith(path, finding.path)),
  )
  return {
    ...(setting === undefined ? { file, line: place.line, column: place.column } : settingPlace(setting.setting)),
    path: finding.path.join('.'),
    message: finding.message,
    ...(finding.suggestion === null ? {} : { suggestion: finding.suggestion }),
  }
}

const settingPlace = ([path, value]: Setting): { file: string; line: number; column: number } => ({
  file: `--set ${path}=${value}`,
  line: 0,
  column: 0,
})

const startsWith = (path: Path, start: Path): boolean => start.every((part, at) => String(path[at]) === String(part))

const byPlace = (a: Problem, b: Problem): number => a.line - b.line || a.column - b.column
