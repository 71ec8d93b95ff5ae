import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDuration, micros } from '@fourtwelve/protocol'
import {
  keepsLimit,
  METRIC_NAMES,
  METRICS,
  parseMetricReference,
  parseThreshold,
  parseWitness,
  type Comparator,
} from '@fourtwelve/scenario'

const comparators: readonly Comparator[] = ['<', '<=', '>', '>=', '==', '!=']
const space = fc.constantFrom('', ' ', '  ')
const names = METRIC_NAMES.filter((name) => ['counter', 'rate'].includes(METRICS[name as keyof typeof METRICS].kind))

test('a witness reads back what was written, whatever the spaces', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.constantFrom(...comparators),
      fc.nat(),
      space,
      space,
      (name, comparator, limit, before, after) => {
        const witness = parseWitness(`${before}${name}${before}${comparator}${after}${limit}${after}`)
        expect(witness).toMatchObject({ metric: { name, client: null }, comparator, limit })
      },
    ),
  )
})

test('a threshold on a time reads back what was written', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000_000_000 }), fc.constantFrom(...comparators), (time, comparator) => {
      const text = `p(99)${comparator}${formatDuration(micros(time))}`
      expect(parseThreshold('latency{client:ci-1}', text)).toMatchObject({
        metric: { name: 'latency', client: 'ci-1' },
        aggregate: { kind: 'percentile', percent: 99 },
        comparator,
        limit: time,
      })
    }),
  )
})

test('reading an expression never throws', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      parseMetricReference(a)
      parseWitness(a)
      parseThreshold('latency', a)
      parseThreshold(a, b)
    }),
    { numRuns: 1000 },
  )
})

describe('what a metric can be asked', () => {
  test.each([
    ['requests', 'count>=1', true],
    ['requests', 'rate<0.5', false],
    ['http_412', 'rate<0.05', true],
    ['http_412', 'count==0', true],
    ['http_412', 'max<3', false],
    ['latency', 'max<3', false],
    ['latency', 'max<3s', true],
    ['latency', 'avg<3ms', true],
    ['latency', 'p(50)<3ms', true],
    ['latency', 'p(100.5)<3ms', false],
    ['latency', 'count<3', false],
    ['unavailable', 'max<3s', true],
    ['unavailable', 'max<3', false],
    ['unavailable', 'avg<3s', false],
    ['elections', 'count==1', true],
    ['http_412{client:}', 'rate<0.05', false],
    ['http_412{server:x}', 'rate<0.05', false],
    ['http_412', 'rate<', false],
    ['http_412', 'rate<Infinity', false],
    ['http_412', 'rate=<0.1', false],
  ])('%s: %s', (metric, condition, isGood) => {
    expect('refused' in parseThreshold(metric, condition)).toBe(!isGood)
  })
})

test('every metric has a sentence, and a share only when it says of what', () => {
  for (const name of METRIC_NAMES) {
    const metric = METRICS[name as keyof typeof METRICS]
    expect(metric.sentence).toMatch(/^[A-Z].*\.$/)
    expect(metric.kind === 'rate').toBe(metric.of !== null)
    expect('refused' in parseThreshold(name, 'rate<0.5')).toBe(metric.kind !== 'rate')
  }
})

test.each<[Comparator, boolean, boolean, boolean]>([
  ['<', true, false, false],
  ['<=', true, true, false],
  ['>', false, false, true],
  ['>=', false, true, true],
  ['==', false, true, false],
  ['!=', true, false, true],
])('%s holds below %j, at %j and above %j its limit', (comparator, below, at, above) => {
  expect([1, 2, 3].map((value) => keepsLimit(value, comparator, 2))).toEqual([below, at, above])
})
