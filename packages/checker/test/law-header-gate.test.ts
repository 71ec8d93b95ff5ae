import { HEADER_GATE } from '@fourtwelve/checker'
import { walIndex, type CallRecord, type HistoryRecord, type ReplyRecord, type RunRecord } from '@fourtwelve/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  call,
  CLUSTER,
  foreignReply,
  founding,
  indexValue,
  judge,
  N0,
  N2,
  renumber,
  reply,
  run,
  turned,
  wrote,
} from './hand-written.ts'
import { BROKEN, HOLDS, UNKNOWN, judging } from './verdicts.ts'

const { expectTold, verdictOf } = judging(HEADER_GATE)

const I412 = indexValue(412)

/** s7 gets index 412 from n0; s9 requires it of n2, which has applied `applied` and answers `status`. */
function required(
  status: number,
  applied: number,
  given: { call?: Partial<CallRecord>; reply?: Partial<ReplyRecord>; run?: Partial<RunRecord> } = {},
): readonly HistoryRecord[] {
  return [
    run(given.run),
    ...wrote(1, 3100, I412),
    call(2, 3120, N2, { index: [I412], ...given.call }),
    reply(2, 3140, status, N2, applied, given.reply),
  ]
}

describe('the header gate', () => {
  test('is unknown when nothing was seen', () => {
    expect(verdictOf([])).toEqual(UNKNOWN)
    expect(verdictOf([run(), ...wrote(1, 1, I412), call(2, 3, N2), reply(2, 4, 200, N2, 0)])).toEqual(UNKNOWN)
  })

  test('holds when the state that answers has the index', () => {
    expect(verdictOf(required(200, 412))).toEqual(HOLDS)
  })

  test('is broken by an answer from an older state, and says so with every name, index and time', () => {
    const records = required(200, 409)
    expectTold(
      records,
      BROKEN,
      'Session s7 got X-Vault-Index 412 at +3.101 s (call 1). ' +
        'Session s9 sent GET secret/data/a to n2 at +3.120 s (call 2) with X-Vault-Index 412; ' +
        'n2 answered 200 at +3.140 s with applied = 409. ' +
        '409 < 412, so the only lawful answers were 412 or a forward.',
      records.slice(2),
    )
  })

  test('judges a forwarded request by the node that handled it', () => {
    const forwarded = { by: N0, forwarded: 'inconsistent-header', appliedHere: walIndex(409) } as const
    expect(verdictOf(required(200, 412, { reply: forwarded }))).toEqual(HOLDS)
    expect(verdictOf(required(200, 411, { reply: forwarded }))).toEqual(BROKEN)
  })

  test('is not asked for an index of before the log was numbered anew, nor by a request that was under way', () => {
    const records = required(200, 409)
    const anew = [renumber(3110, 'restore', 1), ...founding(3110, 16)]
    expect(verdictOf([...records.slice(0, -2), ...anew, ...records.slice(-2)])).toEqual(UNKNOWN)
    expect(verdictOf([...records.slice(0, -1), ...anew, ...records.slice(-1)])).toEqual(UNKNOWN)
    // Issued again it is one of now, letter for letter the same.
    const again = [...anew, ...wrote(9, 3112, I412)]
    expect(verdictOf([...records.slice(0, -2), ...again, ...records.slice(-2)])).toEqual(BROKEN)
  })

  test('wants every one of several values', () => {
    const index = [indexValue(3), I412, indexValue(5)]
    const issued = [...wrote(10, 1, indexValue(3)), ...wrote(11, 2, indexValue(5))]
    const [first, ...rest] = required(200, 411, { call: { index } })
    expect(verdictOf([first ?? run(), ...issued, ...rest])).toEqual(BROKEN)
  })

  describe('where one of several values is enough', () => {
    const index = [indexValue(3), I412, indexValue(5)]
    const asking = (
      applied: number,
      values: readonly string[] = index,
      switches = turned({ several_indexes: 'any' }),
    ) => {
      const [first, ...rest] = required(200, applied, { call: { index: values }, run: switches })
      return [first ?? run(), ...wrote(10, 1, indexValue(3)), ...wrote(11, 2, indexValue(5)), ...rest]
    }

    test('wants only that one', () => {
      expect(verdictOf(asking(412))).toEqual(HOLDS)
      expect(verdictOf(asking(3))).toEqual(HOLDS)
      expect(verdictOf(asking(2))).toEqual(BROKEN)
      expect(verdictOf(asking(411, [I412]))).toEqual(BROKEN)
    })

    test('says that no other was met', () => {
      expect(judge(HEADER_GATE, asking(2)).witness?.prose).toContain(
        '2 < 3 and no other value was met, so the only lawful answers were 412 or a forward.',
      )
      expect(judge(HEADER_GATE, asking(2, [I412])).witness?.prose).toContain('2 < 412, so the only')
    })

    test('judges nothing when a value of which nothing is known may be the one', () => {
      expect(verdictOf(asking(2, [I412, 'nonsense']))).toEqual(UNKNOWN)
      expect(verdictOf(asking(412, [I412, 'nonsense']))).toEqual(HOLDS)
    })

    test('is said by the switch alone', () => {
      expect(verdictOf(asking(411, index, turned({})))).toEqual(BROKEN)
    })
  })

  test('judges the order: a stale 403 or 404 is an answer, too', () => {
    expect(verdictOf(required(404, 411))).toEqual(BROKEN)
    expect(verdictOf(required(403, 411, { reply: { errors: ['permission denied'] } }))).toEqual(BROKEN)
    expect(verdictOf(required(403, 412, { reply: { errors: ['permission denied'] } }))).toEqual(HOLDS)
  })

  test.each([400, 412, 307, 429, 500, 503])(
    'learns nothing from a %i, which may come before the gate or from it',
    (status) => {
      expect(verdictOf(required(status, 0))).toEqual(UNKNOWN)
    },
  )

  test('judges logins, and asks nothing of paths that every node answers for itself', () => {
    expect(verdictOf(required(200, 0, { call: { path: 'auth/userpass/login/bob' } }))).toEqual(BROKEN)
    for (const path of ['sys/health', 'sys/leader', 'sys/seal-status', 'sys/init', 'sys/init']) {
      expect(verdictOf(required(200, 0, { call: { path } }))).toEqual(UNKNOWN)
    }
  })

  test('leaves foreign, forged, malformed and never issued values to another law', () => {
    const forged = `${I412.slice(0, -3)}${I412.at(-3) === 'A' ? 'B' : 'A'}${I412.slice(-2)}`
    const foreign = indexValue(412, { cluster: 'c0ffee00-0000-4000-8000-000000000000' })
    for (const value of [forged, foreign, 'nonsense', '', indexValue(413)]) {
      expect(verdictOf(required(200, 0, { call: { index: [value] } }))).toEqual(UNKNOWN)
    }
  })

  test('judges nothing by an issued value that is not in the form of this cluster', () => {
    for (const value of [
      'c1:412',
      indexValue(412, { cluster: 'another' }),
      indexValue(412, { cluster: `${CLUSTER}x7` }),
    ]) {
      const records = [run(), ...wrote(1, 1, value), call(2, 3, N2, { index: [value] }), reply(2, 4, 200, N2, 0)]
      expect(verdictOf(records)).toEqual(UNKNOWN)
    }
  })

  test('asks nothing of community servers, and the same over consul', () => {
    expect(verdictOf(required(200, 0, { run: turned({ edition: 'community' }) }))).toEqual(UNKNOWN)
    expect(verdictOf(required(200, 0, { run: turned({ storage: 'consul' }) }))).toEqual(BROKEN)
  })

  test('judges nothing in the history of a foreign server', () => {
    const records = [run(), ...wrote(1, 1, I412), call(2, 3, N2, { index: [I412] }), foreignReply(2, 4, 200)]
    expect(verdictOf(records)).toEqual(UNKNOWN)
  })

  test('reads the index out of values of every cluster name, however long its number is', () => {
    const index = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9-]{1,40}$/), index, (cluster, local) => {
        const value = indexValue(local, { cluster })
        const history = (applied: number): readonly HistoryRecord[] => [
          run({ cluster: cluster as RunRecord['cluster'] }),
          ...wrote(1, 1, value),
          call(2, 3, N2, { index: [value] }),
          reply(2, 4, 200, N2, applied),
        ]
        expect(verdictOf(history(local))).toEqual(HOLDS)
        expect(verdictOf(history(local - 1))).toEqual(BROKEN)
      }),
    )
  })

  test('reads the value of a published example', () => {
    const published =
      'djE6OWY4MmUwM2ItNzFmYi05N2E2LTljNWEtNDZmYTY3MTVkNmU0OjEwMDA6MDo2NTI0MjhkZTY3MjM2YWExMzRjODY4MjM4MzllMWUzMjA5MTkwYmNlZTNlOGIwOGNmMWIwM2E0NGUzMGRiODJh'
    const history = (applied: number) => [
      run(),
      ...wrote(1, 1, published),
      call(2, 3, N2, { index: [published] }),
      reply(2, 4, 200, N2, applied),
    ]
    expect(verdictOf(history(1000))).toEqual(HOLDS)
    expect(verdictOf(history(999))).toEqual(BROKEN)
  })
})
