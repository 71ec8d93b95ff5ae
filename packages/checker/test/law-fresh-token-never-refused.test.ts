import { FRESH_TOKEN_NEVER_REFUSED as LAW } from '@fourtwelve/checker'
import { epoch, seconds, type HistoryRecord, type ReplyRecord } from '@fourtwelve/protocol'
import { describe, test } from 'vitest'
import { call, foreignReply, N0, N2, renumber, run, serviceToken, turned } from './hand-written.ts'
import {
  after,
  birth,
  expectBroken,
  expectLawful,
  expectUnknown,
  founded,
  INVALID,
  taint,
  tokenOf,
  uses,
} from './token-story.ts'

const T1 = tokenOf(1, 8)
const born = (ttl = 3600, switches = {}): readonly HistoryRecord[] => [
  ...founded(turned(switches)),
  ...birth(1, 100, 6, 'h1', { ttl: seconds(ttl) }),
]

describe('a token that lives', () => {
  test('is accepted, or has to wait', () => {
    expectLawful(LAW, [...born(), ...uses(2, 200, N2, T1, 200, 8)])
    expectLawful(LAW, [...born(), ...uses(2, 200, N2, T1, 412, 7)])
  })

  test('is broken by a node that has it and refuses it', () =>
    expectBroken(
      LAW,
      [...born(), ...uses(2, 200, N2, T1, 403, 8)],
      'Session s7 created token t1 of index 8 (epoch 0) at +0.101 s (call 1).',
      'n2 answered 403 at +0.202 s with applied = 8 and refused the token.',
      'But token h1 (salted) stands in the log from entry 8 on, and ends at +3600.100 s; 8 >= 8: a token that lives was refused.',
    ))

  test('is broken by a node that lacks it and does not say so', () => {
    expectBroken(
      LAW,
      [...born(), ...uses(2, 200, N2, T1, 403, 7)],
      'But 7 < 8, so the node could see that it lacked the token',
    )
    expectUnknown(LAW, [...born(3600, { storage: 'consul' }), ...uses(2, 200, N2, T1, 403, 7)])
    expectUnknown(LAW, [...born(), ...uses(2, 200, N2, T1, 403, 7, { reply: { epoch: epoch(1) } })])
  })

  test('may be refused when it is dead, over here, or none of this run', () => {
    expectUnknown(LAW, [...born(), ...after(150, 9, taint('h1')), ...uses(2, 200, N2, T1, 403, 9)])
    expectUnknown(LAW, [
      ...born(2),
      ...after(150, 9, { what: 'lease', id: 'h1', left: seconds(60) }),
      ...uses(2, 2200, N2, T1, 403, 8),
    ])
    expectBroken(
      LAW,
      [...born(2), ...after(150, 9, { what: 'lease', id: 'h1', left: seconds(60) }), ...uses(2, 2200, N2, T1, 403, 9)],
      'ends at +60.150 s',
    )
    expectUnknown(LAW, [...born(), ...uses(2, 200, N2, serviceToken('t2', 8), 403, 8)])
    expectUnknown(LAW, [...born(), ...uses(2, 200, N2, T1, 403, 8, { call: { tampered: true } })])
  })

  test('is not refused by policies', () =>
    expectLawful(LAW, [
      ...born(),
      ...uses(2, 200, N2, T1, 403, 8, { reply: { errors: ['1 error occurred:\n\t* permission denied\n\n'] } }),
    ]))
})

describe('a token of a server of which only the answers are known', () => {
  const made: Partial<ReplyRecord> = { token: T1, grant: { ttl: seconds(60), uses: 0, orphan: true } }
  const seen = (ms: number, between: readonly HistoryRecord[] = []): readonly HistoryRecord[] => [
    run(),
    call(1, 100, N0, { session: 's7', method: 'POST', path: 'auth/token/create' }),
    foreignReply(1, 110, 200, made),
    ...between,
    call(2, ms, N2, { token: T1 }),
    foreignReply(2, ms + 5, 403, { errors: INVALID }),
  ]
  test('is refused after its end only', () => {
    expectBroken(LAW, seen(200), 'But no token was ever revoked, and this one does not end before +60.100 s')
    expectUnknown(LAW, seen(59_200))
  })

  test('may be refused when anything was revoked, or the log is another one', () => {
    expectUnknown(LAW, seen(200, [call(3, 150, N0, { method: 'POST', path: 'auth/token/revoke-self' })]))
    expectUnknown(LAW, seen(200, [renumber(150, 'restore', 1)]))
  })
})
