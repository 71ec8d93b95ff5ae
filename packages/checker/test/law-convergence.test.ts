import { CONVERGENCE as LAW } from '@fourtwelve/checker'
import { milliseconds, term, walIndex, type HistoryRecord, type RestRecord } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import {
  call,
  commit,
  entry,
  entryOf,
  founding,
  foreignReply,
  judge,
  lead,
  N0,
  N1,
  N2,
  renumber,
  reply,
  rest,
  run,
} from './hand-written.ts'
import { expectBroken, expectLawful, expectUnknown } from './token-story.ts'

/** A log of 9 entries, of which all but the last were written when the last request left, at 990 ms. */
const QUIET: readonly HistoryRecord[] = [
  run(),
  ...founding(0, 8),
  call(1, 990, N1),
  foreignReply(1, 1000, 200),
  entry(8900, N1, 9),
  commit(8901, N1, 9),
]

/** All at rest with 9 entries, n1 active; n2 as given. */
const rests = (given: Partial<RestRecord> = {}, all: Partial<RestRecord> = {}): readonly HistoryRecord[] => [
  rest(9000, N0, 9, all),
  rest(9000, N1, 9, { role: 'active', term: term(2), ...all }),
  rest(9000, N2, 9, { ...all, ...given }),
]
const WHEN = 'At +9.000 s, when every fault had ended, '
const wal = (received: number, applied: number): Partial<RestRecord> => ({
  received: walIndex(received),
  applied: walIndex(applied),
  chain: rest(0, N2, applied).chain,
})

describe('a cluster after the faults', () => {
  test('is unknown until every node has told', () => {
    expectUnknown(LAW, QUIET)
    expectUnknown(LAW, [...QUIET, ...rests({ running: false }).slice(0, 2)])
    expectUnknown(LAW, rests({ running: false }))
  })

  test('is at rest when all have the same and one is active', () => {
    expectLawful(LAW, [...QUIET, ...rests()])
    expectLawful(LAW, [run(), ...rests()])
  })

  test('has every node running', () => {
    expectBroken(LAW, [...QUIET, ...rests({ running: false })], `${WHEN}n2 did not run.`)
    const { witness } = judge(LAW, [...QUIET, ...rests({ running: false })])
    expect(witness?.records.map((record) => record.kind === 'rest' && record.node)).toEqual([N2])
  })

  test('has exactly one active node', () => {
    expectBroken(LAW, [...QUIET, ...rests({ role: 'active' })], `${WHEN}n1 and n2 were active.`)
    expectBroken(LAW, [...QUIET, ...rests({}, { role: 'standby' })], `${WHEN}no node was active.`)
  })

  test.each<readonly [string, Partial<RestRecord>, string]>([
    ['more than there is', wal(10, 9), 'n2 had received 10 and applied 9'],
    ['what it did not receive', wal(8, 9), 'n2 had received 8 and applied 9'],
    ['another log', { chain: 7 }, 'n2 had received 9 and applied 9 (chain 00000007)'],
  ])('no standby has %s', (_, given, words) =>
    expectBroken(LAW, [...QUIET, ...rests(given)], `${WHEN}n1 had received 9 and applied 9`, words),
  )

  test.each<readonly [string, Partial<RestRecord>]>([
    ['received', wal(7, 7)],
    ['applied', wal(9, 7)],
  ])('every node has %s what was written when it became quiet', (_, given) =>
    expectBroken(
      LAW,
      [...QUIET, ...rests(given)],
      `${WHEN}n2 had received ${given.received} and applied 7`,
      'while everything up to 8 was written when it became quiet at +0.990 s.',
    ),
  )

  test('nobody has to have what the cluster wrote on its own account since', () => {
    expectLawful(LAW, [...QUIET, ...rests(wal(8, 8))])
    expectLawful(LAW, [...QUIET, ...rests(wal(9, 8))])
    // The active node executes before its own disk has it.
    expectLawful(LAW, [
      ...QUIET,
      rest(9000, N0, 9),
      rest(9000, N1, 9, { role: 'active', ...wal(8, 9) }),
      rest(9000, N2, 8),
    ])
    // Live nodes tell of themselves one after the other.
    expectLawful(LAW, [...QUIET, rest(9000, N0, 9), rest(9000, N1, 8, { role: 'active' }), rest(9000, N2, 9)])
    // A fault is no quiet, nor is a request without an answer.
    const heal = { kind: 'fault', t: milliseconds(8950), fault: 'heal', target: N0, note: '' } as const
    expectBroken(
      LAW,
      [...QUIET, heal, ...rests(wal(9, 8))],
      'everything up to 9 was written when it became quiet at +8.950 s',
    )
    expectBroken(LAW, [...QUIET, call(2, 8960, N0), ...rests(wal(9, 8))], 'when it became quiet at +8.960 s')
  })

  test('has what was under way when it became quiet, committed or not', () => {
    const heal = { kind: 'fault', t: milliseconds(1000), fault: 'heal', target: N0, note: '' } as const
    const stuck = [run(), ...founding(0, 5), call(1, 100, N0), entry(101, N0, 6), entry(102, N0, 7), heal]
    expectBroken(LAW, [...stuck, ...rests(wal(7, 5), wal(7, 5))], 'everything up to 7 was written')
    expectBroken(LAW, [...stuck, commit(1100, N0, 7), ...rests(wal(5, 5), wal(7, 7))], 'everything up to 7 was written')
    expectLawful(LAW, [...stuck, commit(1100, N0, 7), ...rests({}, wal(7, 7))])
  })

  test('has what was acknowledged last, though it was written when all was quiet', () =>
    expectBroken(
      LAW,
      [
        ...QUIET.slice(0, -3),
        entry(995, N0, 9),
        reply(1, 1000, 200, N0, 8, { wrote: walIndex(9) }),
        ...rests(wal(8, 8)),
      ],
      'everything up to 9 was written and acknowledged at +1.000 s',
    ))

  test('has what the log began with, when nobody asked for anything', () => {
    expectBroken(
      LAW,
      [run(), ...founding(0, 9), ...rests(wal(2, 2))],
      'up to 9 was written when the log began at +0.000 s',
    )
    const anew = [...QUIET, renumber(8000, 'restore', 1), ...founding(8000, 9)]
    expectBroken(LAW, [...anew, ...rests(wal(2, 2))], 'up to 9 was written when the log began at +8.000 s')
  })

  test('owes nobody what a later leadership lacks', () => {
    const lost = [run(), ...founding(0, 5), entry(101, N0, 6), entry(102, N0, 7), call(1, 200, N0), lead(300, N1, 2, 5)]
    expectLawful(LAW, [...lost, entryOf(2, 301, N1, 6), entry(302, N0, 8), ...rests({}, wal(6, 6))])
    expectLawful(LAW, [...lost, entryOf(2, 301, N1, 6), ...rests({}, wal(5, 5))])
  })

  test('has nothing of before when the log began anew', () =>
    expectLawful(LAW, [...QUIET, renumber(8950, 'restore', 1), ...rests({}, wal(2, 2))]))

  test('has ended every operation', () => {
    expectBroken(LAW, [...QUIET, ...rests({}, { unended: 1 })], `${WHEN}1 operation of clients had not ended.`)
    expectBroken(LAW, [...QUIET, ...rests({}, { unended: 3 })], `${WHEN}3 operations of clients had not ended.`)
  })

  test('is judged anew in each round', () => {
    const rounds = [...QUIET, ...rests(), ...rests(), ...rests({ running: false })]
    expect(judge(LAW, rounds)).toMatchObject({ verdict: 'broken', checked: 3, violations: 1 })
  })
})
