import { ONE_ACTIVE_A_TERM } from '@fourtwelve/checker'
import { describe, expect, test } from 'vitest'
import {
  apply,
  commit,
  ELECTION,
  entry,
  entryOf,
  founding,
  judge,
  lead,
  N0,
  N1,
  N2,
  recover,
  renumber,
  resign,
  run,
} from './hand-written.ts'
import { UNKNOWN, broken, holds, judging } from './verdicts.ts'

const { expectTold, verdictOf, why } = judging(ONE_ACTIVE_A_TERM)

/** Entries, commits and leads of ELECTION. */
const JUDGED = 5 + 1 + 4 + 1 + 1 + 1 + 1 + 1 + 1

describe('a term', () => {
  test('is unknown when nobody led one', () => {
    expect(verdictOf([run()])).toEqual(UNKNOWN)
  })

  test('has one active node: who founds leads the first, who is elected the next', () => {
    expect(verdictOf(ELECTION)).toEqual(holds(JUDGED))
  })

  test('is not led by two', () => {
    const records = [...ELECTION, apply(3500, N2, 10, 10), lead(3500, N2, 2, 10)]
    expectTold(
      records,
      broken(JUDGED + 1),
      'Node n1 began to lead term 2 at +2.000 s. At +3.500 s node n2 began to lead term 2 too: ' +
        'two nodes would acknowledge writes in one term.',
      [ELECTION.find(({ kind }) => kind === 'lead'), records.at(-1)],
    )
    expect(why([run(), ...founding(0, 5), lead(1, N1, 1, 5)])).toContain('node n1 began to lead term 1 too')
  })

  test('is not led twice by one node, nor an earlier one after it', () => {
    expect(why([...ELECTION, lead(3500, N1, 2, 10)])).toBe(
      'Node n1 began to lead term 2 at +2.000 s. At +3.500 s it began to lead term 2, which is not above 2: ' +
        'indexes of a term could repeat.',
    )
    expect(
      verdictOf([...ELECTION, lead(3500, N1, 3, 10), resign(3600, N1, 3, 10), lead(3700, N1, 4, 10)]).verdict,
    ).toBe('holds')
  })

  test('may be begun late, below that of another: votes may be heard late', () => {
    const late = [...ELECTION, lead(3500, N0, 4, 10), lead(3600, N2, 3, 10), entryOf(3, 3600, N2, 11)]
    expect(verdictOf(late).verdict).toBe('holds')
  })

  test('is written in by nobody else', () => {
    const records = [...ELECTION, entryOf(2, 3500, N2, 11)]
    const { witness } = judge(ONE_ACTIVE_A_TERM, records)
    expect(witness?.prose).toBe(
      "Node n1 began to lead term 2 at +2.000 s. At +3.500 s node n2 wrote entry 11 of term 2, but term 2 is n1's.",
    )
    expect(witness?.records).toHaveLength(2)
  })

  test('is written in by nobody who never led', () => {
    expect(why([...ELECTION, entryOf(3, 3500, N2, 11)])).toBe(
      'At +3.500 s node n2 wrote entry 11 of term 3, but it never began to lead.',
    )
    expect(why([...ELECTION, commit(3500, N2, 10)])).toBe(
      'At +3.500 s node n2 announced the commit of 10, but it never began to lead.',
    )
  })

  test('may be written in by a deposed active node that does not know, and not after it resigned or came back', () => {
    const before = ELECTION.slice(0, -2)
    expect(verdictOf([...before, entry(2900, N0, 10)]).verdict).toBe('holds')
    expect(why([...ELECTION, entry(3500, N0, 10)])).toBe(
      'Node n0 began to lead term 1 at +0.000 s. It resigned at +3.000 s. ' +
        'At +3.500 s node n0 wrote entry 10 of term 1, but only the active node does that.',
    )
    expect(why([...ELECTION, commit(3500, N0, 7)])).toContain('node n0 announced the commit of 7, but only the active')
    expect(why([...before, recover(2800, N0, 7), entry(2900, N0, 10)])).toContain('It came back from its disk since')
    expect(why([...ELECTION, lead(3500, N1, 3, 10), entryOf(2, 3600, N1, 11)])).toContain('It led another term since')
  })

  test('begins anew when the log is numbered anew, whatever its number', () => {
    const anew = [...ELECTION, renumber(5000, 'restore', 1), ...founding(5000, 3)]
    expect(verdictOf(anew).verdict).toBe('holds')
    expect(why([...anew, entry(5001, N1, 4)])).toContain("term 1 is n0's")
  })
})
