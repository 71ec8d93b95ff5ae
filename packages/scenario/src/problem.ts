/**
 * What is wrong with a scenario file, and where.
 * Always holds: `message` goes on from `path` as one sentence ("topology.standbys" "must be at most 15, not 99").
 */

export interface Problem {
  /** The file, or `--set a.b=c` when the value came from there. */
  readonly file: string
  /** From 1; 0 when the problem has no place in the file. */
  readonly line: number
  /** From 1, in UTF-16 units; 0 when the problem has no place in the file. */
  readonly column: number
  /** Dotted, as `--set` writes it; empty for the whole file. */
  readonly path: string
  readonly message: string
  readonly suggestion?: string
  /** What the place looks like, on lines of its own: the line of the file and a caret below it. */
  readonly excerpt?: string
}

/** A problem before it has a place. */
export interface Finding {
  readonly path: Path
  readonly message: string
  readonly suggestion: string | null
  /** Whether it is the key that is wrong, and not its value. */
  readonly at: 'key' | 'value'
}

/** Keys and positions, from the top of the file. */
export type Path = readonly (string | number)[]

/** Where the value at a path stands, as a message about it opens: `file:line:column`, or the setting that it came from. */
export type PlaceOf = (path: Path) => string

export const formatPlace = ({ file, line, column }: Pick<Problem, 'file' | 'line' | 'column'>): string =>
  line === 0 ? `${file}:` : `${file}:${line}:${column}`

/** One line: `file:line:column path message (did you mean "x"?)`; below it what the place looks like, where the problem shows it. */
export function formatProblem(problem: Problem): string {
  const place = formatPlace(problem)
  const path = problem.path === '' ? '' : `${problem.path} `
  const suggestion = problem.suggestion === undefined ? '' : ` (did you mean "${problem.suggestion}"?)`
  const excerpt = problem.excerpt === undefined ? '' : `\n${problem.excerpt}`
  return `${place} ${path}${problem.message}${suggestion}${excerpt}`
}
