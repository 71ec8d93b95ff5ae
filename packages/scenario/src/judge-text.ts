/**
 * From the text of a file and what was set over it to a value that a schema has judged, or to everything that is wrong with it,
 * each with its place in the file or the setting that it came from.
 * Always holds: never throws, whatever the text is; a value is returned only when nothing is wrong.
 */

import type { JsonValue } from '@fourtwelve/protocol'
import type { z } from 'zod'
import { issueFindings } from './issue-findings.ts'
import { formatPlace, type Finding, type Path, type PlaceOf, type Problem } from './problem.ts'
import { PARSING } from './section.ts'
import { applySettings, type AppliedSetting, type Setting, type ShortNames } from './set-value.ts'
import { readYaml, type Source } from './yaml-source.ts'

export interface Judging<T> {
  /** As the user wrote it: opens every message. */
  readonly file: string
  /** `--set`, in order. */
  readonly set: readonly Setting[]
  readonly shortNames: ShortNames
  /** The schema for this value: parts of it may depend on others, and may keep where they stood. */
  readonly schema: (value: JsonValue, placeOf: PlaceOf) => z.ZodType<T>
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
  const place = (path: Path, at: Finding['at']): Place => placeIn(source, settings.applied, file, path, at)
  const parsed = schema(settings.value, (path) => formatPlace(place(path, 'value'))).safeParse(settings.value, PARSING)
  const findings = parsed.success ? check(parsed.data) : issueFindings(parsed.error.issues)
  if (parsed.success && findings.length === 0) return { judged: parsed.data }
  const problems = findings.map(({ path, at, message, suggestion }): Problem => ({
    ...place(path, at),
    path: path.join('.'),
    message,
    ...(suggestion === null ? {} : { suggestion }),
  }))
  return { problems: problems.toSorted(byPlace).slice(0, PROBLEMS_MAX) }
}

type Place = Pick<Problem, 'file' | 'line' | 'column'>

/** In the file, or in the last setting that changed what stands there. */
function placeIn(
  source: Source,
  applied: readonly AppliedSetting[],
  file: string,
  path: Path,
  at: Finding['at'],
): Place {
  const place = source.locate(path, at)
  const changed = applied.findLast(
    (setting) => startsWith(path, setting.path) || (!place.exact && path.length > 0 && startsWith(setting.path, path)),
  )
  return changed === undefined ? { file, line: place.line, column: place.column } : settingPlace(changed.setting)
}

const settingPlace = ([path, value]: Setting): Place => ({
  file: `--set ${path}=${value}`,
  line: 0,
  column: 0,
})

const startsWith = (path: Path, start: Path): boolean => start.every((part, at) => String(path[at]) === String(part))

const byPlace = (a: Problem, b: Problem): number => a.line - b.line || a.column - b.column
