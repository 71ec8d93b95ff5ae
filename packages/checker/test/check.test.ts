import { ALL_LAWS, startChecks, WITNESS_RECORDS_MAX } from '@fourtwelve/checker'
import { walIndex, type HistoryRecord, type NodeId, type TokenRecord } from '@fourtwelve/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { apply, call, commit, entry, indexValue, N0, N1, N2, reply, run, serviceToken } from './hand-written.ts'

const verdicts = (records: readonly HistoryRecord[]) => {
  const checks = startChecks()
  for (const record of records) checks.observe(record)
  return checks.verdicts()
}
const NAMES = [
  'one-active-a-term',
  'term-and-index-rise',
  'acknowledged-survives',
  'wal-prefix',
  'applied-never-back',
  'token-gate',
  'header-gate',
  '412-justified',
  'fresh-token-never-refused',
  'token-index-covers-its-write',
  'reply-index-covers-its-write',
  'tampered-token-refused',
  'unindexed-never-412',
  'old-epoch-never-waits',
  'session-index-never-falls',
  'read-your-writes',
  'monotonic-reads',
  'writes-in-order',
  'reply-equals-replay',
  'forwarding-has-a-licence',
  'forwarded-once-and-authorised-again',
  'revocation-is-final',
  'tree-dies-together',
  'lifetime',
  'batch-tokens-store-nothing',
  'lease-follows-its-owner',
  'convergence',
]
const placeOf = (name: string): number => NAMES.indexOf(name)

/** What one step of a small cluster does: a write on n0, an apply on a standby, or a read anywhere with what is given. */
interface Step {
  readonly kind: 'write' | 'apply' | 'read'
  readonly node: NodeId
  readonly amount: number
  readonly withToken: boolean
  readonly withIndex: boolean
}
type Bug = 'none' | 'no-token-check' | 'no-index-check' | 'one-too-early' | 'always-412' | 'apply-gap'

const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom('write', 'apply', 'read', 'read'),
    node: fc.constantFrom(N0, N1, N2),
    amount: fc.integer({ min: 1, max: 4 }),
    withToken: fc.boolean(),
    withIndex: fc.boolean(),
  }),
  { minLength: 1, maxLength: 60 },
)

/** The history of a cluster of three that does these steps. Every write is a new token of its last index, and an index state. */
function historyOf(plan: readonly Step[], bug: Bug): readonly HistoryRecord[] {
  const records: HistoryRecord[] = [run()]
  const applied = new Map([N0, N1, N2].map((node) => [node, 0]))
  let head = 0
  let token: TokenRecord = { type: 'none' }
  let required = 0
  const write = ({ amount }: Step, id: number): void => {
    records.push(call(id, id, N0, { method: 'POST', path: 'auth/token/create' }))
    for (let i = 0; i < amount; i++) records.push(entry(id, N0, ++head))
    records.push(commit(id, N0, head), apply(id, N0, head - amount, head))
    applied.set(N0, head)
    token = serviceToken(`t${head}`, head)
    required = head
    records.push(reply(id, id, 200, N0, head, { token, index: indexValue(head), wrote: walIndex(head) }))
  }
  const applies = ({ node, amount }: Step, id: number): void => {
    const from = applied.get(node) ?? 0
    const index = Math.min(head, from + amount)
    if (index === from) return
    applied.set(node, index)
    records.push(apply(id, node, bug === 'apply-gap' ? from + 1 : from, index))
  }
  const read = ({ node, withToken, withIndex }: Step, id: number): void => {
    const seen = applied.get(node) ?? 0
    const slack = bug === 'one-too-early' ? 1 : 0
    const tokenAhead = withToken && required > seen + slack && bug !== 'no-token-check'
    const indexAhead = withIndex && required > seen + slack && bug !== 'no-index-check'
    const status = tokenAhead || indexAhead || bug === 'always-412' ? 412 : 200
    const index = withIndex && required > 0 ? [indexValue(required)] : []
    records.push(call(id, id, node, { token: withToken ? token : { type: 'batch' }, index }))
    records.push(reply(id, id, status, node, seen))
  }
  const does = { write, apply: applies, read }
  plan.forEach((step, i) => does[step.kind](step, i + 1))
  return records
}

