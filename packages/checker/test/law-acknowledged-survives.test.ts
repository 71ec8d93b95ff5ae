import { ACKNOWLEDGED_SURVIVES } from '@fourtwelve/checker'
import { walIndex, type HistoryRecord, type ReplyRecord } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import {
  apply,
  call,
  chainOfTerms,
  commit,
  ELECTION,
  entry,
  entryOf,
  foreignReply,
  founding,
  indexValue,
  judge,
  lead,
  N0,
  N1,
  N2,
  renumber,
  reply,
  run,
} from './hand-written.ts'
import { UNKNOWN, broken, holds, judging } from './verdicts.ts'

const { expectTold, verdictOf, why } = judging(ACKNOWLEDGED_SURVIVES)

/** Founded with 5; s7's write becomes entry 6, which a majority has, and is answered as given. */
const written = (given: Partial<ReplyRecord> = {}, status = 200): readonly HistoryRecord[] => [
  run(),
  ...founding(0, 5),
  call(1, 100, N0, { session: 's7', method: 'POST' }),
  entry(101, N0, 6),
  apply(101, N0, 5, 6),
  commit(109, N0, 6),
  reply(1, 110, status, N0, 5, { wrote: walIndex(6), ...given }),
]
/** n1 leads term 2 with no more than was founded. */
const LOST = lead(2000, N1, 2, 5)

describe('a write that was acknowledged', () => {
  test('is unknown when there was none and nobody was elected', () => {
    expect(verdictOf([run(), ...founding(0, 5)])).toEqual(UNKNOWN)
  })

  test('is in the log of the next leadership', () => {
    const records = [...written(), apply(2000, N1, 5, 6), lead(2000, N1, 2, 6)]
    expect(verdictOf(records)).toEqual(holds(2))
    expect(verdictOf(ELECTION)).toEqual(holds(1))
  })

  test('is not missing there, and the witness shows who was told and who lacks it', () => {
    const records = [...written(), LOST]
    expectTold(
      records,
      broken(2),
      'Session s7 sent POST secret/data/a to n0 at +0.100 s (call 1); n0 answered 200 at +0.110 s and so acknowledged the write of entry 6. ' +
        'At +2.000 s node n1 began to lead term 2 behind entry 5: its log ends there and has no entry 6. So an acknowledged write is lost.',
      [records.find(({ kind }) => kind === 'call'), ...records.slice(-2)],
    )
  })

  test('is not another entry there', () => {
    const elsewhere = [
      ...written(),
      // n2 led without it, and nobody got what it wrote but n1.
      lead(1000, N2, 2, 5),
      entryOf(2, 1000, N2, 6),
      apply(1000, N2, 5, 6, chainOfTerms(5, 1)),
      apply(2000, N1, 5, 6, chainOfTerms(5, 1)),
      lead(2000, N1, 3, 6),
    ]
    const { violations } = judge(ACKNOWLEDGED_SURVIVES, elsewhere)
    expect(violations).toBe(2)
    const [first, ...others] = elsewhere.filter(({ kind }) => kind !== 'reply')
    expect(why([first ?? run(), ...others])).toContain('What a majority had is lost.')
    const second = judge(ACKNOWLEDGED_SURVIVES, [...elsewhere.filter((record) => record.t !== LOST.t), LOST])
    expect(second.violations).toBe(2)
  })

  test('counts once, however often its loss shows', () => {
    const lost = [...written(), LOST, entryOf(2, 2001, N1, 6), entryOf(2, 2002, N1, 7), commit(2003, N0, 6)]
    expect(verdictOf(lost).violations).toBe(1)
  })

  test('has a majority when it is acknowledged', () => {
    const records = written().filter(({ kind, t }) => kind !== 'commit' || t === 0)
    const { witness, ...rest } = judge(ACKNOWLEDGED_SURVIVES, records)
    expect(rest).toEqual({ name: 'acknowledged-survives', verdict: 'broken', checked: 1, violations: 1 })
    expect(witness?.prose).toBe(
      'Session s7 sent POST secret/data/a to n0 at +0.100 s (call 1); n0 answered 200 at +0.110 s and so acknowledged the write of entry 6. ' +
        'But a majority had no more than 5 at +0.110 s: the write can still be lost.',
    )
    expect(witness?.records.at(-1)).toBe(records.at(-1))
  })

  test.each([
    ['a 5xx', written({}, 500)],
    ['an answer that never came', [...written().slice(0, -1), foreignReply(1, 110, 0)]],
    ['a refusal', written({}, 403)],
    ['an answer that wrote nothing', written({ wrote: walIndex(0) })],
  ])('is not what got %s: it may be there or not', (_, records) => {
    const uncommitted = records.filter(({ kind, t }) => kind !== 'commit' || t === 0)
    expect(verdictOf([...uncommitted, LOST])).toEqual(holds(1))
  })

  test('is known by its X-Vault-Index where nothing else tells', () => {
    const told = [...written().slice(0, -1), foreignReply(1, 110, 204, { index: indexValue(6) })]
    expect(verdictOf(told)).toEqual(holds(1))
    expect(verdictOf([...told, LOST]).violations).toBe(1)
    expect(verdictOf([run(), call(1, 1, N0), foreignReply(1, 2, 204, { index: indexValue(6) })]).verdict).toBe(
      'unknown',
    )
  })
})

describe('what a majority had', () => {
  test('is in the next leadership, also when nobody was told', () => {
    const untold = written().filter(({ kind }) => kind !== 'call' && kind !== 'reply')
    expect(why([...untold, LOST])).toBe(
      'At +0.109 s node n0 announced the commit of 6. ' +
        'At +2.000 s node n1 began to lead term 2 behind entry 5: its log ends there and has no entry 6. What a majority had is lost.',
    )
  })

  test('may be announced late by a deposed active node, when later leaderships have it', () => {
    const [until, late] = [written().slice(0, -2), commit(2100, N0, 6)]
    const kept = [...until, apply(2000, N1, 5, 6), lead(2000, N1, 2, 6), entryOf(2, 2000, N1, 7)]
    expect(verdictOf([...kept, late])).toEqual(holds(1))
    const lost = [...until, LOST, entryOf(2, 2000, N1, 6), late]
    expect(verdictOf(lost)).toEqual({ verdict: 'broken', checked: 2, violations: 1 })
    expect(why(lost)).toBe(
      'At +2.000 s node n1 began to lead term 2 behind entry 5: its log ends there and has no entry 6. ' +
        'At +2.100 s node n0 announced the commit of 6. What a majority had is lost.',
    )
  })

  test('need not be in a leadership of an earlier term that begins late', () => {
    const late = [...ELECTION, lead(3500, N0, 4, 10), entryOf(4, 3500, N0, 11), commit(3600, N0, 11)]
    expect(verdictOf([...late, lead(3700, N2, 3, 10)])).toEqual(holds(3))
    expect(verdictOf([...late, lead(3700, N2, 5, 10)]).violations).toBe(1)
  })

  test('may be gone after a restore: the law begins anew', () => {
    const anew = [...written(), call(2, 4999, N0), renumber(5000, 'restore', 1), ...founding(5000, 3)]
    expect(verdictOf([...anew, reply(2, 5001, 200, N0, 6, { wrote: walIndex(7) })])).toEqual(holds(1))
    expect(verdictOf([...anew, lead(6000, N1, 2, 3)])).toEqual(holds(2))
    expect(verdictOf([...anew, apply(6000, N1, 3, 3), lead(6000, N1, 2, 3), entryOf(2, 6000, N1, 4)]).violations).toBe(
      0,
    )
  })
})
