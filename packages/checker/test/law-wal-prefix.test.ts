import {
  ACKNOWLEDGED_SURVIVES,
  APPLIED_NEVER_BACK,
  ONE_ACTIVE_A_TERM,
  TERM_AND_INDEX_RISE,
  WAL_PREFIX,
} from '@fourtwelve/checker'
import { mixNumber, type HistoryRecord } from '@fourtwelve/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  apply,
  chainAt,
  chainOfTerms,
  chainOver,
  commit,
  digestOf,
  entry,
  entryOf,
  judge,
  lead,
  N0,
  N1,
  N2,
  renumber,
  rest,
  run,
} from './hand-written.ts'
import { UNKNOWN, broken, holds, judging } from './verdicts.ts'

const { expectTold, verdictOf, why } = judging(WAL_PREFIX)

/** n0 writes entries 1 to `head` in the first second, and commits up to `committed` at 1 s. */
const log = (head: number, committed = head): readonly HistoryRecord[] => [
  run(),
  ...Array.from({ length: head }, (_, i) => entry(i, N0, i + 1)),
  commit(1000, N0, committed),
]
const hexChain = (chain: number): string => chain.toString(16).padStart(8, '0')

describe('what a node has applied', () => {
  test('is unknown when nothing was applied', () => {
    expect(verdictOf([])).toEqual(UNKNOWN)
    expect(verdictOf(log(9)).verdict).toBe('unknown')
  })

  test('is a prefix of the log, in steps of any size', () => {
    expect(
      verdictOf([
        ...log(9),
        apply(1001, N1, 0, 4),
        apply(1002, N2, 0, 9),
        apply(1003, N1, 4, 5),
        apply(1004, N1, 5, 9),
      ]),
    ).toEqual(holds(4))
  })

  test('has no gap', () => {
    const records = [...log(9), apply(1001, N1, 0, 4), apply(1002, N1, 6, 9)]
    expectTold(
      records,
      broken(2),
      'Node n1 had applied 4 at +1.001 s. At +1.002 s it applied the log from 6 to 9, ' +
        'but n1 had applied 4, so entries 5 to 6 never became visible there: a gap. So its state is no prefix of the log.',
      records.slice(-2),
    )
  })

  test('begins with the first entry', () => {
    expect(why([...log(9), apply(1001, N1, 1, 4)])).toContain(
      'Node n1 had applied nothing. At +1.001 s it applied the log from 1',
    )
  })

  test('has nothing twice and never goes back', () => {
    expect(why([...log(9), apply(1001, N1, 0, 4), apply(1002, N1, 3, 9)])).toContain(
      'entry 4 became visible there twice',
    )
    expect(why([...log(9), apply(1001, N1, 0, 4), apply(1002, N1, 4, 3)])).toContain(
      '3 < 4, and a node never goes back',
    )
  })

  test('is not longer than the log', () => {
    expect(why([...log(9), apply(1001, N1, 0, 10)])).toContain('the log ends at 9')
  })

  test('is in the order of the log: the chain tells, and the witness shows the entries', () => {
    const swapped = chainOver([1, 2, 4, 3].map((index) => digestOf(index)))
    const records = [...log(9), apply(1001, N2, 0, 2), apply(1002, N2, 2, 4, swapped)]
    expectTold(
      records,
      broken(2),
      'Node n2 had applied 2 at +1.001 s. At +1.002 s it applied the log from 2 to 4, ' +
        `but the log has chain ${hexChain(chainAt(4))} at 4, and n2 has ${hexChain(swapped)}: ` +
        'entries 3 to 4 on n2 are not those of the log, or not in its order. So its state is no prefix of the log.',
      [records[3], records[4], records.at(-2), records.at(-1)],
    )
  })

  test('counts one violation for a node that left the log, until it is back on it', () => {
    const astray = [...log(9), apply(1001, N2, 0, 2, 7), apply(1002, N2, 2, 3, 8), apply(1003, N2, 3, 4, 9)]
    expect(verdictOf(astray)).toEqual(broken(1))
    expect(verdictOf([...astray, apply(1004, N2, 0, 9)])).toEqual(broken(2))
    const again = judge(WAL_PREFIX, [...astray, apply(1004, N2, 0, 4), apply(1005, N2, 4, 9, 1)])
    expect(again.violations).toBe(2)
  })

  test('is not beyond what is committed, which the next commit of another node proves', () => {
    const early = [...log(9, 5), apply(1001, N2, 0, 7)]
    expect(verdictOf(early).verdict).toBe('unknown')
    expect(verdictOf([...early, commit(1002, N0, 6)]).verdict).toBe('unknown')
    // Until it goes on it may have taken over with that, and say so next.
    const proven = [...early, commit(1002, N0, 6), commit(1003, N0, 8)]
    expect(verdictOf(proven).verdict).toBe('unknown')
    expect(verdictOf([...proven, apply(1004, N2, 7, 8)])).toEqual({ verdict: 'broken', checked: 2, violations: 1 })
    const records = [...proven, rest(1004, N2, 7)]
    expectTold(
      records,
      broken(1),
      'At +1.001 s node n2 made entries 1 to 7 visible, and only at +1.003 s did n0 announce the commit of 8. ' +
        'n2 was not the active node, so what it showed until then could still be lost: it may apply nothing beyond what is committed.',
      [records.at(-4), records.at(-2)],
    )
  })

  test('may be ahead of the commit on the active node, whose answers wait for it', () => {
    expect(verdictOf([...log(9, 5), apply(1001, N0, 0, 9), commit(1002, N0, 9)])).toEqual(holds(1))
  })

  test('may be ahead of the commit on a node that takes over with it, and leads next', () => {
    const taken = [...log(9, 5), apply(1001, N1, 0, 5), apply(1002, N1, 5, 9)]
    expect(verdictOf([...taken, lead(1002, N1, 2, 9)])).toEqual(holds(1))
    // A commit that comes late to the deposed active node proves nothing.
    expect(verdictOf([...taken, commit(1002, N0, 9), lead(1002, N1, 2, 9), rest(1003, N1, 9)])).toEqual(holds(1))
    expect(verdictOf([...taken, commit(1004, N0, 9), rest(1005, N1, 9)])).toEqual(broken(2))
  })

  test('is the whole log of a node that begins to lead', () => {
    const records = [...log(9, 5), apply(1001, N1, 0, 5), lead(1002, N1, 2, 9)]
    const { witness } = judge(WAL_PREFIX, records)
    expect(witness?.prose).toBe(
      'At +1.002 s node n1 began to lead term 2 behind entry 9, but it had applied 5: ' +
        'an active node works on its whole log, so its answers would be those of another one.',
    )
    expect(witness?.records).toEqual([records.at(-1)])
  })

  test('jumps when a snapshot is installed, to a state that is the log at that index', () => {
    expect(verdictOf([...log(3000), apply(1001, N1, 0, 3), apply(1002, N1, 3, 2999)])).toEqual(holds(2))
    expect(verdictOf([...log(3000), apply(1001, N1, 0, 3), apply(1002, N1, 3, 2999, chainAt(2998))])).toEqual(broken(2))
  })
})

