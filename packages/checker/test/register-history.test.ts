import { RegisterHistory, type RegisterOperation, type RegisterSummary } from '@fourtwelve/checker'
import { milliseconds, walIndex, type CallRecord, type HistoryRecord } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import { call, commit, entry, foreignReply, founding, lead, N0, N1, renumber, reply, run } from './hand-written.ts'

interface Exported extends RegisterSummary {
  readonly all: readonly RegisterOperation[]
}

function exported(records: readonly HistoryRecord[]): Exported {
  const all: RegisterOperation[] = []
  const registers = new RegisterHistory((operation) => all.push(operation))
  for (const record of [run(), ...records]) registers.observe(record)
  return { all, ...registers.end() }
}

/** Kind, value and positions: `write 3 2-5`. Positions count the `run` record. */
const words = ({ all }: Exported): readonly string[] =>
  all.map(({ kind, value, call: from, return: to }) => `${kind} ${value ?? '?'} ${from}-${to ?? ''}`)

const put = (id: number, ms: number, given: Partial<CallRecord> = {}): CallRecord =>
  call(id, ms, N0, { method: 'PUT', ...given })
const get = (id: number, ms: number, given: Partial<CallRecord> = {}): CallRecord => call(id, ms, N1, given)

/** The entry in which a call wrote a version; the log is founded with five entries. */
const wroteVersion = (ms: number, index: number, request: number, version: number): HistoryRecord =>
  entry(ms, N0, index, { request: String(request), facts: [{ what: 'secret', key: 'logical/1/metadata/a', version }] })

