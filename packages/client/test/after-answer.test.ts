import { CLIENT_PRESETS, decide, NO_TIMEOUT, timeLeft, type ClientPolicy, type RetryPolicy } from '@fourtwelve/client'
import { micros, milliseconds, nodeId, seconds, type Micros } from '@fourtwelve/protocol'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ALMOST_ONE, oneCall, staleUntil } from './one-call.ts'

const GO = CLIENT_PRESETS.go
const START = micros(0)
const NEVER = seconds(1e6)
const anyUnit: fc.Arbitrary<number> = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

/** A policy of the Go client with another number of retries, as VAULT_MAX_RETRIES sets it. */
const goWith = (max: number): ClientPolicy => ({
  ...GO,
  retry: {
    kind: 'linear-jitter',
    statuses: [412],
    retryServerErrors: true,
    max,
    minWait: seconds(1),
    maxWait: milliseconds(1500),
  },
})

describe('decide with the Go client of DefaultConfig', () => {
  it('tries at 0, 1.0 and 3.0 s when every draw is the least', () => {
    const call = oneCall(GO, staleUntil(NEVER), () => 0)
    expect(call).toEqual({ attempts: [START, seconds(1), seconds(3)], outcome: 412, ended: seconds(3) })
  })

  it('tries at 0, 1.5 and 4.5 s when every draw is the greatest', () => {
    const call = oneCall(GO, staleUntil(NEVER), () => ALMOST_ONE)
    expect(call).toEqual({
      attempts: [START, milliseconds(1500), milliseconds(4500)],
      outcome: 412,
      ended: milliseconds(4500),
    })
  })

  it('survives every lag of up to 3.0 s and none above 4.5 s', () => {
    const anyLag = fc.integer({ min: 0, max: 6_000_000 }).map(micros)
    fc.assert(
      fc.property(anyLag, fc.tuple(anyUnit, anyUnit), (lag, units) => {
        const call = oneCall(GO, staleUntil(lag), (attempt) => units[attempt - 1] ?? 0)
        if (lag <= seconds(3)) expect(call.outcome).toBe(200)
        if (lag > milliseconds(4500)) expect(call.outcome).toBe(412)
      }),
      { numRuns: 500 },
    )
  })

  it('pays at least 1 s for a 412, however small the lag', () => {
    expect(oneCall(GO, staleUntil(milliseconds(20)), () => 0).ended).toBe(seconds(1))
  })

  it.each([412, 429, 500, 502, 503, 504, 599, 'lost'] as const)('asks again after %s', (status) => {
    expect(decide(GO, { number: 1, elapsed: START, status }, 0)).toEqual({ kind: 'retry', after: seconds(1) })
    expect(decide(GO, { number: 3, elapsed: seconds(4), status }, 0)).toEqual({ kind: 'done' })
  })

  it.each([200, 204, 307, 400, 403, 404, 405, 472, 473, 501])('takes %s as final', (status) => {
    expect(decide(GO, { number: 1, elapsed: START, status }, 0)).toEqual({ kind: 'done' })
  })

  it('makes five retries within 15.0 to 22.5 s when told to', () => {
    expect(oneCall(goWith(5), staleUntil(NEVER), () => 0).ended).toBe(seconds(15))
    expect(oneCall(goWith(5), staleUntil(NEVER), () => ALMOST_ONE).ended).toBe(milliseconds(22_500))
  })
})

describe('decide after a redirect', () => {
  const redirected = { number: 1, elapsed: START, status: 307, redirect: { to: nodeId(0), followed: 0 } } as const

  it.each(Object.entries(CLIENT_PRESETS))('lets %s send the request to the node that is named', (_, policy) => {
    expect(decide(policy, redirected, 0)).toEqual({ kind: 'redirect', to: 'n0' })
  })

  it('follows one with the Go client, and gives the second to the caller', () => {
    const second = { ...redirected, redirect: { to: nodeId(0), followed: 1 } }
    expect(decide(GO, second, 0)).toEqual({ kind: 'done' })
    expect(decide(CLIENT_PRESETS.none, second, 0)).toEqual({ kind: 'redirect', to: 'n0' })
  })

  it('follows none when it is told so, and none at the deadline', () => {
    expect(decide({ ...GO, followRedirects: 0 }, redirected, 0)).toEqual({ kind: 'done' })
    expect(decide(GO, { ...redirected, elapsed: seconds(60) }, 0)).toEqual({ kind: 'timed-out', after: 0 })
  })
})

