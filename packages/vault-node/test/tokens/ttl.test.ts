import { DEFAULT_SERVER_CONFIG, seconds, type Micros } from '@fourtwelve/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calculateTtl, limitsOf, shortDuration, type TtlWish } from '../../dist/tokens/ttl.js'

const LIMITS = { defaultTtl: 3600, maxTtl: 7200 }
const START = seconds(1_700_000_000)
const later = (length: number): Micros => seconds(1_700_000_000 + length)

const wish = (given: Partial<TtlWish>): TtlWish => ({
  increment: 0,
  backendTtl: 0,
  backendMaxTtl: 0,
  explicitMaxTtl: 0,
  period: 0,
  issueTime: START,
  now: START,
  ...given,
})

describe('calculateTtl', () => {
  it.each([
    ['the default of the mount when nothing is asked', {}, 3600],
    ['what the backend says before the default', { backendTtl: 60 }, 60],
    ['what is asked before the backend', { backendTtl: 60, increment: 90 }, 90],
    ['the period, whatever is asked', { period: 600, increment: 9000 }, 600],
  ])('takes %s', (_, given, ttl) => {
    expect(calculateTtl(LIMITS, wish(given))).toEqual({ kind: 'granted', ttl, warnings: [] })
  })

  it.each([
    ['the mount', {}, 7200, '2h'],
    ['the backend', { backendMaxTtl: 1800 }, 1800, '30m'],
    ['the explicit maximum', { explicitMaxTtl: 1205 }, 1205, '20m5s'],
  ])('caps at %s and says so', (_, given, ttl, text) => {
    expect(calculateTtl(LIMITS, wish({ increment: 360_000, ...given }))).toEqual({
      kind: 'granted',
      ttl,
      warnings: [`TTL of "100h" exceeded the effective max_ttl of "${text}"; TTL value is capped accordingly`],
    })
  })

  it('caps a period at the maximum and says so in its own words', () => {
    expect(calculateTtl(LIMITS, wish({ period: 360_000 }))).toEqual({
      kind: 'granted',
      ttl: 7200,
      warnings: ['period of "100h" exceeded the effective max_ttl of "2h"; period value is capped accordingly'],
    })
  })

  it('caps a renewal at what is left since the issue', () => {
    expect(calculateTtl(LIMITS, wish({ increment: 7200, now: later(3602) }))).toEqual({
      kind: 'granted',
      ttl: 3598,
      warnings: ['TTL of "2h" exceeded the effective max_ttl of "59m58s"; TTL value is capped accordingly'],
    })
  })

  it('refuses when nothing is left', () => {
    expect(calculateTtl(LIMITS, wish({ now: later(7200) }))).toEqual({ kind: 'past-max' })
    expect(calculateTtl(LIMITS, wish({ period: 60, explicitMaxTtl: 100, now: later(100) }))).toEqual({
      kind: 'past-max',
    })
  })

  it('renews a periodic token for ever when it has no explicit maximum', () => {
    expect(calculateTtl(LIMITS, wish({ period: 60, now: later(1_000_000) }))).toMatchObject({ ttl: 60 })
  })

  it('never lets a token outlive issue plus maximum, and grants at least a second', () => {
    const length = fc.integer({ min: 0, max: 20_000 })
    fc.assert(
      fc.property(
        length,
        length,
        length,
        length,
        length,
        (increment, backendTtl, backendMaxTtl, explicitMaxTtl, since) => {
          const grant = calculateTtl(
            LIMITS,
            wish({ increment, backendTtl, backendMaxTtl, explicitMaxTtl, now: later(since) }),
          )
          const max = Math.min(...[7200, backendMaxTtl, explicitMaxTtl].filter((limit) => limit > 0))
          if (grant.kind === 'past-max') return since >= max
          return grant.ttl >= 1 && since + grant.ttl <= max
        },
      ),
    )
  })
})

describe('limitsOf', () => {
  const MOUNT = {
    path: 'auth/token/',
    type: 'token',
    accessor: '',
    uuid: '',
    description: '',
    options: null,
    defaultLeaseTtl: 0,
    maxLeaseTtl: 60,
    local: false,
    tokenType: 'default-service',
  } as const

  it("takes the mount's own values and the system's for the rest", () => {
    expect(limitsOf(DEFAULT_SERVER_CONFIG, MOUNT)).toEqual({ defaultTtl: 2_764_800, maxTtl: 60 })
    expect(limitsOf(DEFAULT_SERVER_CONFIG, null)).toEqual({ defaultTtl: 2_764_800, maxTtl: 2_764_800 })
  })
})

describe('shortDuration', () => {
  it.each([
    [1800, '30m'],
    [2_764_800, '768h'],
    [3605, '1h5s'],
    [59, '59s'],
    [0, '0s'],
  ])('prints %d s as %s', (length, text) => {
    expect(shortDuration(length)).toBe(text)
  })
})