describe('a history as registers', () => {
  test('has writes and reads from their calls to their answers', () => {
    const { all, operations, open, through } = exported([
      put(1, 10),
      foreignReply(1, 20, 200, { version: 1 }),
      get(2, 30, { session: 's2', op: 7 }),
      foreignReply(2, 40, 200, { version: 1 }),
    ])
    expect({ operations, open, through }).toEqual({ operations: 2, open: 0, through: 'end' })
    const key = 'secret/data/a'
    expect(all).toEqual([
      {
        kind: 'write',
        key,
        client: 's9',
        op: 1,
        value: 1,
        call: 2,
        return: 3,
        called: milliseconds(10),
        returned: milliseconds(20),
      },
      {
        kind: 'read',
        key,
        client: 's2',
        op: 7,
        value: 1,
        call: 4,
        return: 5,
        called: milliseconds(30),
        returned: milliseconds(40),
      },
    ])
  })

  test('has 0 for no secret, for one that was removed, and the number of a version that is hidden', () => {
    const answers = [
      get(1, 10),
      foreignReply(1, 11, 404, { version: 0 }),
      put(2, 12, { method: 'DELETE', path: 'secret/metadata/a' }),
      foreignReply(2, 13, 204),
      put(3, 14, { method: 'DELETE' }),
      foreignReply(3, 15, 204),
      get(4, 16),
      foreignReply(4, 17, 404, { version: 3 }),
    ]
    expect(words(exported(answers))).toEqual(['read 0 2-3', 'write 0 4-5', 'read 3 8-9'])
    expect(new Set(exported(answers).all.map(({ key }) => key))).toEqual(new Set(['secret/data/a']))
  })

  test.each([400, 403, 404, 412])('leaves out a write that failed for sure, with %d', (status) =>
    expect(words(exported([put(1, 10), foreignReply(1, 20, status)]))).toEqual([]),
  )

  test.each([0, 403, 412, 500])('leaves out a read that says nothing, with %d', (status) =>
    expect(words(exported([get(1, 10), foreignReply(1, 20, status)]))).toEqual([]),
  )

  test.each([
    ['a read of one particular version', [get(1, 10), foreignReply(1, 20, 200)]],
    ['a list', [get(1, 10, { method: 'LIST' }), foreignReply(1, 20, 200)]],
    ['metadata', [get(1, 10, { path: 'secret/metadata/a' }), foreignReply(1, 20, 200)]],
    ['kv version 1', [put(1, 10, { path: 'kv/data/a' }), foreignReply(1, 20, 204)]],
    ['a token', [put(1, 10, { path: 'auth/token/create' }), foreignReply(1, 20, 200)]],
  ])('leaves out %s', (_, records) => expect(words(exported(records))).toEqual([]))

  test('makes one operation of a read and its retries, and one of each write that was tried', () => {
    const retried = exported([
      get(1, 10, { op: 1 }),
      foreignReply(1, 11, 412),
      get(2, 20, { op: 1, attempt: 2 }),
      foreignReply(2, 21, 200, { version: 4 }),
      put(3, 30, { op: 2 }),
      foreignReply(3, 31, 500),
      put(4, 40, { op: 2, attempt: 2 }),
      foreignReply(4, 41, 200, { version: 6 }),
    ])
    expect(words(retried)).toEqual(['read 4 2-5', 'write 6 8-9', 'write ? 6-'])
    expect(retried).toMatchObject({ operations: 3, open: 1 })
  })

  test('takes no 307 for a promise, unless the node says that it sent nothing on', () => {
    expect(words(exported([put(1, 10), foreignReply(1, 20, 307)]))).toEqual(['write ? 2-'])
    expect(words(exported([put(1, 10), reply(1, 20, 307, N1, 5, { forwarded: 'write' })]))).toEqual(['write ? 2-'])
    expect(words(exported([put(1, 10), reply(1, 20, 307, N1, 5)]))).toEqual([])
  })

  describe('of a write that nobody answered for sure', () => {
    const [asked, answer] = [put(1, 100), foreignReply(1, 200, 500)]
    const after = (...records: readonly HistoryRecord[]): readonly string[] =>
      words(exported([...founding(0, 5), asked, ...records]))
    // The call's position: behind the run, five entries, a commit and three applies.
    const at = 11

    test('knows nothing without a log', () => {
      expect(words(exported([asked]))).toEqual(['write ? 2-'])
      expect(words(exported([asked, answer]))).toEqual(['write ? 2-'])
    })

    test('tells the version that is committed, before the answer or after it', () => {
      expect(after(wroteVersion(110, 6, 1, 9), commit(120, N0, 6), answer)).toEqual([`write 9 ${at}-`])
      expect(after(wroteVersion(110, 6, 1, 9), answer, commit(220, N0, 6))).toEqual([`write 9 ${at}-`])
      expect(after(answer, wroteVersion(210, 6, 1, 9), commit(220, N0, 6))).toEqual([`write 9 ${at}-`])
      expect(after(wroteVersion(110, 6, 1, 9), commit(120, N0, 6))).toEqual([`write 9 ${at}-`])
    })

    test('leaves it out when the log has no trace of it', () => expect(after(answer)).toEqual([]))

    test('leaves it open while it is not committed', () =>
      expect(after(wroteVersion(110, 6, 1, 9), answer)).toEqual([`write ? ${at}-`]))

    test('leaves it out when another entry stands in its place', () =>
      expect(
        after(
          wroteVersion(110, 6, 1, 9),
          answer,
          lead(300, N1, 2, 5),
          { ...entry(300, N1, 6), term: 2 } as HistoryRecord,
          commit(310, N1, 6),
        ),
      ).toEqual([]))

    test('leaves it open when nodes number requests for themselves', () => {
      const foreign = entry(150, N0, 6, { request: String(2 ** 41) })
      expect(after(foreign, commit(160, N0, 6), answer)).toEqual([`write ? ${at}-`])
    })

    test('leaves it open when the log is numbered anew before it is committed', () =>
      expect(
        after(
          wroteVersion(110, 6, 1, 9),
          renumber(120, 'promote', 1),
          entry(121, N0, 1, { request: '0' }),
          commit(122, N0, 1),
        ),
      ).toEqual([`write ? ${at}-`]))

    test('leaves it open when the history begins in the middle of the log', () => {
      const recovered = { kind: 'recover', t: milliseconds(0), node: N0, term: 1, index: walIndex(4), chain: 1 }
      const records = [recovered as HistoryRecord, asked, entry(110, N0, 5), commit(120, N0, 5), answer]
      expect(words(exported(records))).toEqual(['write ? 3-'])
    })
  })

  test.each<readonly [RegisterSummary['through'], HistoryRecord]>([
    ['restore', renumber(50, 'restore', 0)],
    ['mounts', put(9, 50, { method: 'DELETE', path: 'sys/mounts/secret' })],
  ])('ends where secrets may be others: %s', (through, end) => {
    const records = [
      put(1, 10),
      foreignReply(1, 20, 200, { version: 2 }),
      put(2, 30),
      end,
      foreignReply(2, 60, 200, { version: 1 }),
      get(3, 70),
      foreignReply(3, 80, 200, { version: 1 }),
    ]
    expect(exported(records)).toMatchObject({ operations: 2, open: 1, through })
    expect(words(exported(records))).toEqual(['write 2 2-3', 'write ? 4-'])
  })

  test('goes on over a promotion, which keeps what is committed', () =>
    expect(
      words(
        exported([
          put(1, 10),
          foreignReply(1, 20, 200, { version: 2 }),
          renumber(30, 'promote', 1),
          get(2, 40),
          foreignReply(2, 50, 200, { version: 2 }),
        ]),
      ),
    ).toEqual(['write 2 2-3', 'read 2 5-6']))
})
