/** Times and durations. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDuration, micros, milliseconds, parseDuration, seconds, wholeSeconds } from '@fourtwelve/protocol'

const HOUR = 3_600_000_000
const someMicros = fc
  .oneof(
    fc.maxSafeInteger(),
    fc.integer({ min: -2_000_000, max: 2_000_000 }),
    fc.tuple(fc.nat(5000), fc.constantFrom(1, 1000, 1_000_000, 60_000_000, HOUR)).map(([n, unit]) => n * unit),
  )
  .map(micros)

test('every time that is written reads back as itself', () => {
  fc.assert(
    fc.property(someMicros, (time) => {
      expect(parseDuration(formatDuration(time))).toBe(time)
    }),
    { numRuns: 2000 },
  )
})

test.each([
  ['0', 0],
  ['0s', 0],
  ['-0s', 0],
  ['-0', 0],
  ['250ms', 250_000],
  ['1.5s', 1_500_000],
  ['.5s', 500_000],
  ['1.s', 1_000_000],
  ['+3s', 3_000_000],
  ['-5s', -5_000_000],
  ['-1m30s', -90_000_000],
  ['1h30m', 1.5 * HOUR],
  ['768h', 768 * HOUR],
  ['1d', 24 * HOUR],
  ['2h2h', 4 * HOUR],
  ['1ms1us', 1001],
  ['7µs', 7],
  ['1500ns', 2],
  ['-1500ns', -2],
  ['100ns', 0],
  ['-100ns', 0],
  ['100000000ns', 100_000],
])('"%s" is %i microseconds', (text, expected) => {
  expect(parseDuration(text)).toBe(expected)
})

test.each([
  '',
  '-',
  '+',
  's',
  '1',
  '1.5',
  '01',
  '-1',
  '1 s',
  ' 1s',
  '1s ',
  '1S',
  '1x',
  '1s2',
  '--1s',
  '-+1s',
  '.s',
  '.',
  '1..5s',
  '1e3s',
  '١s',
  'Infinitys',
  '2501999793h',
  `${'9'.repeat(400)}h`,
])('"%s" is no duration', (text) => {
  expect(parseDuration(text)).toBeNull()
})

test.each([
  [0, '0s'],
  [1, '1us'],
  [999, '999us'],
  [1000, '1ms'],
  [1500, '1.5ms'],
  [400_000, '400ms'],
  [999_999, '999.999ms'],
  [2_000_000, '2s'],
  [1_500_000, '1.5s'],
  [60_000_000, '1m'],
  [HOUR + 5_000_000, '1h5s'],
  [HOUR + 60_000_001, '1h1m0.000001s'],
  [768 * HOUR, '768h'],
  [-2_500_000, '-2.5s'],
])('%i microseconds are written "%s"', (time, text) => {
  expect(formatDuration(micros(time))).toBe(text)
})

test('a sign turns a duration round and changes nothing else', () => {
  const part = fc.tuple(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constantFrom('ns', 'us', 'ms', 's', 'm', 'h'))
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 3 }), (parts) => {
      const text = parts.map(([value, unit]) => value.toFixed(4) + unit).join('')
      const time = parseDuration(text)
      expect(time).not.toBeNull()
      expect(parseDuration(`+${text}`)).toBe(time)
      expect(parseDuration(`-${text}`)).toBe(0 - Number(time))
    }),
  )
})

test('parsing never throws, and what it reads is a whole number', () => {
  const near = fc.string({ unit: fc.constantFrom(...'0123456789.-+nuµmshd'.split('')), maxLength: 12, size: 'max' })
  let read = 0
  fc.assert(
    fc.property(fc.oneof(near, fc.string({ unit: 'binary', maxLength: 150, size: 'max' })), (text) => {
      const time = parseDuration(text)
      if (time === null) return
      read++
      expect(Number.isSafeInteger(time) && !Object.is(time, -0)).toBe(true)
    }),
    { numRuns: 20_000 },
  )
  expect(read).toBeGreaterThan(20)
})

describe('times', () => {
  test('are whole microseconds, and zero has no sign', () => {
    expect([micros(1.4), milliseconds(1.5), seconds(0.25), micros(-0.4), micros(-0)]).toEqual([1, 1500, 250_000, 0, 0])
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 53, -(2 ** 53)])(
    '%d is none',
    (value) => {
      expect(() => micros(value)).toThrow(/is no time in microseconds/)
    },
  )

  test.each([
    [0, 0],
    [999_999, 0],
    [1_000_000, 1],
    [1_999_999, 1],
  ])('%i microseconds hold %i whole seconds', (time, whole) => {
    expect(wholeSeconds(micros(time))).toBe(whole)
  })
})
