import { APPLIED_NEVER_BACK } from '@fourtwelve/checker'
import { walIndex, type HistoryRecord } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import {
  apply,
  call,
  chainOfTerms,
  commit,
  ELECTION,
  entryOf,
  founding,
  judge,
  lead,
  N0,
  N1,
  N2,
  recover,
  renumber,
  reply,
  resign,
  run,
  serviceToken,
  turned,
} from './hand-written.ts'
import { UNKNOWN, holds, judging } from './verdicts.ts'

const { verdictOf, why } = judging(APPLIED_NEVER_BACK)
const violationsOf = (records: readonly HistoryRecord[]): number => verdictOf(records).violations

/** A read that n2 answers itself. */
const read = (
  id: number,
  sentAt: number,
  answeredAt: number,
  applied: number,
  status = 200,
): readonly HistoryRecord[] => [
  call(id, sentAt, N2, { token: serviceToken('t', 1) }),
  reply(id, answeredAt, status, N2, applied),
]
/** n2, which had applied 10, comes back with less. */
const BACK = [...ELECTION, recover(4000, N2, 6)]

describe('what a node has applied', () => {
  test('is unknown when nothing was applied', () => {
    expect(verdictOf([run()])).toEqual(UNKNOWN)
  })

  test('rises, over an election too, where a deposed active node puts back what no majority had', () => {
    expect(verdictOf(ELECTION)).toEqual(holds(12))
  })

  test('never falls by an apply', () => {
    const records = [...ELECTION, apply(4000, N2, 6, 10)]
    const { witness } = judge(APPLIED_NEVER_BACK, records)
    expect(witness?.prose).toBe(
      'Node n2 had applied 10 at +2.120 s. At +4.000 s it applied from 6 to 10: 6 < 10, so it went back.',
    )
    expect(witness?.records).toEqual([ELECTION.find(({ t }) => t === 2_120_000), records.at(-1)])
    expect(why([...ELECTION, apply(4000, N2, 10, 9)])).toContain('9 < 10')
  })

  test('never falls below what an active node had announced, when it resigns', () => {
    const until = ELECTION.slice(0, -2)
    const { witness } = judge(APPLIED_NEVER_BACK, [...until, resign(3000, N0, 1, 6)])
    expect(witness?.prose).toBe(
      'Readers of n0 may have seen 7 since +1.010 s. At +3.000 s it resigned and went back to 6: ' +
        '6 < 7, so it dropped what a majority had.',
    )
    expect(witness?.records).toHaveLength(2)
    expect(violationsOf([...until, resign(3000, N0, 1, 8)])).toBe(0)
  })

  test('may fall to where it was when a node took over and could commit nothing', () => {
    const taken = [...ELECTION.slice(0, 22), resign(2005, N1, 2, 7)]
    expect(taken.filter(({ kind }) => kind === 'lead')).toHaveLength(1)
    expect(violationsOf(taken)).toBe(0)
    // What it applied as a standby its readers saw.
    expect(violationsOf([...taken.slice(0, -1), resign(2005, N1, 2, 6, chainOfTerms(6))])).toBe(1)
    // What it took over with and committed they saw too.
    expect(violationsOf([...ELECTION, resign(4000, N1, 2, 10, chainOfTerms(8, 2))])).toBe(0)
    expect(violationsOf([...ELECTION, resign(4000, N1, 2, 9, chainOfTerms(8, 1))])).toBe(1)
  })

  test('begins anew when the log is numbered anew', () => {
    const anew = [...BACK, renumber(5000, 'restore', 1), ...founding(5000, 3)]
    expect(violationsOf([...anew, ...read(1, 5001, 5002, 3)])).toBe(0)
    expect(violationsOf([...anew, apply(5001, N2, 2, 4)])).toBe(1)
  })
})

describe('a node that comes back from its disk', () => {
  test('may begin further back than it was, while it answers nobody', () => {
    expect(violationsOf(BACK)).toBe(0)
    expect(violationsOf([...BACK, apply(4100, N2, 6, 10, chainOfTerms(8, 2)), ...read(1, 4200, 4201, 10)])).toBe(0)
  })

  test('answers nobody from less than it had', () => {
    const records = [...BACK, ...read(1, 4100, 4101, 6)]
    const { witness } = judge(APPLIED_NEVER_BACK, records)
    expect(witness?.prose).toBe(
      'Readers of n2 may have seen 10 since +2.120 s. At +4.000 s it came back from its disk with 6. ' +
        'Session s9 sent GET secret/data/a to n2 at +4.100 s (call 1); n2 answered 200 at +4.101 s with applied = 6. ' +
        '6 < 10, so its readers saw it go back over the restart.',
    )
    expect(witness?.records).toEqual([ELECTION.find(({ t }) => t === 2_120_000), ...records.slice(-3)])
    // The answer may come when it has caught up: what counts is what it had when it was asked.
    const late = [...BACK, ...read(1, 4100, 4300, 6)]
    expect(violationsOf([...late.slice(0, -1), apply(4200, N2, 6, 10), ...late.slice(-1)])).toBe(1)
    expect(violationsOf([...BACK, ...read(1, 4100, 4101, 6, 404)])).toBe(1)
  })

  test('may refuse, or ask the active node', () => {
    expect(violationsOf([...BACK, ...read(1, 4100, 4101, 6, 412)])).toBe(0)
    expect(violationsOf([...BACK, ...read(1, 4100, 4101, 6, 503)])).toBe(0)
    const asked = reply(1, 4101, 200, N2, 10, { by: N1, forwarded: 'write', appliedHere: walIndex(6) })
    expect(violationsOf([...BACK, call(1, 4100, N2), asked])).toBe(0)
    expect(violationsOf([...BACK, call(1, 4100, N2, { path: 'sys/health' }), reply(1, 4101, 200, N2, 6)])).toBe(0)
  })

  test('still owes what it had when it comes back again, or leads and resigns in between', () => {
    const chain = chainOfTerms(8, 2)
    expect(violationsOf([...BACK, recover(4100, N2, 7), ...read(1, 4200, 4201, 9)])).toBe(1)
    const led = [
      ...BACK,
      apply(4100, N2, 6, 10, chain),
      lead(4100, N2, 3, 10),
      entryOf(3, 4100, N2, 11),
      apply(4100, N2, 10, 11),
      resign(4200, N2, 3, 6),
    ]
    expect(violationsOf(led)).toBe(0)
    expect(violationsOf([...led, ...read(1, 4300, 4301, 6)])).toBe(1)
    expect(violationsOf([...led, apply(4250, N2, 6, 10, chain), ...read(1, 4300, 4301, 10)])).toBe(0)
  })

  test('may begin at less than it had received, and at no less than it showed, without a debt', () => {
    const whole = [...ELECTION, recover(4000, N2, 10, chainOfTerms(8, 2)), commit(4001, N1, 10)]
    expect(violationsOf([...whole, ...read(1, 4100, 4101, 10)])).toBe(0)
    // n0 had executed 9 entries, and announced 7.
    const active = [...ELECTION.slice(0, -2), recover(2500, N0, 7)]
    expect(violationsOf([...active, call(1, 2600, N0), reply(1, 2601, 200, N0, 7)])).toBe(0)
  })

  test.each([{ index_after_election: 'unknown' }, { storage: 'consul' }] as const)(
    'is not judged by answers where the index state is not what reads see: %j',
    (switches) => {
      const [, ...records] = [...BACK, ...read(1, 4100, 4101, 6)]
      expect(violationsOf([run(turned(switches)), ...records])).toBe(0)
    },
  )
})
