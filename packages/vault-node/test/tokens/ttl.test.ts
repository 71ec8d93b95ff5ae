import {
  DEFAULT_SERVER_CONFIG,
  micros,
  MICROS_PER_SECOND,
  seconds,
  wholeSeconds,
  type Micros,
} from '@fourtwelve/protocol'
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

  describe('for any lengths, limits and times', () => {
    /** Zero, "not given", often. */
    const length = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20_000 }))
    const wishes = fc
      .record({
        increment: length,
        backendTtl: length,
        backendMaxTtl: length,
        explicitMaxTtl: length,
        period: length,
        // Microseconds: clocks do not stand at whole seconds.
        issueTime: fc.nat(3_000_000),
        age: fc.oneof(fc.constant(0), fc.nat(25_000_000_000)),
      })
      .map(({ age, issueTime, ...lengths }) => {
        const issued = micros(START + issueTime)
        return wish({ ...lengths, issueTime: issued, now: micros(issued + age) })
      })
    const limits = fc
      .tuple(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 20_000 }))
      .map(([defaultTtl, maxTtl]) => ({ defaultTtl, maxTtl }))
    const ageOf = ({ issueTime, now }: TtlWish): number => wholeSeconds(now) - wholeSeconds(issueTime)
    const least = (...bounds: readonly number[]): number => Math.min(...bounds.filter((bound) => bound > 0))
    const RUNS = { numRuns: 2_000 }

    it('grants what is asked for, bound by the shortest maximum: the rule of vault-http-api 2.4, written down again', () => {
      fc.assert(
        fc.property(limits, wishes, (given, asked) => {
          const max = least(given.maxTtl, asked.backendMaxTtl, asked.explicitMaxTtl)
          const isPeriodic = asked.period > 0
          // What bounds the life of a periodic token is its explicit maximum alone.
          const life = isPeriodic ? asked.explicitMaxTtl || Number.POSITIVE_INFINITY : max
          const left = life - ageOf(asked)
          const wanted = isPeriodic
            ? Math.min(asked.period, max)
            : asked.increment || asked.backendTtl || given.defaultTtl
          const grant = calculateTtl(given, asked)
          expect(grant).toMatchObject(
            left <= 0 ? { kind: 'past-max' } : { kind: 'granted', ttl: Math.min(wanted, left) },
          )
        }),
        RUNS,
      )
    })

    it('says so when it gives less than was asked for, and only then', () => {
      fc.assert(
        fc.property(limits, wishes, (given, asked) => {
          const grant = calculateTtl(given, asked)
          if (grant.kind === 'past-max') return
          const wanted = asked.period || asked.increment || asked.backendTtl || given.defaultTtl
          expect(grant.warnings.length > 0).toBe(grant.ttl < wanted)
        }),
        RUNS,
      )
    })

    it('never lets a token outlive issue plus maximum, and grants whole seconds, one at least', () => {
      fc.assert(
        fc.property(limits, wishes, (given, asked) => {
          const grant = calculateTtl(given, asked)
          const isEndless = asked.period > 0 && asked.explicitMaxTtl === 0
          const max =
            asked.period > 0 ? asked.explicitMaxTtl : least(given.maxTtl, asked.backendMaxTtl, asked.explicitMaxTtl)
          if (grant.kind === 'past-max') {
            expect([isEndless, ageOf(asked) >= max]).toEqual([false, true])
            return
          }
          expect(Number.isInteger(grant.ttl) && grant.ttl >= 1).toBe(true)
          if (!isEndless) expect(ageOf(asked) + grant.ttl).toBeLessThanOrEqual(max)
        }),
        RUNS,
      )
    })

    it('never gives less to who asks for more, nor a later end to a stricter maximum', () => {
      fc.assert(
        fc.property(limits, wishes, fc.integer({ min: 1, max: 9_999 }), (given, asked, more) => {
          const ttlOf = (one: TtlWish): number => {
            const grant = calculateTtl(given, one)
            return grant.kind === 'granted' ? grant.ttl : 0
          }
          if (asked.increment > 0)
            expect(ttlOf({ ...asked, increment: asked.increment + more })).toBeGreaterThanOrEqual(ttlOf(asked))
          if (asked.explicitMaxTtl > 0)
            expect(ttlOf({ ...asked, explicitMaxTtl: asked.explicitMaxTtl + more })).toBeGreaterThanOrEqual(
              ttlOf(asked),
            )
        }),
        RUNS,
      )
    })

    it('leaves a token that is renewed over and over with its end, never behind it', () => {
      const renewals = fc.array(fc.record({ after: fc.nat(5_000), increment: length }), { maxLength: 12 })
      fc.assert(
        fc.property(limits, wishes, renewals, (given, asked, times) => {
          const { issueTime, explicitMaxTtl, period } = asked
          let now: number = issueTime
          for (const { after, increment } of times) {
            now += after * MICROS_PER_SECOND
            const grant = calculateTtl(given, { ...asked, increment, now: micros(now) })
            if (grant.kind === 'past-max') continue
            const end = wholeSeconds(micros(now)) + grant.ttl
            const bound = period > 0 ? explicitMaxTtl : given.maxTtl
            if (bound > 0) expect(end).toBeLessThanOrEqual(wholeSeconds(issueTime) + bound)
          }
        }),
      )
    })
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
