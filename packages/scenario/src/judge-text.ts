/**
 * From the text of a file and what was set over it to a value that a schema has judged, or to everything that is wrong with it,
 * each with its place in the file or the setting that it came from.
 * Always holds: never throws, whatever the text is; a value is returned only when nothing is wrong.
 */

import type { JsonValue } from '@fourtwelve/protocol'
import type { z } from 'zod'
import { issueFindings } from './issue-findings.ts'
import type { Finding, Path, Problem } from './problem.ts'
import { PARSING } from './section.ts'
import { applySettings, type AppliedSetting, type Setting, type ShortNames } from './set-value.ts'
import { readYaml, type Source } from './yaml-source.ts'

export interface Judging<T> {
  /** As the user wrote it: opens every message. */
  readonly file: string
  /** `--set`, in order. */
  readonly set: readonly Setting[]
  readonly shortNames: ShortNames
  /** The schema for this value: parts of it may depend on others. */
  readonly schema: (value: JsonValue) => z.ZodType<T>
  /** What a schema cannot see. */
  readonly check: (judged: T) => readonly Finding[]
}

/** Problems told of one file; more would bury the first. */
const PROBLEMS_MAX = 50

export function judgeText<T>(
  text: string,
  { file, set, shortNames, schema, check }: Judging<T>,
): { readonly judged: T } | { readonly problems: readonly Problem[] } {
  const source = readYaml(text)
  if ('problems' in source) return { problems: source.problems.map((problem) => ({ file, path: '', ...problem })) }
  const settings = applySettings(source.value, set, shortNames)
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
  const parsed = schema(settings.value).safeParse(settings.value, PARSING)
  const findings = parsed.success ? check(parsed.data) : issueFindings(parsed.error.issues)
  if (parsed.success && findings.length === 0) return { judged: parsed.data }
  const problems = findings.map((finding) => placed(finding, source, settings.applied, file))
  return { problems: problems.toSorted(byPlace).slice(0, PROBLEMS_MAX) }
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
