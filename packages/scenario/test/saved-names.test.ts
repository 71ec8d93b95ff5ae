import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonValue } from '@fourtwelve/protocol'
import { fillText, fillValue, namesUsedBy, placeholdersIn } from '@fourtwelve/scenario'
import { goodScenario } from './read-good-file.ts'

const saved = new Map<string, JsonValue>([
  ['token', 'hvs.abc'],
  ['ttl', 3600],
  ['list', [1, 2]],
])

test('a name in a text becomes its value', () => {
  expect(fillText('a/${token}/${ttl}/$${token}/${', saved)).toBe('a/hvs.abc/3600/${token}/${')
})

test('a text that is one name becomes the value itself', () => {
  expect(fillValue({ a: '${ttl}', b: ['${list}', '-${ttl}-'], c: null }, saved)).toEqual({
    a: 3600,
    b: [[1, 2], '-3600-'],
    c: null,
  })
})

test('a name that nobody saved is a bug that says so', () => {
  expect(() => fillText('${tokn}', saved)).toThrow('nothing is saved as "tokn": save it in an earlier step')
})

test('a request uses the names in all its parts', () => {
  const { steps } = goodScenario(`question: q
values: { a: '1', b: '2', c: '3', d: '4', e: '5', f: '6' }
steps:
  - get: x/\${a}/$\${z}
    node: n0
    query: { q: '\${b}' }
    body: { deep: ['\${c}', '\${a}'] }
    token: d
    index: [e]
    save: { g: auth.client_token }
    expect: { status: 200, error: '\${z}', body: { x: { y: '-\${f}-' }, '\${z}': { exists: true } } }
`)
  const [step] = steps
  if (step?.kind !== 'request') throw new Error('the only step is a request')
  expect(namesUsedBy(step.request).map(({ name, where }) => `${where} ${name}`)).toEqual([
    'path a',
    'query b',
    'body c',
    'body a',
    'token d',
    'index e',
    'expect f',
  ])
})

test('what a value mentions is what has to be saved to fill it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.array(fc.constantFrom('x', 'y', 'z')), (rest, names) => {
      const value = { rest, names: names.map((name) => `a\${${name}}b`) } as unknown as JsonValue
      const mentioned = placeholdersIn(value)
      expect(names.every((name) => mentioned.includes(name))).toBe(true)
      const all = new Map<string, JsonValue>(mentioned.map((name) => [name, 'v']))
      expect(fillValue(value, all)).toMatchObject({ names: names.map(() => 'avb') })
    }),
  )
})