describe('the log', () => {
  test.each([
    ['an entry', [entry(1, N0, 7), entry(2, N0, 8), commit(3, N0, 8), apply(4, N1, 5, 8)]],
    ['what a node applied', [apply(1, N1, 5, 6), entry(2, N0, 7), commit(3, N0, 7)]],
    ['a lead', [lead(1, N1, 2, 6), entryOf(2, 2, N1, 7), commit(3, N1, 7)]],
  ])('of a history whose beginning was not kept is not judged, when it begins with %s', (_, records) => {
    for (const law of [WAL_PREFIX, APPLIED_NEVER_BACK, ONE_ACTIVE_A_TERM, TERM_AND_INDEX_RISE, ACKNOWLEDGED_SURVIVES])
      expect(judge(law, [run(), ...records])).toMatchObject({ verdict: 'unknown', checked: 0 })
  })

  test('is judged again from where it is numbered anew', () => {
    const records = [run(), entry(1, N0, 7), renumber(2, 'promote', 1), entryOf(3, 3, N1, 1), entryOf(3, 4, N1, 3)]
    expect(why(records)).toContain('after 1 comes 2, not 3')
  })

  test('has no gap', () => {
    const records = [run(), entry(1, N0, 1), entry(2, N0, 2), entry(3, N0, 4), commit(4, N0, 4), apply(5, N1, 0, 4)]
    expectTold(
      records,
      broken(1),
      'At +0.003 s node n0 wrote entry 4 of term 1, but after 2 comes 3, not 4: this is no log, and no node can hold a prefix of it.',
      records.slice(2, 4),
    )
    expect(why([run(), entry(1, N0, 1), entry(2, N0, 3)])).toContain('after 1 comes 2, not 3')
    expect(why([run(), entry(1, N0, 1), entry(2, N0, 1)])).toContain('after 1 comes 2, not 1')
  })

  test('may lose what was not committed to a later leadership', () => {
    const renewed = [
      ...log(9, 5),
      apply(1001, N1, 0, 5),
      lead(1001, N1, 2, 5),
      entryOf(2, 1001, N1, 6),
      entryOf(2, 1001, N1, 7),
      commit(1002, N1, 7),
    ]
    expect(verdictOf([...renewed, apply(1003, N2, 0, 7, chainOfTerms(5, 2))])).toEqual(holds(2))
    expect(verdictOf([...renewed, apply(1003, N2, 0, 7)])).toEqual(broken(2))
  })

  test('never has an entry in place of a committed one', () => {
    const records = [...log(9, 5), entryOf(2, 1001, N1, 5)]
    expect(why(records)).toContain('5 was committed, so 5 can never be written again')
    expect(why([...log(9, 5), entryOf(2, 1001, N1, 11)])).toContain('after 9 comes 10, not 11')
  })

  test('commits nothing that it does not have', () => {
    expect(why([...log(3), commit(1001, N0, 4)])).toBe(
      'At +1.001 s node n0 announced the commit of 4, but the log ends at 3, so 4 cannot be committed: ' +
        'this is no log, and no node can hold a prefix of it.',
    )
  })

  test('is known by its chain for as far back as a standby may be, and not longer', () => {
    const WINDOW = 262_144
    const state = WAL_PREFIX.start()
    let chain = chainAt(0)
    const chains = [chain]
    for (let index = 1; index <= WINDOW + 10; index++) {
      const record = entry(index, N0, index)
      chain = mixNumber(chain, record.digest)
      chains.push(chain)
      state.observe(record)
    }
    state.observe(commit(300_000, N0, WINDOW + 10))
    state.observe(apply(300_001, N1, 0, 10, 1))
    expect(state.verdict()).toMatchObject({ verdict: 'unknown', checked: 0 })
    state.observe(apply(300_002, N1, 10, 11, chains[11] ?? 0))
    state.observe(apply(300_003, N1, 11, WINDOW + 10, chains[WINDOW + 10] ?? 0))
    expect(state.verdict()).toMatchObject({ verdict: 'holds', checked: 2 })
    state.observe(apply(300_004, N2, 0, 11, 1))
    expect(state.verdict()).toMatchObject({ verdict: 'broken', checked: 3 })
  })
})

