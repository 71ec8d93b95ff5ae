import { SESSION_INDEX_NEVER_FALLS as LAW } from '@fourtwelve/checker'
import type { CallRecord, HistoryRecord } from '@fourtwelve/protocol'
import { describe, test } from 'vitest'
import { call, foreignReply, indexValue, N0, N2, run } from './hand-written.ts'
import { expectBroken, expectLawful, expectUnknown } from './token-story.ts'

/** s9 gets index 7, then index 5, and sends `index`. Only what a client sees is known. */
const session = (
  index: readonly string[],
  given: Partial<CallRecord> = { remembers: true },
): readonly HistoryRecord[] => [
  run(),
  call(1, 100, N0, { method: 'POST', remembers: true }),
  foreignReply(1, 110, 200, { index: indexValue(7) }),
  call(2, 120, N0, { method: 'POST', remembers: true, index: [indexValue(7)] }),
  foreignReply(2, 130, 500, { index: indexValue(5) }),
  call(3, 140, N2, { index, ...given }),
  foreignReply(3, 150, 200),
]

describe('a session that remembers', () => {
  test('sends the highest that it got, or more', () => {
    expectLawful(LAW, session([indexValue(7)]))
    expectLawful(LAW, session([indexValue(5), indexValue(9)]))
  })

  test('is broken by the last one in place of the highest', () =>
    expectBroken(
      LAW,
      session([indexValue(5)]),
      'Session s9 got X-Vault-Index 7 at +0.110 s (call 1). Session s9 sent GET secret/data/a to n2 at +0.140 s (call 3) with X-Vault-Index 5.',
      '5 < 7: the session may be answered from a state that lacks its own writes.',
    ))

  test('is broken by none at all', () => expectBroken(LAW, session([]), 'with none. 0 < 7'))

  test('is not judged by its retries, nor by sessions that forget', () => {
    const early = session([], { remembers: true, attempt: 2 }).filter((record) => !('id' in record) || record.id !== 2)
    expectUnknown(LAW, early)
    expectUnknown(
      LAW,
      session([], {}).map((record) => (record.kind === 'call' ? { ...record, remembers: undefined as never } : record)),
    )
  })
})
