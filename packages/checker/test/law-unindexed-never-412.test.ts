import { UNINDEXED_NEVER_412 as LAW } from '@fourtwelve/checker'
import type { CallRecord, HistoryRecord, TokenRecord } from '@fourtwelve/protocol'
import { describe, test } from 'vitest'
import { call, foreignReply, indexValue, N2, run, serviceToken } from './hand-written.ts'
import { expectBroken, expectLawful, expectUnknown } from './token-story.ts'

/** Nothing is known but what a client sees. */
const asked = (token: TokenRecord, status: number, given: Partial<CallRecord> = {}): readonly HistoryRecord[] => [
  run(),
  call(1, 100, N2, { token, ...given }),
  foreignReply(1, 110, status),
]
const BATCH: TokenRecord = { type: 'batch', id: 'b1' }

describe('a request that carries no index', () => {
  test.each<TokenRecord>([BATCH, { type: 'short' }, { type: 'none' }])('may get any answer but 412: %o', (token) => {
    expectLawful(LAW, asked(token, 403))
    expectLawful(LAW, asked(token, 200))
    expectBroken(LAW, asked(token, 412), 'so there is none that could be missing')
  })

  test('tells the token and the answer', () =>
    expectBroken(
      LAW,
      asked(BATCH, 412),
      'Session s9 sent GET secret/data/a to n2 at +0.100 s (call 1) with a token of type batch (b1) and without X-Vault-Index; ' +
        'n2 answered 412 at +0.110 s.',
    ))

  test('is not judged when something in it has an index, or may have one', () => {
    expectUnknown(LAW, asked(serviceToken('t1', 4), 412))
    expectUnknown(LAW, asked(BATCH, 412, { index: [indexValue(4)] }))
    expectUnknown(LAW, asked(BATCH, 412, { path: 'auth/token/lookup', bodyToken: serviceToken('t1', 4) }))
    expectUnknown(LAW, asked(BATCH, 412, { path: 'auth/token/lookup' }))
  })
})
