import { BATCH_TOKENS_STORE_NOTHING as LAW } from '@fourtwelve/checker'
import { seconds, type HistoryRecord, type TokenRecord } from '@fourtwelve/protocol'
import { describe, test } from 'vitest'
import { call, foreignReply, N2, reply, run } from './hand-written.ts'
import {
  after,
  born,
  expectBroken,
  expectLawful,
  expectUnknown,
  founded,
  T1,
  taint,
  uses,
  type Born,
} from './token-story.ts'

const BATCH: TokenRecord = { type: 'batch', id: 'b2' }
/** n2 makes a batch token for s7, which asks with `parent`. */
const made = (orphan: boolean, parent: TokenRecord = { type: 'short' }): readonly HistoryRecord[] => [
  call(2, 1000, N2, { session: 's7', method: 'POST', path: 'auth/token/create', token: parent }),
  reply(2, 1001, 200, N2, 8, { token: BATCH, grant: { ttl: seconds(60), uses: 0, orphan } }),
]
const AS_BATCH: Born = { token: BATCH }

describe('making a batch token', () => {
  test('writes nothing', () => {
    expectLawful(LAW, [...founded(), ...made(true)])
    expectBroken(
      LAW,
      born(AS_BATCH),
      'n0 answered 200 at +0.101 s and gave a batch token. But n0 wrote entry 8 for it at +0.100 s, which makes token h1 (salted)',
    )
  })

  test('is not judged without a log', () => expectUnknown(LAW, [run(), ...made(true)]))
})

describe('a batch token', () => {
  test.each(['auth/token/renew-self', 'auth/token/revoke-self', 'auth/token/create', 'cubbyhole/a'])(
    'never gets what needs a stored token: %s',
    (path) => {
      const asks = (status: number): readonly HistoryRecord[] => [
        run(),
        call(3, 2000, N2, { method: 'POST', path, token: BATCH }),
        foreignReply(3, 2001, status),
      ]
      expectLawful(LAW, asks(400))
      expectBroken(LAW, asks(204), `sent POST ${path} to n2`, 'it had to be refused')
    },
  )

  test('of nobody lives on every node until its end, also when nothing is known but what clients see', () => {
    const orphan = [run(), ...made(true)]
    expectLawful(LAW, [...orphan, ...uses(3, 2000, N2, BATCH, 200, 0)])
    expectBroken(
      LAW,
      [...orphan, ...uses(3, 2000, N2, BATCH, 403, 0)],
      'Session s7 created a token of type batch (b2) at +1.001 s (call 2). It is an orphan and lives for 60 s.',
      'But a batch token carries itself, so every node knows it until its end.',
    )
    expectUnknown(LAW, [...orphan, ...uses(3, 60_500, N2, BATCH, 403, 0)])
  })

  test('dies with its parent', () => {
    const child = [...born(), ...made(false, T1), ...after(1500, 9, taint('h1'))]
    expectLawful(LAW, [...child, ...uses(3, 2000, N2, BATCH, 200, 8)])
    expectBroken(
      LAW,
      [...child, ...uses(3, 2000, N2, BATCH, 200, 9)],
      'Its parent is token h1 (salted). Entry 9 of +1.500 s killed token h1 (salted).',
      '9 >= 9: it outlived its parent.',
    )
  })
})
