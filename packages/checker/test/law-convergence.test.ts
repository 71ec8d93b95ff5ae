import { CONVERGENCE } from '@fourtwelve/checker'
import { term, walIndex, type HistoryRecord, type RestRecord } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import { judge, N0, N1, N2, rest, run } from './hand-written.ts'

/** All at rest with 9 entries, n1 active; n2 as given. */
const atRest = (given: Partial<RestRecord> = {}, all: Partial<RestRecord> = {}): readonly HistoryRecord[] => [
  run(),
  rest(9000, N0, 9, all),
  rest(9000, N1, 9, { role: 'active', term: term(2), ...all }),
  rest(9000, N2, 9, { ...all, ...given }),
]
const why = (records: readonly HistoryRecord[]): string => judge(CONVERGENCE, records).witness?.prose ?? 'no witness'
const WHEN = 'At +9.000 s, when every fault had ended, '

describe('a cluster after the faults', () => {
  test('is unknown until every node has told', () => {
    const UNKNOWN = { name: 'convergence', verdict: 'unknown', checked: 0, violations: 0 }
    expect(judge(CONVERGENCE, [run()])).toEqual(UNKNOWN)
    expect(judge(CONVERGENCE, atRest({ running: false }).slice(0, 3))).toEqual(UNKNOWN)
    expect(judge(CONVERGENCE, atRest({ running: false }).slice(1))).toEqual(UNKNOWN)
  })

  test('is at rest when all have the same and one is active', () => {
    expect(judge(CONVERGENCE, atRest())).toEqual({ name: 'convergence', verdict: 'holds', checked: 1, violations: 0 })
  })

  test('has every node running', () => {
    const records = atRest({ running: false })
    const { witness } = judge(CONVERGENCE, records)
    expect(witness?.prose).toBe(`${WHEN}n2 did not run.`)
    expect(witness?.records).toEqual(records.slice(-1))
  })

  test('has exactly one active node', () => {
    expect(why(atRest({ role: 'active' }))).toBe(`${WHEN}n1 and n2 were active.`)
    expect(why(atRest({}, { role: 'standby' }))).toBe(`${WHEN}no node was active.`)
  })

  test.each<readonly [string, Partial<RestRecord>, string]>([
    ['received', { received: walIndex(8) }, 'n2 had received 8 and applied 9'],
    ['applied', { applied: walIndex(8) }, 'n2 had received 9 and applied 8'],
    ['the entries of the log', { chain: 7 }, 'n2 had received 9 and applied 9 (chain 00000007)'],
  ])('has the same in every node: %s', (_, given, words) => {
    const records = atRest(given)
    const { witness } = judge(CONVERGENCE, records)
    expect(witness?.prose).toContain(`${WHEN}n1 had received 9 and applied 9`)
    expect(witness?.prose).toContain(words)
    expect(witness?.records).toEqual(records.slice(-2))
  })

  test('has applied what it received', () => {
    expect(why(atRest({}, { applied: walIndex(8) }))).toContain('n0 had received 9 and applied 8')
  })

  test('has ended every operation', () => {
    expect(why(atRest({}, { unended: 1 }))).toBe(`${WHEN}1 operation of clients had not ended.`)
    expect(why(atRest({}, { unended: 3 }))).toBe(`${WHEN}3 operations of clients had not ended.`)
  })

  test('is judged anew in each round', () => {
    const [first, ...others] = atRest()
    const rounds = [first ?? run(), ...others, ...others, ...atRest({ running: false }).slice(1)]
    expect(judge(CONVERGENCE, rounds)).toMatchObject({ verdict: 'broken', checked: 3, violations: 1 })
  })
})
