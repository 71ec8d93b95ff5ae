/** Files that are no YAML: what is told of them, where, and that the words are ours. */

import { formatProblem, parseScenario, STARTER_SCENARIO } from '@fourtwelve/scenario'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const told = (text: string): readonly string[] => {
  const read = parseScenario(text, { file: 'f.yaml' })
  return 'problems' in read ? read.problems.map(formatProblem) : []
}

describe('a syntax error', () => {
  test('has its place, what to do, the line, and a caret below the place', () => {
    expect(told('question: why\nsteps:\n  - { node: n1, get: x\n  - { node: n2, get: y }\n')).toEqual([
      [
        'f.yaml:4:3 the { before this is not closed: write } where it ends, and indent all lines in it deeper than its key',
        '      - { node: n2, get: y }',
        '      ^',
      ].join('\n'),
    ])
    expect(told('question: what: now')).toEqual([
      [
        'f.yaml:1:11 a value holds another "key: value": put text with a colon in quotes, or give the inner keys lines of their own, indented, beneath a key without a value',
        '    question: what: now',
        '              ^',
      ].join('\n'),
    ])
  })

  test.each([
    ['question: [a', '1:13', 'the [ before this is not closed: write ]'],
    ['question: { a: 1\n\n\n', '1:17', 'the { before this is not closed: write }'],
    ['question: a: b', '1:11', 'a value holds another "key: value"'],
    ['question: !secret x', '1:11', 'tags (words that begin with !) are not read'],
    ['steps:\n\t- a', '2:1', 'a tab indents this: use spaces'],
    ['question: "why', '1:15', 'text in " has no end: write " where it ends'],
    ["question: 'why\nseed: 1\n", '2:8', "text in ' has no end: write ' where it ends"],
    ["question: 'it's'", '1:15', 'a value has ended before this: put all of it in quotes'],
    ['question: @me', '1:11', 'no value begins with @: put it in quotes'],
    ['question: %a', '1:11', 'no value begins with %: put it in quotes'],
    ['question: "a\\q"', '1:13', '\\q means nothing in double quotes'],
    ['question:why\nseed: 1', '1:1', 'this is no "key: value"'],
    ['seed: 1\n  name: a', '1:7', 'a value holds another "key: value"'],
    ['seed: 1\n- a', '2:1', 'this is no "key: value"'],
    ['steps: - a', '1:8', 'a list stands where a value or a key must'],
    ['steps:\n   - a\n  - b', '3:1', 'the items of this list are not in one column'],
    ['- - a\n  b: 1', '2:1', 'this is not in the column of the lines that it belongs to'],
    ['steps: [a,,b]', '1:11', 'a comma is one too many'],
    ['steps: []]', '1:10', 'nothing is open that ] could close: take it away, or write the ['],
    ['question: >why\n  b', '1:12', 'text after | or > begins on the next line'],
    ['question: "a"#b', '1:14', 'a comment begins right behind something else'],
    ['question: &a &b c', '1:14', 'an anchor (&) or an alias (*) cannot stand so'],
    ['%FOO\n---\nseed: 1', '1:1', 'a line that begins with % is not read'],
    [`${'x'.repeat(1100)}: 1`, '1:1', 'a key is longer than 1024 letters'],
  ])('%j', (text, place, words) => {
    const [first = ''] = told(text)
    expect(first).toContain(`f.yaml:${place} ${words}`)
    const [line = '', shown = '', caret = ''] = first.split('\n')
    const [at, column] = place.split(':').map(Number)
    expect(line).toContain(words)
    expect(shown.trim()).toBe((text.split('\n')[(at ?? 0) - 1] ?? '').trim().slice(0, 100))
    expect(caret).toBe(`${' '.repeat(4 + (column ?? 0) - 1)}^`)
  })

  test('far along a line shows what is around it', () => {
    const [first = ''] = told(`question: "${'a'.repeat(200)}" b ${'c'.repeat(200)}`)
    const [, shown = '', caret = ''] = first.split('\n')
    expect(shown.length).toBeLessThanOrEqual(104)
    expect(shown.at(caret.indexOf('^'))).toBe('b')
  })

  test('sends nothing to a terminal but letters', () => {
    expect(told('question: "\u001b[31m" b')[0]?.split('\n').slice(1)).toEqual([
      '    question: " [31m" b',
      '                      ^',
    ])
  })
})

test('a file that is cut off or has letters exchanged is never told in words of the parser', () => {
  const edit = fc.record({
    at: fc.nat(STARTER_SCENARIO.length),
    by: fc.constantFrom('\n', ': ', '{ ', ' ]', '"', "'", '\t', '\n\t', '- ', '@', '&a ', '!x ', '|', '#', ','),
  })
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), fc.nat(STARTER_SCENARIO.length), (edits, end) => {
      const text = edits.reduce((now, { at, by }) => now.slice(0, at) + by + now.slice(at), STARTER_SCENARIO)
      for (const line of told(text.slice(0, end))) {
        expect(line).not.toMatch(/this cannot be read|Unexpected|Implicit|must be sufficiently|not allowed in/)
      }
    }),
    { numRuns: 300 },
  )
})
