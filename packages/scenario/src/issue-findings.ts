/**
 * From what zod says to what a person wants to read: every issue becomes findings, one a mistake.
 * Always holds: no message shows zod's own words for a kind of issue that the scenario schema can raise.
 */

import type { z } from 'zod'
import { nearestWord } from './nearest-word.ts'
import type { Finding, Path } from './problem.ts'
import { knownKeys } from './section.ts'

/** What a schema found. The schema must have been run with `reportInput`. */
export function issueFindings(issues: readonly z.core.$ZodIssue[]): Finding[] {
  return issues.flatMap((issue): Finding[] => {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key, issue.message))
    if (issue.code === 'invalid_key') return [{ path, at: 'key', ...keyText(issue) }]
    const at = issue.code === 'custom' && issue.params?.['at'] === 'key' ? 'key' : 'value'
    return [{ path, at, message: issueText(issue), suggestion: issueSuggestion(issue) }]
  })
}

function unknownKey(path: Path, key: string, message: string): Finding {
  const known = knownKeys(message)
  const suggestion = nearestWord(key, known)
  const list = suggestion === null ? `: known here are ${known.join(', ')}` : ''
  return { path: [...path, key], at: 'key', message: `is no known key${list}`, suggestion }
}

/** A key of a free mapping that its schema refuses, for example a link between nodes that do not exist. */
function keyText(issue: z.core.$ZodIssueInvalidKey): { message: string; suggestion: string | null } {
  const [inner] = issue.issues
  if (inner === undefined) return { message: 'is no key that can stand here', suggestion: null }
  return { message: issueText(inner), suggestion: issueSuggestion(inner) }
}

function issueText(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.expected === 'never') return issue.message
      if (issue.input === undefined) return 'is missing'
      return `must be ${NOUNS[issue.expected] ?? issue.expected}, not ${shown(issue.input)}${quotes(issue)}`
    case 'invalid_value':
      if (issue.input === undefined) return 'is missing'
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}, not ${shown(issue.input)}`
    case 'too_big':
      return `must be at most ${limit(issue.origin, issue.maximum)}, not ${measured(issue.input)}`
    case 'too_small':
      if (issue.origin !== 'number' && Number(issue.minimum) === 1) return 'must not be empty'
      return `must be ${issue.inclusive === false ? 'above' : 'at least'} ${limit(issue.origin, issue.minimum)}, not ${measured(issue.input)}`
    case 'custom':
    case 'invalid_format':
    case 'not_multiple_of':
    case 'unrecognized_keys':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
      return issue.message
  }
}

function issueSuggestion(issue: z.core.$ZodIssue): string | null {
  if (issue.code === 'custom') {
    const suggestion: unknown = issue.params?.['suggestion']
    return typeof suggestion === 'string' ? suggestion : null
  }
  if (issue.code !== 'invalid_value' || typeof issue.input !== 'string') return null
  return nearestWord(issue.input, issue.values.map(String))
}

/** A number where a text should be was mostly meant as text: `version: 1.18`. */
const quotes = (issue: z.core.$ZodIssueInvalidType): string =>
  issue.expected === 'string' && ['number', 'boolean'].includes(typeof issue.input) ? ': put it in quotes' : ''

const NOUNS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
}

const LONGEST_SHOWN = 40

/** A value as a message names it. */
function shown(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') {
    return `the text ${JSON.stringify(value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}...` : value)}`
  }
  if (typeof value === 'number') return `the number ${value}`
  return typeof value === 'boolean' ? String(value) : 'a mapping'
}

const limit = (origin: string, value: number | bigint): string =>
  `${value}${origin === 'string' ? ' letters long' : origin === 'array' ? ' items long' : ''}`

const measured = (value: unknown): string =>
  typeof value === 'string' || Array.isArray(value) ? String(value.length) : String(value)
