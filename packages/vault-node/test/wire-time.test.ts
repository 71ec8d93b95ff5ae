import fc from 'fast-check'
import { micros, type Micros } from '@fourtwelve/protocol'
import { describe, expect, it } from 'vitest'
import { rfc3339Nano, unixSeconds } from '../dist/wire-time.js'

const at = (iso: string, extraMicros = 0): Micros => micros(Date.parse(iso) * 1000 + extraMicros)

describe('times on the wire', () => {
  it.each([
    [at('2026-11-21T20:40:41Z', 123_456), '2026-11-21T20:40:41.123456Z'],
    [at('2026-11-21T20:40:41Z', 123_400), '2026-11-21T20:40:41.1234Z'],
    [at('2026-11-21T20:40:41Z', 7), '2026-11-21T20:40:41.000007Z'],
    [at('2026-11-21T20:40:41Z'), '2026-11-21T20:40:41Z'],
    [at('1970-01-01T00:00:00Z'), '1970-01-01T00:00:00Z'],
    [at('2028-02-29T23:59:59Z', 999_999), '2028-02-29T23:59:59.999999Z'],
  ])('writes %i as Go does: %s', (time, text) => {
    expect(rfc3339Nano(time)).toBe(text)
  })

  it('keeps every microsecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000_000 }), (time) => {
        const [seconds = '', fraction = ''] = rfc3339Nano(micros(time)).replace('Z', '').split('.')
        expect(fraction.endsWith('0')).toBe(false)
        expect(Date.parse(`${seconds}Z`) * 1000 + Number(fraction.padEnd(6, '0'))).toBe(time)
      }),
    )
  })

  it('rounds unix seconds down', () => {
    expect(unixSeconds(at('1970-01-01T00:00:09Z', 999_999))).toBe(9)
  })
})
