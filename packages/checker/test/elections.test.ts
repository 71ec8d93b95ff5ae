import { startChecks } from '@fourtwelve/checker'
import type { HistoryRecord } from '@fourtwelve/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { historyOf, type Act, type Doing, type ElectionBug } from './elected-cluster.ts'

const often: readonly Doing[] = ['write', 'write', 'write', 'stream', 'stream', 'stream', 'commit', 'commit', 'learn']
const seldom: readonly Doing[] = ['elect', 'elect', 'resign', 'restart', 'read', 'read']
const member = fc.constantFrom(0 as const, 1 as const, 2 as const)
const acts = fc.array(
  fc.record<Act>({
    doing: fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom(...often) },
      { weight: 10, arbitrary: fc.constantFrom(...seldom) },
      { weight: 1, arbitrary: fc.constant<Doing>('renumber') },
    ),
    node: member,
    other: member,
    many: fc.integer({ min: 1, max: 4 }),
  }),
  { minLength: 1, maxLength: 120, size: 'max' },
)
const RUNS = 500

const brokenBy = (records: readonly HistoryRecord[]): readonly string[] => {
  const checks = startChecks()
  for (const record of records) checks.observe(record)
  return checks.verdicts().flatMap(({ name, verdict }) => (verdict === 'broken' ? [name] : []))
}

describe('a cluster that elects', () => {
  test('breaks no law, whatever is done to it, and comes to rest', () => {
    let leads = 0
    fc.assert(
      fc.property(acts, (plan) => {
        const records = historyOf(plan)
        leads += records.filter(({ kind }) => kind === 'lead').length
        expect(brokenBy(records)).toEqual([])
      }),
      { numRuns: RUNS },
    )
    // It shows something: every run ends with an election, and many have several.
    expect(leads).toBeGreaterThan(2 * RUNS)
  })

  const act = (doing: Doing, node: Act['node'], other: Act['other']): Act => ({ doing, node, other, many: 4 })
  test.each<readonly [ElectionBug, readonly Act[], readonly string[]]>([
    [
      'short-log-wins',
      [
        act('write', 0, 0),
        act('stream', 0, 2),
        act('commit', 0, 0),
        act('elect', 1, 2),
        act('stream', 1, 2),
        act('commit', 1, 1),
      ],
      ['term-and-index-rise', 'acknowledged-survives'],
    ],
    ['two-votes', [act('elect', 1, 0), act('elect', 2, 0)], ['one-active-a-term']],
    [
      'keeps-uncommitted',
      [act('write', 0, 0), act('elect', 1, 2), act('stream', 1, 2), act('commit', 1, 1), act('resign', 0, 0)],
      ['wal-prefix'],
    ],
    ['acks-early', [act('write', 0, 0)], ['acknowledged-survives']],
    ['commits-early', [act('write', 0, 0), act('commit', 0, 0), act('elect', 1, 2)], ['acknowledged-survives']],
  ])('with the bug %s breaks exactly its own laws', (bug, plan, laws) => {
    expect(brokenBy(historyOf(plan, bug))).toEqual(laws)
    expect(brokenBy(historyOf(plan))).toEqual([])
  })
})
