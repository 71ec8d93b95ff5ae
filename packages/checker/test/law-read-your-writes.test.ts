import { READ_YOUR_WRITES as LAW } from '@fourtwelve/checker'
import type { CallRecord, HistoryRecord, ReplyRecord } from '@fourtwelve/protocol'
import { describe, test } from 'vitest'
import { call, foreignReply, indexValue, N0, N2, renumber, reply, run, turned } from './hand-written.ts'
import { expectBroken, expectLawful, expectUnknown } from './token-story.ts'

/** s9 writes version 3 at index 7; then something may be between; then it reads. All but the switches a client can see. */
const story = (
  version: number,
  read: Partial<CallRecord>,
  between: readonly HistoryRecord[] = [],
  switches = {},
  answer: Partial<ReplyRecord> = {},
): readonly HistoryRecord[] => [
  run(turned(switches)),
  call(1, 100, N0, { method: 'POST' }),
  foreignReply(1, 110, 200, { index: indexValue(7), version: 3 }),
  ...between,
  call(2, 120, N2, read),
  foreignReply(2, 130, version === 0 ? 404 : 200, { version, ...answer }),
]
const WITH_INDEX = { index: [indexValue(7)] }

describe('a read that requires what its session wrote', () => {
  test('sees it, or something newer', () => {
    expectLawful(LAW, story(3, WITH_INDEX))
    expectLawful(LAW, story(4, { forward: 'forward' }))
  })

  test('is broken when it does not', () => {
    expectBroken(
      LAW,
      story(2, WITH_INDEX),
      'n0 answered 200 at +0.110 s with version 3 and X-Vault-Index 7. Session s9 sent GET secret/data/a to n2 at +0.120 s (call 2) with that index',
      'with version 2. 2 < 3: the session does not see its own write.',
    )
    expectBroken(LAW, story(0, { forward: 'forward' }), 'with X-Vault-Forward', 'with no version at all')
  })

  test('is not judged when it requires less, is another session, or the secret may have begun again', () => {
    expectUnknown(LAW, story(2, {}))
    expectUnknown(LAW, story(2, { index: [indexValue(6)] }))
    expectUnknown(LAW, story(2, { ...WITH_INDEX, session: 's8' }))
    expectUnknown(LAW, story(1, WITH_INDEX, [call(3, 115, N0, { method: 'DELETE', path: 'secret/metadata/a' })]))
    expectUnknown(LAW, story(2, WITH_INDEX, [renumber(115, 'restore', 1)]))
    expectUnknown(LAW, story(2, { index: [indexValue(7), indexValue(3)] }, [], { several_indexes: 'any' }))
    expectUnknown(LAW, story(2, WITH_INDEX, [], { edition: 'community' }))
  })

  test('by X-Vault-Forward counts only when it was sent on, where that is known', () => {
    const here = reply(2, 130, 200, N2, 5)
    expectUnknown(
      LAW,
      story(2, { forward: 'forward' }, [], {}, { node: N2, by: N2, forwarded: here.forwarded ?? null }),
    )
    expectBroken(LAW, story(2, { forward: 'forward' }, [], {}, { node: N2, by: N0, forwarded: 'header' }), '2 < 3')
  })
})