describe('the laws together', () => {
  test('are the table of all laws, in its order, each with a name of its own', () => {
    expect(ALL_LAWS.map((law) => law.name)).toEqual(NAMES)
    for (const { name, statement } of ALL_LAWS) {
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      expect(statement).toMatch(/^[A-Z].*\.$/)
    }
  })

  test('say unknown of a history without records, each for itself', () => {
    expect(startChecks().verdicts()).toEqual(
      NAMES.map((name) => ({ name, verdict: 'unknown', checked: 0, violations: 0 })),
    )
  })

  test('can be chosen', () => {
    const chosen = ['header-gate', 'wal-prefix', 'convergence'].flatMap((name) => ALL_LAWS[placeOf(name)] ?? [])
    expect(
      startChecks(chosen)
        .verdicts()
        .map(({ name }) => name),
    ).toEqual(['header-gate', 'wal-prefix', 'convergence'])
    expect(startChecks([]).verdicts()).toEqual([])
  })

  test('may be asked in the middle, and again', () => {
    const checks = startChecks()
    const [, ...records] = historyOf(
      [{ kind: 'write', node: N0, amount: 1, withToken: false, withIndex: false }],
      'none',
    )
    checks.observe(run())
    for (const record of records) {
      checks.observe(record)
      expect(checks.verdicts()).toEqual(checks.verdicts())
    }
    expect(checks.verdicts()[placeOf('wal-prefix')]).toMatchObject({ name: 'wal-prefix', verdict: 'holds' })
  })

  test('are never broken by a cluster without a bug', () => {
    fc.assert(
      fc.property(steps, (plan) => {
        expect(verdicts(historyOf(plan, 'none')).filter(({ verdict }) => verdict === 'broken')).toEqual([])
      }),
    )
  })

  test('say together what each says alone', () => {
    const bugs = fc.constantFrom<Bug>(
      'none',
      'no-token-check',
      'no-index-check',
      'one-too-early',
      'always-412',
      'apply-gap',
    )
    fc.assert(
      fc.property(steps, bugs, (plan, bug) => {
        const records = historyOf(plan, bug)
        const alone = ALL_LAWS.map((law) => {
          const state = law.start()
          for (const record of records) state.observe(record)
          return state.verdict()
        })
        expect(verdicts(records)).toEqual(alone)
      }),
    )
  })
})

/** A token of index 2 is made; n1 has applied 1; a read with token and index comes to n1, another to n0 once all is there. */
const REVEALING: readonly Step[] = [
  { kind: 'write', node: N0, amount: 2, withToken: false, withIndex: false },
  { kind: 'apply', node: N1, amount: 1, withToken: false, withIndex: false },
  { kind: 'read', node: N1, amount: 1, withToken: true, withIndex: false },
  { kind: 'read', node: N1, amount: 1, withToken: false, withIndex: true },
  { kind: 'read', node: N0, amount: 1, withToken: true, withIndex: true },
]

describe('a bug', () => {
  test.each<readonly [Bug, readonly string[]]>([
    ['none', []],
    ['no-token-check', ['token-gate']],
    ['no-index-check', ['header-gate']],
    ['one-too-early', ['token-gate', 'header-gate']],
    ['always-412', ['412-justified']],
    ['apply-gap', ['wal-prefix']],
  ])('of the kind %s breaks exactly its own laws: %j', (bug, laws) => {
    const found = verdicts(historyOf(REVEALING, bug)).filter(({ verdict }) => verdict === 'broken')
    expect(found.map(({ name }) => name)).toEqual(laws)
  })

  test('is told by a witness of a few records of the history, in their order, that ends with the proof', () => {
    const bugs = fc.constantFrom<Bug>('no-token-check', 'no-index-check', 'one-too-early', 'always-412', 'apply-gap')
    fc.assert(
      fc.property(steps, bugs, (plan, bug) => {
        const records = historyOf([...REVEALING, ...plan], bug)
        const witnesses = verdicts(records).flatMap(({ witness }) => witness ?? [])
        expect(witnesses.length).toBeGreaterThan(0)
        for (const { t, prose, records: shown } of witnesses) {
          expect(shown.length).toBeLessThanOrEqual(WITNESS_RECORDS_MAX)
          const places = shown.map((record) => records.indexOf(record))
          expect(places).toEqual(places.toSorted((a, b) => a - b))
          expect(places).not.toContain(-1)
          expect(t).toBe(shown.at(-1)?.t)
          expect(prose).not.toMatch(/undefined|null|NaN|\n/)
        }
      }),
    )
  })
})
