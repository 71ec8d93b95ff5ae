import { TAMPERED_TOKEN_REFUSED as LAW } from '@fourtwelve/checker'
import type { CallRecord, HistoryRecord, TokenRecord } from '@fourtwelve/protocol'
import { describe, test } from 'vitest'
import { call, created, foreignReply, N2, run, serviceToken } from './hand-written.ts'
import { expectBroken, expectLawful, expectUnknown } from './token-story.ts'

const T31 = serviceToken('t31', 412)
const asked = (status: number, given: Partial<CallRecord>): readonly HistoryRecord[] => [
  run(),
  ...created(1, 100, T31),
  call(2, 200, N2, { path: 'auth/token/lookup-self', ...given }),
  foreignReply(2, 210, status),
]

describe('a token that was changed', () => {
  test('is refused', () => {
    expectLawful(LAW, asked(403, { token: T31, tampered: true }))
    expectLawful(LAW, asked(500, { token: { type: 'other' }, tampered: true }))
  })

  test('is broken when it is accepted', () =>
    expectBroken(
      LAW,
      asked(200, { token: { type: 'other' }, tampered: true }),
      'Session s9 sent GET auth/token/lookup-self to n2 at +0.200 s (call 2) with a token of type other, which no server gave out;',
      'Its MAC cannot be right, so it had to be refused.',
    ))

  test('is known by another index or epoch, without a mark', () => {
    expectBroken(
      LAW,
      asked(200, { token: serviceToken('t31', 0) }),
      'Session s7 created token t31 of index 412 (epoch 0) at +0.101 s (call 1).',
      'with token t31 of index 0 (epoch 0), which no server gave out',
    )
    expectBroken(LAW, asked(200, { token: serviceToken('t31', 412, 9) }), '(epoch 9), which no server gave out')
  })

  test('is known by its MAC alone, where that is told', () => {
    const sealed = (seal: number): TokenRecord => ({ ...T31, seal }) as TokenRecord
    const sent = (seal: number): readonly HistoryRecord[] => [
      run(),
      ...created(1, 100, sealed(7)),
      call(2, 200, N2, { path: 'auth/token/lookup-self', token: sealed(seal) }),
      foreignReply(2, 210, 200),
    ]
    expectBroken(LAW, sent(8), 'with token t31 of index 412 (epoch 0) under MAC 00000008, which no server gave out')
    expectUnknown(LAW, sent(7))
  })

  test('is not judged as it was given out, of another run, or where nobody looks', () => {
    expectUnknown(LAW, asked(200, { token: T31 }))
    expectUnknown(LAW, asked(200, { token: serviceToken('t32', 0) }))
    expectUnknown(LAW, asked(200, { path: 'sys/health', tampered: true }))
  })
})