describe('every cluster', () => {
  const NODES = [N1, N2] as const
  /** A log, and standbys that apply it in steps of their own. */
  const lawful = fc.record({
    head: fc.integer({ min: 1, max: 30 }),
    steps: fc.array(fc.record({ node: fc.constantFrom(...NODES), size: fc.integer({ min: 1, max: 8 }) }), {
      minLength: 1,
      maxLength: 20,
    }),
  })
  const applies = (head: number, steps: readonly { node: (typeof NODES)[number]; size: number }[]) => {
    const applied = new Map(NODES.map((node) => [node, 0]))
    return steps.flatMap(({ node, size }, i) => {
      const from = applied.get(node) ?? 0
      const index = Math.min(head, from + size)
      if (index === from) return []
      applied.set(node, index)
      return [apply(2000 + i, node, from, index)]
    })
  }

  test('whose standbys apply the log in order is lawful', () => {
    fc.assert(
      fc.property(lawful, ({ head, steps }) => {
        const made = applies(head, steps)
        expect(verdictOf([...log(head), ...made])).toEqual(holds(made.length))
      }),
    )
  })

  test('that gets one apply wrong in one number is not', () => {
    const change = fc.constantFrom('from', 'index', 'chain')
    const by = fc.integer({ min: -3, max: 3 }).filter((n) => n !== 0)
    fc.assert(
      fc.property(lawful, change, by, fc.nat(), ({ head, steps }, field, difference, pick) => {
        const made = applies(head, steps)
        const at = pick % made.length
        const wrong = made.map((record, i) => (i === at ? { ...record, [field]: record[field] + difference } : record))
        expect(verdictOf([...log(head), ...wrong]).verdict).toBe('broken')
      }),
    )
  })
})
