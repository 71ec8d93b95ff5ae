import { epoch, type HistoryRecord } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import { entry, founding, lead, N0, N1, N2, recover, renumber, resign, turned, wrote } from './hand-written.ts'
import { I398, NO_TOKEN, refused, verdictOf } from './refused.ts'
import { BROKEN, HOLDS, UNKNOWN } from './verdicts.ts'

describe('a 412 after an election', () => {
  test('is not held against a node that was elected after the request came in, or is active no more', () => {
    const founded = [entry(1, N0, 1)]
    expect(verdictOf([...founded, lead(2, N2, 2, 1), ...refused(399)])).toEqual(BROKEN)
    expect(
      verdictOf([...founded, ...refused(399).slice(0, -1), lead(3130, N2, 2, 1), ...refused(399).slice(-1)]),
    ).toEqual(HOLDS)
    expect(verdictOf([...founded, lead(2, N2, 2, 1), lead(3, N0, 3, 1), ...refused(399)])).toEqual(HOLDS)
    expect(verdictOf([...founded, lead(2, N2, 2, 1), resign(3, N2, 2, 1), ...refused(399)])).toEqual(HOLDS)
    expect(verdictOf([...founded, lead(2, N2, 2, 1), recover(3, N2, 1), ...refused(399)])).toEqual(HOLDS)
  })

  test('is not held against a deposed active node that others still ask: what came later it cannot have', () => {
    const forwarded = { reply: { by: N0, forwarded: 'write' } } as const
    expect(verdictOf([entry(1, N0, 1), ...refused(399, forwarded)])).toEqual(BROKEN)
    expect(verdictOf([entry(1, N0, 1), lead(2, N1, 2, 1), ...refused(399, forwarded)])).toEqual(HOLDS)
    expect(verdictOf([entry(1, N0, 1), lead(2, N1, 2, 1), ...refused(400, forwarded)])).toEqual(BROKEN)
  })

  test('is lawful on a standby whose index state is unknown after an election: it tells 0', () => {
    const unknown = turned({ index_after_election: 'unknown' })
    const elected = [entry(1, N0, 1), lead(2, N1, 2, 1)]
    expect(verdictOf([...elected, ...refused(0, { run: unknown })])).toEqual(HOLDS)
    expect(verdictOf([...elected, ...refused(0, { run: unknown, call: { ...NO_TOKEN, index: [I398] } })])).toEqual(
      HOLDS,
    )
    expect(verdictOf([...elected, ...refused(0, { run: unknown, call: NO_TOKEN })])).toEqual(BROKEN)
  })

  describe('after the log was numbered anew', () => {
    /** t31 and I398 are of before; n2 has applied 20 when it refuses what is given. */
    const after = (
      why: 'promote' | 'restore',
      given: Parameters<typeof refused>[1],
      applied = 20,
    ): readonly HistoryRecord[] => {
      const records = refused(applied, given)
      return [...records.slice(0, -2), renumber(3115, why, 3), ...founding(3115, 16), ...records.slice(-2)]
    }
    const RAISED = { reply: { epoch: epoch(3) } }

    test('a token of before skips the check, unless servers check it by an index that means nothing', () => {
      expect(verdictOf(after('promote', RAISED))).toEqual(BROKEN)
      const checking = turned({ old_epoch: 'checked' })
      expect(verdictOf(after('promote', { ...RAISED, run: checking }))).toEqual(HOLDS)
      expect(verdictOf(after('promote', { ...RAISED, run: checking }, 400))).toEqual(BROKEN)
      const active = { reply: { epoch: epoch(3), by: N0, forwarded: 'write' as const } }
      expect(verdictOf(after('promote', { ...active, run: checking }))).toEqual(HOLDS)
    })

    test('a token that is newer than the backup meets it on the active node too where a restore keeps the epoch', () => {
      const active = { reply: { by: N0, forwarded: 'write' as const } }
      expect(verdictOf(after('restore', active))).toEqual(BROKEN)
      const keeping = turned({ epoch_on_restore: 'keeps' })
      expect(verdictOf(after('restore', { ...active, run: keeping }))).toEqual(HOLDS)
      expect(verdictOf(after('restore', { ...active, run: keeping }, 400))).toEqual(BROKEN)
      expect(verdictOf(after('promote', { ...active, run: keeping }))).toEqual(BROKEN)
    })

    test('an X-Vault-Index of before is a cause when it is ahead, and nobody knows what it is when not', () => {
      const header = { call: { ...NO_TOKEN, index: [I398] } }
      expect(verdictOf(after('promote', header))).toEqual(HOLDS)
      expect(verdictOf(after('promote', header, 400))).toEqual(UNKNOWN)
      const again = [
        ...after('promote', header, 400).slice(0, -2),
        ...wrote(9, 3116, I398),
        ...refused(400, header).slice(-2),
      ]
      expect(verdictOf(again)).toEqual(BROKEN)
    })

    test('a request that was under way meanwhile is not judged', () => {
      const records = refused(500)
      expect(verdictOf([...records.slice(0, -1), renumber(3130, 'promote', 3), ...records.slice(-1)])).toEqual(UNKNOWN)
    })
  })
})
