import { REPLY_INDEX_COVERS_ITS_WRITE as LAW } from '@fourtwelve/checker'
import { walIndex, type HistoryRecord, type ReplyRecord } from '@fourtwelve/protocol'
import { describe, test } from 'vitest'
import { call, commit, entry, foreignReply, indexValue, N0, N1, reply } from './hand-written.ts'
import { expectBroken, expectLawful, expectUnknown, founded } from './token-story.ts'

/** s9 writes entries 6 and 7 by way of n1, and gets `index`. */
const wrote = (index: string | null, given: Partial<ReplyRecord> = {}): readonly HistoryRecord[] => [
  ...founded(),
  call(1, 100, N1, { method: 'POST' }),
  entry(101, N0, 6, { request: '1' }),
  entry(101, N0, 7, { request: '1' }),
  commit(102, N0, 7),
  reply(1, 103, 200, N1, 5, { by: N0, forwarded: 'write', wrote: walIndex(7), index, ...given }),
]

describe('X-Vault-Index of an answer', () => {
  test('names the last entry of its request', () => expectLawful(LAW, wrote(indexValue(7))))

  test("is broken by a standby's own index", () =>
    expectBroken(
      LAW,
      wrote(indexValue(5)),
      'n1 handed it to n0 (write), and n0 answered 200 at +0.103 s with X-Vault-Index 5.',
      'The request wrote entry 7 (on n0 at +0.101 s). 5 < 7, so a node with that state need not have the write.',
    ))

  test('is broken beyond the majority', () =>
    expectBroken(LAW, wrote(indexValue(8)), 'a majority had no more than 7 < 8'))

  test('is broken by a value of another cluster', () =>
    expectBroken(LAW, wrote(indexValue(7, { cluster: 'another' })), 'It is none of this cluster'))

  test('is not judged when there is none, nor of a foreign server', () => {
    expectUnknown(LAW, wrote(null))
    expectUnknown(LAW, [...wrote(null).slice(0, -1), foreignReply(1, 103, 200, { index: indexValue(1) })])
  })
})
