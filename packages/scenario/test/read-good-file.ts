/** For tests: a scenario that must parse, and the lines of the problems of one that must not. */

import { formatProblem, parseScenario, type ParseOptions, type Scenario } from '@fourtwelve/scenario'

export function goodScenario(text: string, options: Partial<ParseOptions> = {}): Scenario {
  const parsed = parseScenario(text, { file: 'f.yaml', ...options })
  if ('problems' in parsed) throw new Error(`the file has problems:\n${parsed.problems.map(formatProblem).join('\n')}`)
  return parsed.scenario
}

export function problemLines(text: string, options: Partial<ParseOptions> = {}): string[] {
  const parsed = parseScenario(text, { file: 'f.yaml', ...options })
  return 'problems' in parsed ? parsed.problems.map(formatProblem) : []
}

/** The least that is a scenario. Five lines, so that what is added begins in line 6. */
export const LEAST = `question: q
steps:
  - get: sys/health
    node: n0
    expect: 200
`
