import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatProblem, parseScenario, STARTER_SCENARIO } from '@fourtwelve/scenario'
import { DEPTH_MAX, readYaml, TEXT_LENGTH_MAX } from '../dist/yaml-source.js'

/** A text is either a scenario or has problems, each with a place inside the text and a sentence. */
function judge(text: string, file = 'f.yaml'): number {
  const parsed = parseScenario(text, { file })
  if ('scenario' in parsed) return 0
  expect(parsed.problems.length).toBeGreaterThan(0)
  const lines = text.split(/\n/)
  for (const problem of parsed.problems) {
    expect(problem.message).not.toBe('')
    expect(problem.line).toBeGreaterThanOrEqual(1)
    expect(problem.column).toBeGreaterThanOrEqual(1)
    expect(problem.line).toBeLessThanOrEqual(lines.length)
    expect(problem.column).toBeLessThanOrEqual((lines[problem.line - 1]?.length ?? 0) + 1)
    expect(formatProblem(problem)).toContain(`${file}:${problem.line}:${problem.column} `)
  }
  return parsed.problems.length
}

describe('no text makes the parser throw', () => {
  test('whatever its letters are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => void judge(text)),
      { numRuns: 200 },
    )
  })

  test('when it is made of what YAML is made of', () => {
    const pieces = fc.constantFrom('a', '1', '.nan', ': ', ':', '- ', '\n', '\n  ', '[', ']', '{', '}', ', ', '&a ', '*a', '!!set ', '? ', '"', "'", '|\n', '#', '<<', '---\n', '%YAML 1.1\n', '\t', 'steps', 'lag') // prettier-ignore
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => void judge(parts.join(''))),
      { numRuns: 300 },
    )
  })

  test('when a good file loses, gains or exchanges a few letters', () => {
    const edit = fc.record({
      at: fc.nat(STARTER_SCENARIO.length),
      cut: fc.nat(12),
      by: fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom('\n', ': ', '{ ', '[', ' n1', '${x}', 'n0->n1', '5s')),
    })
    const edits = fc.array(edit, { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(edits, (list) => {
        const text = list.reduce(
          (now, { at, cut, by }) => now.slice(0, at) + by + now.slice(at + cut),
          STARTER_SCENARIO,
        )
        judge(text)
      }),
      { numRuns: 150 },
    )
  })

  test('when values of any shape stand under the keys of a scenario', () => {
    const keys = ['version', 'name', 'question', 'topology', 'lag', 'network', 'disk', 'server', 'given', 'steps', 'clients', 'faults', 'expect', 'duration'] // prettier-ignore
    const inner = fc.constantFrom('dist', 'links', 'default', 'get', 'node', 'wait', 'lag', 'thresholds', 'users', 'rate', 'standbys', 'name', 'flow') // prettier-ignore
    const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.dictionary(inner, fc.jsonValue({ maxDepth: 2 })))
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...keys), fc.oneof(value, fc.array(value, { maxLength: 3 }))),
        (file) => {
          judge(JSON.stringify(file))
        },
      ),
      { numRuns: 150 },
    )
  })
})

describe('what a text can cost is bounded', () => {
  const only = (text: string): string | undefined => {
    const read = readYaml(text)
    return 'problems' in read ? read.problems[0]?.message : undefined
  }

  test('by its length', () => {
    expect(only('x'.repeat(TEXT_LENGTH_MAX + 1))).toContain('is too long')
  })

  test.each([
    ['flow lists', '['.repeat(30_000)],
    ['block lists', '- '.repeat(30_000)],
    ['mappings', '{a: '.repeat(20_000)],
    ['keys', '? '.repeat(30_000)],
    ['lists just too deep', '['.repeat(DEPTH_MAX + 2) + ']'.repeat(DEPTH_MAX + 2)],
  ])('by the depth of its %s', (_, text) => {
    expect(only(text)).toBe('is nested deeper than 64 levels')
  })

  test('and depth up to the bound is read', () => {
    expect(only('['.repeat(DEPTH_MAX + 1) + ']'.repeat(DEPTH_MAX + 1))).toBeUndefined()
  })

  test('by what its aliases multiply to', () => {
    const rows = Array.from({ length: 12 }, (_, at) => `a${at}: &a${at} [${`*a${at - 1}, `.repeat(at === 0 ? 0 : 9)}1]`)
    expect(only(rows.join('\n'))).toContain('holds more than 100000 values')
  })

  test('by an alias of what it stands in', () => {
    expect(only('a: &a [*a]')).toContain('is nested deeper than 64 levels')
  })
})

test('a value is found by its path, through aliases too', () => {
  const read = readYaml('a: &x\n  b: [1, { c: 2 }]\nd: *x\n')
  if ('problems' in read) throw new Error('the text is good')
  expect(read.value).toEqual({ a: { b: [1, { c: 2 }] }, d: { b: [1, { c: 2 }] } })
  expect(read.locate(['a', 'b', 1, 'c'], 'value')).toEqual({ line: 2, column: 15, exact: true })
  expect(read.locate(['a', 'b', 1, 'c'], 'key')).toEqual({ line: 2, column: 12, exact: true })
  expect(read.locate(['d', 'b', 0], 'value')).toEqual({ line: 2, column: 7, exact: true })
  expect(read.locate(['a', 'b', 7, 'c'], 'value')).toEqual({ line: 2, column: 6, exact: false })
})
