import { LIFETIME as LAW } from '@fourtwelve/checker'
import {
  micros,
  milliseconds,
  seconds,
  type CallRecord,
  type EntryFact,
  type HistoryRecord,
  type TokenGrant,
} from '@fourtwelve/protocol'
import { describe, test } from 'vitest'
import { call, foreignReply, N0, N1, N2, renumber, run } from './hand-written.ts'
import {
  after,
  born,
  expectBroken,
  expectLawful,
  expectUnknown,
  founded,
  T1,
  taint,
  tokenOf,
  uses,
  type Born,
} from './token-story.ts'

/** It lives for 2 s. */
const brief = (given: Born = {}): readonly HistoryRecord[] => born({ ttl: seconds(2), ...given })
const renewed = (left: number): EntryFact => ({ what: 'lease', id: 'h1', left: milliseconds(left) })
const left = (count: number): EntryFact => ({ ...taint('h1'), uses: count }) as EntryFact

describe('a lease', () => {
  test('ends by the clock', () => {
    expectLawful(LAW, [...brief(), ...uses(2, 2099, N2, T1, 200, 8)])
    expectBroken(
      LAW,
      [...brief(), ...uses(2, 2100, N2, T1, 200, 8)],
      'Entry 8 of +0.100 s lets token h1 (salted) live until +2.100 s. Session s9 sent GET auth/token/lookup-self to n2 at +2.100 s',
      '+2.100 s is not before +2.100 s, so the only lawful answer was 403.',
    )
  })

  test('is the one that the node has: a renewal that it lacks does not count', () => {
    const longer = [...brief(), ...after(1500, 9, renewed(2000))]
    expectLawful(LAW, [...longer, ...uses(2, 3000, N2, T1, 200, 9)])
    expectBroken(LAW, [...longer, ...uses(2, 3000, N2, T1, 200, 8)], 'until +2.100 s')
    expectBroken(LAW, [...longer, ...uses(2, 3600, N2, T1, 200, 9)], 'Entry 9 of +1.500 s', 'until +3.500 s')
  })

  test('is not judged while clocks are skewed', () => {
    const skew = { kind: 'fault', t: milliseconds(90), fault: 'clock-skew', target: N1, note: '' } as const
    expectUnknown(LAW, [...brief(), skew, ...uses(2, 9000, N2, T1, 200, 8)])
    // The clock that made it may have been set back since.
    const [skewedBirth, renewal] = [brief({ most: seconds(3) }), after(1500, 9, renewed(5000))]
    expectUnknown(LAW, [run(), skew, ...skewedBirth.slice(1), ...renewal])
    expectBroken(LAW, [...skewedBirth, ...renewal], 'later than that')
  })

  test('never passes the explicit maximum, by whole seconds', () => {
    const bound = brief({ most: seconds(3) })
    expectLawful(LAW, [...bound, ...after(1500, 9, renewed(2500))])
    expectBroken(
      LAW,
      [...bound, ...after(1500, 9, renewed(2600))],
      'which was born at +0.100 s and may not live beyond +3.100 s, its explicit maximum. Entry 9 of n0 at +1.500 s gives it a lease that ends +4.100 s',
    )
    expectBroken(LAW, [...bound, ...after(1500, 9, { what: 'lease', id: 'h1', left: null })], 'ends never')
  })
})

describe('uses', () => {
  test('go down one at a time, to death at any time', () => {
    const three = brief({ uses: 3 })
    expectLawful(LAW, [...three, ...after(200, 9, left(2)), ...after(300, 10, left(1)), ...after(400, 11, taint('h1'))])
    expectLawful(LAW, [...three, ...after(200, 9, taint('h1'))])
    expectBroken(
      LAW,
      [...three, ...after(200, 9, left(1))],
      'which had 3 uses left. Entry 9 of n0 at +0.200 s says 1 uses left',
    )
    expectBroken(LAW, [...brief(), ...after(200, 9, left(1))], 'which had 0 uses left')
  })

  test('do not come back from death', () =>
    expectBroken(
      LAW,
      [...brief(), ...after(200, 9, taint('h1')), ...after(300, 10, left(0))],
      'which died with entry 9',
    ))

  test('are as many answers as the token was made with', () => {
    const used = (times: number): readonly HistoryRecord[] => [
      ...brief({ uses: 2 }),
      ...Array.from({ length: times }, (_, at) => uses(2 + at, 200 + 10 * at, N0, T1, 200, 8)).flat(),
    ]
    expectLawful(LAW, used(2))
    expectBroken(LAW, used(3), 'with 2 uses.', 'It is the 3th such answer, and 3 > 2.')
  })
})

describe('a token of a server of which only the answers are known', () => {
  const made = (grant: Partial<TokenGrant>): readonly HistoryRecord[] => [
    run(),
    call(1, 100, N0, { session: 's7', method: 'POST', path: 'auth/token/create' }),
    foreignReply(1, 110, 200, { token: T1, grant: { ttl: seconds(2), uses: 0, orphan: true, ...grant } }),
  ]
  const used = (id: number, ms: number, status = 200): readonly HistoryRecord[] => [
    call(id, ms, N2, { path: 'auth/token/lookup-self', token: T1 }),
    foreignReply(id, ms + 5, status),
  ]
  const asks = (path: string, given: Partial<CallRecord> = {}): HistoryRecord =>
    call(9, 500, N0, { method: 'POST', path, ...given })

  test('ends by the clock, a second late at most', () => {
    expectLawful(LAW, [...made({}), ...used(2, 3109)])
    expectUnknown(LAW, [...made({}), ...used(2, 3110, 403)])
    expectBroken(
      LAW,
      [...made({}), ...used(2, 3110)],
      'Session s7 created token t1 of index 8 (epoch 0) at +0.110 s (call 1). It was to live for 2 s, and nobody asked for more.',
      '+3.110 s is not before +3.110 s, so the only lawful answer was 403.',
    )
    expectUnknown(LAW, [...made({ ttl: micros(0) }), ...used(2, 9000)])
  })

  test('may live longer when somebody asked for that, or the log is another one', () => {
    const late = used(2, 9000)
    expectUnknown(LAW, [...made({}), asks('auth/token/renew-self', { token: T1 }), ...late])
    expectUnknown(LAW, [...made({}), asks('auth/token/renew', { bodyToken: T1 }), ...late])
    expectUnknown(LAW, [...made({}), asks('auth/token/renew-accessor'), ...late])
    expectUnknown(LAW, [...made({}), asks('sys/leases/renew'), ...late])
    expectUnknown(LAW, [...made({}), renumber(500, 'restore', 1), ...late])
    expectBroken(LAW, [...made({}), asks('auth/token/renew-self', { token: tokenOf(3, 4) }), ...late], 'is not before')
    expectBroken(LAW, [...made({}), asks('auth/token/revoke-accessor'), ...late], 'is not before')
  })

  test('has as many uses as it was made with', () => {
    const two = made({ uses: 2 })
    expectLawful(LAW, [...two, ...used(2, 200), ...used(3, 210)])
    expectBroken(
      LAW,
      [...two, ...used(2, 200), ...used(3, 210), ...used(4, 220)],
      'Session s7 created token t1 of index 8 (epoch 0) at +0.110 s (call 1) with 2 uses.',
      'It is the 3th such answer, and 3 > 2.',
    )
  })
})

test('nothing is judged of a token whose birth is not in the history', () =>
  expectUnknown(LAW, [...founded(), ...uses(2, micros(9), N2, T1, 200, 8)]))