describe('decide at the deadline', () => {
  it('lets twelve retries, the default of the Agent, die at 60 s after eight to ten of them', () => {
    fc.assert(
      fc.property(fc.array(anyUnit, { minLength: 12, maxLength: 12 }), (units) => {
        const call = oneCall(goWith(12), staleUntil(NEVER), (attempt) => units[attempt - 1] ?? 0)
        expect(call.outcome).toBe('timed-out')
        expect(call.ended).toBe(seconds(60))
        expect(call.attempts.length - 1).toBeGreaterThanOrEqual(8)
        expect(call.attempts.length - 1).toBeLessThanOrEqual(10)
      }),
    )
  })

  it('ends at the deadline, in the middle of the wait, and not when the wait would be over', () => {
    const hasty: ClientPolicy = { ...GO, timeout: milliseconds(2500) }
    expect(oneCall(hasty, staleUntil(NEVER), () => 0)).toEqual({
      attempts: [START, seconds(1)],
      outcome: 'timed-out',
      ended: milliseconds(2500),
    })
  })

  it('makes no attempt at the very deadline', () => {
    const attempt = { number: 1, elapsed: seconds(59), status: 412 }
    expect(decide(GO, attempt, 0)).toEqual({ kind: 'timed-out', after: seconds(1) })
    expect(decide(GO, { ...attempt, elapsed: micros(seconds(59) - 1) }, 0)).toEqual({
      kind: 'retry',
      after: seconds(1),
    })
  })

  it('hands over a final answer that comes in time, and loses the same answer at the deadline', () => {
    for (const status of [200, 403, 'lost'] as const) {
      const policy = CLIENT_PRESETS.none
      expect(decide(policy, { number: 1, elapsed: micros(seconds(60) - 1), status }, 0)).toEqual({ kind: 'done' })
      expect(decide(policy, { number: 1, elapsed: seconds(60), status }, 0)).toEqual({ kind: 'timed-out', after: 0 })
      expect(decide(policy, { number: 1, elapsed: seconds(61), status }, 0)).toEqual({ kind: 'timed-out', after: 0 })
    }
  })

  it('waits as long as it likes without a timeout', () => {
    const patient: ClientPolicy = { ...goWith(3), timeout: NO_TIMEOUT }
    expect(timeLeft(patient, seconds(1e5))).toBeNull()
    expect(decide(patient, { number: 3, elapsed: seconds(1e5), status: 412 }, 0)).toEqual({
      kind: 'retry',
      after: seconds(3),
    })
  })

  it('counts what is left of the time, never below nothing', () => {
    expect(timeLeft(GO, START)).toBe(seconds(60))
    expect(timeLeft(GO, seconds(58))).toBe(seconds(2))
    expect(timeLeft(GO, seconds(70))).toBe(0)
  })
})

describe('decide with any policy', () => {
  const anyWait = fc.integer({ min: 0, max: 5_000_000 }).map(micros)
  const anyRetry: fc.Arbitrary<RetryPolicy> = fc.oneof(
    fc.constant<RetryPolicy>({ kind: 'none' }),
    fc.record({
      kind: fc.constant('linear-jitter' as const),
      statuses: fc.subarray([412, 403, 404]),
      retryServerErrors: fc.boolean(),
      max: fc.nat(15),
      minWait: anyWait,
      maxWait: anyWait,
    }),
  )
  const anyTimeout: fc.Arbitrary<Micros> = fc.oneof(
    fc.constant(NO_TIMEOUT),
    fc.integer({ min: 1, max: 90_000_000 }).map(micros),
  )
  const anyPolicy: fc.Arbitrary<ClientPolicy> = fc
    .tuple(anyRetry, anyTimeout)
    .map(([retry, timeout]) => ({ ...CLIENT_PRESETS.none, retry, timeout }))
  const anyStatus = fc.constantFrom(200, 403, 404, 412, 429, 500, 501, 503, 'lost' as const)

  it('waits between n times the least and n times the greatest wait', () => {
    fc.assert(
      fc.property(anyPolicy, fc.integer({ min: 1, max: 15 }), anyStatus, anyUnit, (policy, number, status, unit) => {
        const decision = decide(policy, { number, elapsed: START, status }, unit)
        if (decision.kind !== 'retry' || policy.retry.kind === 'none') return
        const { minWait, maxWait } = policy.retry
        expect(decision.after).toBeGreaterThanOrEqual(number * minWait)
        expect(decision.after).toBeLessThanOrEqual(number * Math.max(minWait, maxWait))
        expect(Number.isInteger(decision.after)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('never makes more retries than allowed, nor an attempt at or after the deadline', () => {
    const anyStatuses = fc.array(anyStatus, { minLength: 16, maxLength: 16 })
    const units = fc.array(anyUnit, { minLength: 16, maxLength: 16 })
    fc.assert(
      fc.property(anyPolicy, anyStatuses, units, (policy, statuses, draws) => {
        let answers = 0
        const call = oneCall(
          policy,
          () => statuses[answers++] ?? 200,
          (attempt) => draws[attempt - 1] ?? 0,
        )
        const max = policy.retry.kind === 'none' ? 0 : policy.retry.max
        expect(call.attempts.length).toBeLessThanOrEqual(1 + max)
        if (policy.timeout === NO_TIMEOUT) return
        expect(call.ended).toBeLessThanOrEqual(policy.timeout)
        for (const time of call.attempts) expect(time).toBeLessThan(policy.timeout)
        expect(call.outcome === 'timed-out').toBe(call.ended === policy.timeout)
      }),
      { numRuns: 500 },
    )
  })

  it('waits multiples of the least wait when the greatest is smaller', () => {
    const odd: ClientPolicy = {
      ...GO,
      retry: {
        kind: 'linear-jitter',
        statuses: [412],
        retryServerErrors: false,
        max: 9,
        minWait: seconds(2),
        maxWait: seconds(1),
      },
    }
    expect(decide(odd, { number: 3, elapsed: START, status: 412 }, 0.7)).toEqual({ kind: 'retry', after: seconds(6) })
    expect(decide(odd, { number: 1, elapsed: START, status: 503 }, 0)).toEqual({ kind: 'done' })
    expect(decide(odd, { number: 1, elapsed: START, status: 'lost' }, 0)).toEqual({ kind: 'done' })
  })

  it('refuses attempts that do not exist and draws that are none', () => {
    const attempt = { number: 1, elapsed: START, status: 412 }
    for (const number of [0, -1, 1.5, Number.NaN]) {
      expect(() => decide(GO, { ...attempt, number }, 0)).toThrow('count the attempts of a call from 1')
    }
    for (const unit of [-0.1, 1, Number.NaN]) {
      expect(() => decide(GO, attempt, unit)).toThrow('at least 0 and below 1')
    }
  })
})
