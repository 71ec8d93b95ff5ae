import { WRITES_IN_ORDER as LAW } from '@fourtwelve/checker'
import { walIndex, type HistoryRecord } from '@fourtwelve/protocol'
import { describe, test } from 'vitest'
import { call, foreignReply, indexValue, N0, N1, renumber, reply, run } from './hand-written.ts'
import { expectBroken, expectLawful, expectUnknown } from './token-story.ts'

const writes = (id: number, ms: number, index: number, session = 's9'): readonly HistoryRecord[] => [
  call(id, ms, N0, { method: 'POST', session }),
  reply(id, ms + 5, 200, N0, 3, { wrote: walIndex(index) }),
]
const reads = (id: number, ms: number, applied: number): readonly HistoryRecord[] => [
  call(id, ms, N1),
  reply(id, ms + 5, 200, N1, applied),
]

describe('the writes of a session', () => {
  test('stand in its order', () => expectLawful(LAW, [run(), ...writes(1, 100, 7), ...writes(2, 110, 8)]))

  test('are broken in the other order', () =>
    expectBroken(
      LAW,
      [run(), ...writes(1, 100, 8), ...writes(2, 110, 7)],
      'n0 answered 200 at +0.105 s, which wrote up to index 8. Then Session s9 sent POST secret/data/a to n0 at +0.110 s (call 2)',
      'and wrote index 7. 7 <= 8',
    ))

  test('stand behind what the session read', () => {
    expectLawful(LAW, [run(), ...reads(1, 100, 8), ...writes(2, 110, 9)])
    expectBroken(LAW, [run(), ...reads(1, 100, 8), ...writes(2, 110, 8)], 'was answered from index 8', '8 <= 8')
  })

  test('have no order while both are under way, in two sessions, or in two logs', () => {
    const [first, second] = [writes(1, 100, 8), writes(2, 101, 7)]
    expectUnknown(LAW, [run(), ...first.slice(0, 1), ...second.slice(0, 1), ...first.slice(1), ...second.slice(1)])
    expectUnknown(LAW, [run(), ...first, ...writes(2, 110, 7, 's8')])
    expectUnknown(LAW, [run(), ...first, renumber(107, 'restore', 1), ...writes(2, 110, 7)])
  })

  test('make versions of a secret that rise, whoever tells of them', () => {
    const versions = (first: number, second: number, path = 'secret/data/a'): readonly HistoryRecord[] => [
      run(),
      call(1, 100, N0, { method: 'POST' }),
      foreignReply(1, 105, 200, { version: first }),
      call(2, 110, N1, { method: 'PUT', path }),
      foreignReply(2, 115, 200, { version: second }),
    ]
    expectBroken(
      LAW,
      versions(3, 3),
      'with version 3. Then Session',
      '3 <= 3: each write of a secret makes a version above',
    )
    expectBroken(LAW, versions(3, 2), '2 <= 3')
    expectUnknown(LAW, versions(3, 9))
    expectUnknown(LAW, versions(3, 1, 'secret/data/b'))
    const [begin, ...rest] = versions(3, 1)
    const removal = call(9, 50, N0, { method: 'DELETE', path: 'secret/metadata/a' })
    expectUnknown(LAW, [...(begin === undefined ? [] : [begin]), removal, ...rest])
  })

  test('are judged by X-Vault-Index where that is all there is, and failed ones are not', () => {
    const seen = (status: number): readonly HistoryRecord[] => [
      run(),
      call(1, 100, N0, { method: 'POST' }),
      foreignReply(1, 105, 200, { index: indexValue(8) }),
      call(2, 110, N0, { method: 'POST' }),
      foreignReply(2, 115, status, { index: indexValue(6) }),
    ]
    expectBroken(LAW, seen(204), '6 <= 8')
    expectUnknown(LAW, seen(500))
  })
})
