import { TERM_AND_INDEX_RISE } from '@fourtwelve/checker'
import { describe, expect, test } from 'vitest'
import {
  apply,
  commit,
  digestOf,
  ELECTION,
  entry,
  entryOf,
  founding,
  judge,
  lead,
  N0,
  N1,
  renumber,
  run,
} from './hand-written.ts'
import { UNKNOWN, broken, holds, judging } from './verdicts.ts'

const { expectTold, verdictOf } = judging(TERM_AND_INDEX_RISE)

const FOUNDED = [run(), ...founding(0, 5)]

describe('term and index', () => {
  test('are unknown when nothing was written', () => {
    expect(verdictOf([run()])).toEqual(UNKNOWN)
  })

  test('rise over an election, though two leaderships write the same index', () => {
    expect(verdictOf(ELECTION)).toEqual(holds(15))
  })

  test('never come twice', () => {
    const records = [...FOUNDED, entry(100, N0, 6), entry(200, N0, 6, { digest: digestOf(6, 9) })]
    expectTold(
      records,
      broken(8),
      'At +0.200 s node n0 wrote entry 6 of term 1, and the last one of term 1 was 6: 6 came twice.',
      records.slice(-2),
    )
  })

  test('never go back in a later leadership to what it took over', () => {
    const taken = [...FOUNDED, lead(100, N1, 2, 5), entryOf(2, 200, N1, 5)]
    expect(judge(TERM_AND_INDEX_RISE, taken).witness?.prose).toBe(
      'At +0.200 s node n1 wrote entry 5 of term 2, whose log was at 5 already: within a term indexes only rise.',
    )
  })

  test('never fall to one that nobody saw', () => {
    const fallen = [...FOUNDED, lead(100, N1, 2, 5), entryOf(2, 200, N1, 6), entryOf(2, 300, N1, 3)]
    expect(judge(TERM_AND_INDEX_RISE, fallen).witness?.prose).toBe(
      'At +0.300 s node n1 wrote entry 3 of term 2, whose log was at 6 already: within a term indexes only rise.',
    )
  })
})

describe('what is committed', () => {
  /** n0 has 6 and 7 committed in term 1; n1 leads term 2 without them, and has its own 6 to 8 committed. */
  const SPLIT = [
    ...FOUNDED,
    entry(100, N0, 6),
    entry(100, N0, 7),
    commit(110, N0, 7),
    lead(200, N1, 2, 5),
    entryOf(2, 200, N1, 6),
    entryOf(2, 200, N1, 7),
    entryOf(2, 200, N1, 8),
    commit(210, N1, 8),
  ]

  test('is never another entry at the same index', () => {
    expectTold(
      SPLIT,
      broken(13),
      'At +0.110 s node n0 announced the commit of 7. At +0.210 s node n1 announced the commit of 8 in term 2, ' +
        'but its log is another from entry 6 on, which was committed already: index 6 stands for two entries.',
      [
        SPLIT.find((record) => record.kind === 'commit' && record.index === 7),
        SPLIT.find((record) => record.kind === 'entry' && record.term === 2 && record.index === 6),
        SPLIT.at(-1),
      ],
    )
  })

  test('may be announced by a deposed active node when it is the same: acknowledgements were under way', () => {
    const late = [...ELECTION.slice(0, -2), commit(2900, N0, 8)]
    expect(verdictOf(late).verdict).toBe('holds')
    // n1 has its own 9 committed by then.
    const wrong = judge(TERM_AND_INDEX_RISE, [...ELECTION.slice(0, -2), commit(2900, N0, 9)])
    expect(wrong.witness?.prose).toContain('its log is another from entry 9 on')
    // A whole disagreement, not only a longer log.
    const longer = [...ELECTION.slice(0, -2), entry(2800, N0, 10), entry(2800, N0, 11), commit(2900, N0, 11)]
    expect(verdictOf(longer).verdict).toBe('broken')
  })

  test('begins anew when the log is numbered anew', () => {
    const anew = [...ELECTION, renumber(5000, 'restore', 1), ...founding(5000, 3)]
    expect(verdictOf([...anew, entry(5001, N0, 4), apply(5001, N0, 3, 4), commit(5002, N0, 4)]).verdict).toBe('holds')
    expect(verdictOf([...anew, entry(5001, N0, 3)]).verdict).toBe('broken')
  })
})
