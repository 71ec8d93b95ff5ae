import { WAL_PREFIX } from '@fourtwelve/checker'
import { describe, expect, test } from 'vitest'
import {
  apply,
  chainOfTerms,
  commit,
  ELECTION,
  entry,
  entryOf,
  founding,
  lead,
  N0,
  N1,
  N2,
  recover,
  renumber,
  resign,
  run,
} from './hand-written.ts'
import { holds, judging } from './verdicts.ts'

const { verdictOf, why } = judging(WAL_PREFIX)

describe('the log', () => {
  test('leaves a deposed active node its own entries until it resigns, and no others', () => {
    const before = ELECTION.slice(0, -2)
    // n0 does not know yet: it goes on writing, and works on what it wrote.
    const deposed = [...before, entry(2900, N0, 10), apply(2900, N0, 9, 10)]
    expect(verdictOf(deposed).violations).toBe(0)
    const chain = chainOfTerms(8, 2)
    expect(verdictOf([...deposed, resign(3000, N0, 1, 7), apply(3100, N0, 7, 10, chain)]).violations).toBe(0)
    expect(why([...deposed, apply(3000, N0, 10, 11)])).toContain('the log ends at 10')
    expect(why([...deposed, apply(3000, N0, 10, 10, chain)])).toContain('is not the one of the log')
    // Another node must not follow it.
    expect(why([...before.slice(0, -1), entry(2900, N0, 10), apply(2901, N2, 6, 10)])).toContain(
      'entries 7 to 10 on n2 are not those of the log',
    )
  })

  test('is followed over an election: what took over goes on from what it had, also another that had more', () => {
    expect(verdictOf(ELECTION)).toEqual(holds(11))
    // n0 has 9 of term 1 and n1 wrote 9 of term 2, which nobody else got; n0 leads again, with its own.
    const back = [
      ...ELECTION.slice(0, 22),
      resign(2200, N0, 1, 7),
      apply(2300, N0, 7, 9),
      lead(2300, N0, 3, 9),
      entryOf(3, 2300, N0, 10),
      apply(2300, N0, 9, 10, chainOfTerms(9, 0, 1)),
      commit(2400, N0, 10),
      resign(2500, N1, 2, 7),
      apply(2600, N1, 7, 10, chainOfTerms(9, 0, 1)),
    ]
    expect(verdictOf(back)).toEqual(holds(11))
    expect(verdictOf([...back.slice(0, -1), apply(2600, N1, 7, 10, chainOfTerms(8, 1, 1))]).violations).toBe(1)
  })

  test('takes a node back that resigned, at what is committed, and nowhere else', () => {
    const until = ELECTION.slice(0, -2)
    expect(why([...until, resign(3000, N0, 1, 7, 1)])).toMatch(
      /^Node n0 had applied 9 at \+1\.001 s\. At \+3\.000 s it resigned, back at 7, but the log has chain \w{8} at 7, and n0 has 00000001/,
    )
    // 9 of term 1 nobody has: 9 of term 2 is the log's.
    expect(why([...until, resign(3000, N0, 1, 9)])).toContain('its entries up to 9 are not those of the log')
    expect(why([...until, resign(3000, N0, 1, 7), apply(3001, N0, 9, 10, chainOfTerms(8, 2))])).toContain(
      'entries 8 to 9 never became visible there: a gap',
    )
  })

  test('takes a node back that comes back from its disk, wherever it was on the log', () => {
    const chain = chainOfTerms(8, 2)
    const back = [...ELECTION, recover(4000, N2, 3), apply(4001, N2, 3, 10, chain)]
    expect(verdictOf(back)).toEqual(holds(13))
    expect(why([...ELECTION, recover(4000, N2, 3, 1)])).toContain(
      'came back from its disk with 3, but the log has chain',
    )
    expect(why([...ELECTION, recover(4000, N2, 3), apply(4001, N2, 4, 10, chain)])).toContain('a gap')
    expect(why([...ELECTION, recover(4000, N2, 11)])).toContain('the log ends at 10')
  })

  test('of a history that begins in the middle is judged from where it is known', () => {
    const chain = chainOfTerms(20, 1)
    const opened = [
      run(),
      recover(0, N0, 16),
      recover(0, N1, 18),
      recover(0, N2, 12),
      apply(1, N1, 18, 20),
      lead(1, N1, 2, 20),
      entryOf(2, 1, N1, 21),
      apply(1, N1, 20, 21, chain),
      commit(2, N1, 21),
      apply(3, N0, 16, 21, chain),
      apply(3, N2, 12, 21, chain),
    ]
    expect(verdictOf(opened).violations).toBe(0)
    expect(verdictOf([...opened.slice(0, -1), apply(3, N2, 12, 21, 1)])).toMatchObject({ violations: 1 })
  })

  test('begins anew when it is numbered anew', () => {
    const anew = [...ELECTION, renumber(5000, 'promote', 1), ...founding(5000, 6), entry(5001, N0, 7)]
    expect(verdictOf(anew)).toEqual(holds(14))
    expect(why([...anew, apply(5002, N1, 10, 11)])).toContain('n1 had applied 6')
    expect(why([...ELECTION, entryOf(3, 5000, N0, 1)])).toContain('can never be written again')
  })
})
