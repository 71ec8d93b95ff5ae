import { REVOCATION_IS_FINAL as LAW } from '@fourtwelve/checker'
import { walIndex, type HistoryRecord } from '@fourtwelve/protocol'
import { describe, test } from 'vitest'
import { call, entry, foreignReply, N0, N1, N2, renumber, reply } from './hand-written.ts'
import {
  birth,
  expectBroken,
  expectLawful,
  expectUnknown,
  founded,
  taint,
  after,
  tokenOf,
  uses,
} from './token-story.ts'

const T1 = tokenOf(1, 8)
/** h1 dies with entry 9. */
const DEAD: readonly HistoryRecord[] = [...founded(), ...birth(1, 100, 6, 'h1'), ...after(200, 9, taint('h1'))]

describe('a revoked token', () => {
  test('is refused by a node that knows, and may be accepted by one that does not', () => {
    expectLawful(LAW, [...DEAD, ...uses(2, 300, N2, T1, 403, 9)])
    expectLawful(LAW, [...DEAD, ...uses(2, 300, N2, T1, 200, 8)])
  })

  test('is broken by a node that knows and accepts it', () =>
    expectBroken(
      LAW,
      [...DEAD, ...uses(2, 300, N2, T1, 200, 9)],
      'Entry 9 of +0.200 s killed token h1 (salted). Session s9 sent GET auth/token/lookup-self to n2 at +0.300 s (call 2) with token t1 of index 8',
      'n2 answered 200 at +0.302 s with applied = 9',
      '9 >= 9, so the only lawful answer was 403.',
    ))

  test('is broken for ever, and by a token in the body too', () => {
    const later = [
      ...DEAD,
      entry(4000, N0, 10),
      { kind: 'commit', t: 4_000_000, node: N0, index: walIndex(10) } as HistoryRecord,
    ]
    expectBroken(LAW, [...later, ...uses(2, 9000, N1, T1, 200, 10)], '10 >= 9')
    const named = { path: 'auth/token/renew', method: 'POST', token: { type: 'short' }, bodyToken: T1 } as const
    expectBroken(LAW, [...DEAD, ...uses(2, 300, N0, T1, 200, 9, { call: named })], 'with token t1 of index 8')
  })

  test('is not judged on what nobody tells, nor in another log', () => {
    expectUnknown(LAW, [...DEAD, ...uses(2, 300, N2, T1, 200, 9).slice(0, 1), foreignReply(2, 302, 200)])
    expectUnknown(LAW, [...DEAD, renumber(250, 'restore', 1), ...uses(2, 300, N2, T1, 200, 9)])
  })
})

describe('a revocation that was acknowledged', () => {
  const revokes = (dies: boolean, applied = 8): readonly HistoryRecord[] => [
    ...founded(),
    ...birth(1, 100, 6, 'h1'),
    call(2, 300, N0, { method: 'POST', path: 'auth/token/revoke', token: { type: 'short' }, bodyToken: T1 }),
    ...(dies ? after(301, 9, taint('h1'), { request: '2' }) : []),
    reply(2, 305, 204, N0, applied, { wrote: walIndex(dies ? 9 : 0) }),
  ]
  test('stands in the log', () => {
    expectLawful(LAW, revokes(true))
    expectBroken(
      LAW,
      revokes(false),
      'and so acknowledged its revocation. But up to entry 8 nothing in the log kills it',
    )
  })

  test('of a token that was not there yet is no revocation', () => expectUnknown(LAW, revokes(false, 7)))
})
