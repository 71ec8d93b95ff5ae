import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { isJsonObject, type JsonObject, type JsonValue } from '@fourtwelve/protocol'
import { parseScenario, scenarioJsonSchema, STARTER_SCENARIO } from '@fourtwelve/scenario'
import { obeys } from './draft-7.ts'

const schema = scenarioJsonSchema()
/** The starter with the blocks that are commented out, so that every part of the schema has something to judge. */
const starter: JsonObject = parse(STARTER_SCENARIO.replaceAll(/^#(clients:|faults:| {2,}\S)/gm, '$1'))
/** With every word of a fault, as a row and as a step. */
const whole: JsonObject = {
  ...starter,
  ...parse(`
faults:
  - { at: 3s, for: 2s, do: lag, target: n0->n2, add: 1s }
  - { at: 3s, for: 2s, do: spike, target: random->active, add: 1s }
  - { at: 3s, do: cut, target: random, one_way: true }
  - { at: 3s, do: kill, target: active, loses: nothing }
  - { at: 3s, do: forwarding, target: n1, delay: 1s, fails: true }
  - { at: 3s, do: clock-skew, target: standby, by: -5s }
  - { at: 3s, do: shipper-buffer, target: n0, entries: 5 }
  - { at: 3s, do: step-down }
  - { at: 3s, do: promote }
  - { every: 3s, from: 1s, until: 9s, for: { min: 1s, max: 2s }, do: [pause, slow-disk], target: random, by: 1ms, minority: false }
steps:
  - { get: sys/health, node: active, expect: 200 }
  - { wait_until: leader, node: n0 }
  - { lag: 1s, link: active->n1, for: 1s }
  - { spike: n0->n1, add: 1s, for: 1s }
  - { cut: n0->n1, one_way: true }
  - { kill: random, loses: unflushed }
  - { slow_disk: { node: n1, by: 20ms }, for: 1s }
  - { forwarding: { node: n1, fails: true } }
  - { shipper_buffer: { node: n1, entries: 4 } }
  - { step_down: active }
  - { restore: true }
`),
}

test('the schema is draft 7 and says what every key is for', () => {
  expect(schema['$schema']).toBe('http://json-schema.org/draft-07/schema#')
  const properties = Object.entries(schema['properties'] as JsonObject)
  expect(properties.length).toBeGreaterThan(15)
  for (const [key, inner] of properties) {
    expect([key, isJsonObject(inner) && typeof inner['description']]).toEqual([key, 'string'])
  }
})

test('the starter obeys it, with and without what is commented out', () => {
  expect(obeys(schema, parse(STARTER_SCENARIO))).toBe(true)
  expect(obeys(schema, whole)).toBe(true)
})

describe('the schema refuses', () => {
  const step = { get: 'x', node: 'n0' }
  test.each<[string, JsonObject]>([
    ['an unknown key', { nodez: 1 }],
    ['a step without a verb', { steps: [{ node: 'n0' }] }],
    ['a step with two verbs', { steps: [{ ...step, put: 'y' }] }],
    ['a step without a node', { steps: [{ get: 'x' }] }],
    ['a bare number as a time', { lag: 5 }],
    ['a time without a unit', { cooldown: '5' }],
    ['a client without an arrival', { clients: [{ name: 'a', sessions: 1, flow: [{ get: 'x' }] }] }],
    ['a link from a standby', { lag: { links: { 'n1->n0': '1s' } } }],
    ['a word that no switch has', { server: { switches: { bad_index: 413 } } }],
    ['a lag without its parts', { lag: { dist: 'lognormal', median: '1s' } }],
    ['a fault without a target', { faults: [{ at: '1s', do: 'hold' }] }],
    ['a fault on a node that is told a link', { faults: [{ at: '1s', do: 'kill', target: 'n0->n1' }] }],
    ['a fault on a link that is told a node', { faults: [{ at: '1s', do: 'cut', target: 'n1' }] }],
    ['a list of faults that does not say how often', { faults: [{ at: '1s', do: ['kill'], for: '1s' }] }],
    ['a repeated fault that only ends another', { faults: [{ every: '1s', do: ['heal'], for: '1s' }] }],
    ['a promotion of a node', { steps: [{ promote: 'n0' }] }],
    ['a role that no request can go to', { steps: [{ get: 'x', node: 'random' }] }],
  ])('%s', (_, changed) => {
    expect(obeys(schema, { ...whole, ...changed })).toBe(false)
  })

  test('a file without a question', () => {
    const { question: _, ...rest } = whole
    expect(obeys(schema, rest)).toBe(false)
  })
})

test('words that the caller knows are offered, and no others', () => {
  const known = scenarioJsonSchema({ mitigations: ['none', 'go'], laws: ['monotonic-reads'] })
  const client = { name: 'a', sessions: 1, arrival: 'once', flow: [{ get: 'x' }] }
  const withWord = (mitigation: string): JsonObject => ({ ...whole, clients: [{ ...client, mitigation }] })
  expect([obeys(known, withWord('go')), obeys(known, withWord('og'))]).toEqual([true, false])
})

describe('whatever the parser accepts', () => {
  const words = fc.constantFrom<JsonValue>(
    '5s', '0', '.5ms', '1h30m', 0, 1, 412, 'raft', 'n0', 'n1', 'n0->n1', '5/s', 'once', 'new_token', ['new_token'], '',
    true, 'fresh', 'root', 'active', 'random', 'standby->n1', 'kill', '-5s', ['pause', 'cut'], { node: 'n1', by: '1s' }, { rate: '1/h' }, { closed: true }, { dist: 'uniform', min: 0, max: '1s' }, ['index'], { exists: true },
    { status: [200, 412] }, 'header', 'x',
  ) // prettier-ignore

  test('the schema accepts too', () => {
    const places = placesIn(whole)
    let accepted = 0
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.option(words, { nil: undefined }), (place, word) => {
        const changed = changedAt(whole, place, word)
        if ('problems' in parseScenario(JSON.stringify(changed), { file: 'f.json' })) return
        accepted += 1
        expect(obeys(schema, changed)).toBe(true)
      }),
      { numRuns: 600 },
    )
    expect(accepted).toBeGreaterThan(30)
  })
})

/** The path of every value inside a value. */
function placesIn(value: JsonValue | undefined): (string | number)[][] {
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const part = Array.isArray(value) ? Number(key) : key
    return [[part], ...placesIn(inner).map((rest) => [part, ...rest])]
  })
}

/** The value with something else at a place, or with nothing there. */
function changedAt(
  value: JsonValue | undefined,
  place: readonly (string | number)[],
  by: JsonValue | undefined,
): JsonValue {
  const [first, ...rest] = place
  const inner = (old: JsonValue | undefined): JsonValue | undefined =>
    rest.length === 0 ? by : changedAt(old, rest, by)
  const rows = Object.entries(value ?? {}).flatMap(([key, old]): [string, JsonValue][] => {
    const now = key === String(first) ? inner(old as JsonValue) : (old as JsonValue)
    return now === undefined ? [] : [[key, now]]
  })
  return Array.isArray(value) ? rows.map(([, now]) => now) : Object.fromEntries(rows)
}
