import { LIFETIME as LAW } from '@fourtwelve/checker'
import { micros, milliseconds, seconds, type EntryFact, type HistoryRecord } from '@fourtwelve/protocol'
import { describe, test } from 'vitest'
import { N0, N1, N2 } from './hand-written.ts'
import {
  after,
  birth,
  expectBroken,
  expectLawful,
  expectUnknown,
  founded,
  taint,
  tokenOf,
  uses,
  type Born,
} from './token-story.ts'

const T1 = tokenOf(1, 8)
/** h1 of entries 6 to 8 is born at 0.1 s, and lives for 2 s. */
const born = (given: Born = {}): readonly HistoryRecord[] => [
  ...founded(),
  ...birth(1, 100, 6, 'h1', { ttl: seconds(2), ...given }),
]
const renewed = (ms: number, left: number): EntryFact => ({ what: 'lease', id: 'h1', left: milliseconds(left) })
const left = (count: number): EntryFact => ({ ...taint('h1'), uses: count }) as EntryFact

describe('a lease', () => {
  test('ends by the clock', () => {
    expectLawful(LAW, [...born(), ...uses(2, 2099, N2, T1, 200, 8)])
    expectBroken(
      LAW,
      [...born(), ...uses(2, 2100, N2, T1, 200, 8)],
      'Entry 8 of +0.100 s lets token h1 (salted) live until +2.100 s. Session s9 sent GET auth/token/lookup-self to n2 at +2.100 s',
      '+2.100 s is not before +2.100 s, so the only lawful answer was 403.',
    )
  })

  test('is the one that the node has: a renewal that it lacks does not count', () => {
    const longer = [...born(), ...after(1500, 9, renewed(1500, 2000))]
    expectLawful(LAW, [...longer, ...uses(2, 3000, N2, T1, 200, 9)])
    expectBroken(LAW, [...longer, ...uses(2, 3000, N2, T1, 200, 8)], 'until +2.100 s')
    expectBroken(LAW, [...longer, ...uses(2, 3600, N2, T1, 200, 9)], 'Entry 9 of +1.500 s', 'until +3.500 s')
  })

  test('is not judged while clocks are skewed', () =>
    expectUnknown(LAW, [
      ...born(),
      { kind: 'fault', t: milliseconds(200), fault: 'clock-skew', target: N1, note: '' },
      ...uses(2, 9000, N2, T1, 200, 8),
    ]))

  test('never passes the explicit maximum, by whole seconds', () => {
    const bound = born({ most: seconds(3) })
    expectLawful(LAW, [...bound, ...after(1500, 9, renewed(1500, 2500))])
    expectBroken(
      LAW,
      [...bound, ...after(1500, 9, renewed(1500, 2600))],
      'which was born at +0.100 s and may not live beyond +3.100 s, its explicit maximum. Entry 9 of n0 at +1.500 s gives it a lease that ends +4.100 s',
    )
    expectBroken(LAW, [...bound, ...after(1500, 9, { what: 'lease', id: 'h1', left: null })], 'ends never')
  })
})

describe('uses', () => {
  test('go down one at a time, to death at any time', () => {
    const three = born({ uses: 3 })
    expectLawful(LAW, [...three, ...after(200, 9, left(2)), ...after(300, 10, left(1)), ...after(400, 11, taint('h1'))])
    expectLawful(LAW, [...three, ...after(200, 9, taint('h1'))])
    expectBroken(
      LAW,
      [...three, ...after(200, 9, left(1))],
      'which had 3 uses left. Entry 9 of n0 at +0.200 s says 1 uses left',
    )
    expectBroken(LAW, [...born(), ...after(200, 9, left(1))], 'which had 0 uses left')
  })

  test('do not come back from death', () =>
    expectBroken(
      LAW,
      [...born(), ...after(200, 9, taint('h1')), ...after(300, 10, left(0))],
      'which died with entry 9',
    ))

  test('are as many answers as the token was made with', () => {
    const used = (times: number): readonly HistoryRecord[] => [
      ...born({ uses: 2 }),
      ...Array.from({ length: times }, (_, at) => uses(2 + at, 200 + 10 * at, N0, T1, 200, 8)).flat(),
    ]
    expectLawful(LAW, used(2))
    expectBroken(LAW, used(3), 'with 2 uses.', 'It is the 3th such answer, and 3 > 2.')
  })
})

test('nothing is judged of a token whose birth is not in the history', () =>
  expectUnknown(LAW, [...founded(), ...uses(2, micros(9), N2, T1, 200, 8)]))
