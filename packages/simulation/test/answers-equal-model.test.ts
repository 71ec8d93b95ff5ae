/**
 * The node against a model that is simpler than it: whatever a node answers, whichever it is and whatever fails around it, is what follows
 * from the prefix of the log that it has applied, and its clock. The model (`model/`) is a replay of that prefix and a few pages of rules.
 */

import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { compareAnswers, type Distortion } from './model/compare-answers.ts'
import { calmPlans, restlessPlans } from './model/modelled-plans.ts'
import { watchPlan } from './model/watched-plan.ts'
import { PROPERTY_TIMEOUT, timeLimit } from './time-limit.ts'

// The real node: the tap only looks on.
vi.mock(import('@fourtwelve/vault-node'), async (real) => (await import('./model/tap.ts')).tapped(await real()))

/** Milliseconds: on a slow machine fewer plans are played, but for CI. */
const TIME_MAX = 4_000

test.each([
  ['with lag and broken links', calmPlans, 250],
  ['whose nodes die, stall and lead', restlessPlans, 120],
] as const)(
  "every answer of random plans %s is the model's",
  (_, drawn, numRuns) => {
    const judged = new Map<number, number>()
    fc.assert(
      fc.property(drawn, (plan) => {
        const compared = compareAnswers(watchPlan(plan))
        for (const [status, count] of compared.judged) judged.set(status, (judged.get(status) ?? 0) + count)
        expect(compared.differences).toEqual([])
      }),
      { numRuns, ...timeLimit(TIME_MAX) },
    )
    if (process.env['FOURTWELVE_PROPERTY'] !== undefined) return
    const seen = [200, 204, 400, 403, 404, 412].filter((status) => (judged.get(status) ?? 0) > 0)
    expect(seen).toEqual([200, 204, 400, 403, 404, 412])
  },
  PROPERTY_TIMEOUT,
)

/** Models that are wrong in one point. */
const WRONG: Readonly<Record<string, Distortion>> = {
  'knows one entry less': (moment) => ({ ...moment, index: moment.index - 1 }),
  'knows one entry more': (moment) => ({ ...moment, index: moment.index + 1 }),
  'never lets a lease end': (moment) => ({ ...moment, now: 0 }),
  'counts no uses': (moment) => ({ ...moment, state: without(moment.state, 'sys/token/id/', 'numUses', 0) }),
  'takes every token for an orphan': (moment) => ({
    ...moment,
    state: without(moment.state, 'sys/token/id/', 'parent', ''),
  }),
  'keeps the first policy for ever': (moment) => ({ ...moment, state: withoutKeys(moment.state, 'sys/policy/app') }),
  'sees no metadata of secrets': (moment) => ({ ...moment, state: withoutKeys(moment.state, '/metadata/') }),
  'takes every node for the active one': (moment) => ({ ...moment, role: 'active' }),
}

type State = Parameters<Distortion>[0]['state']

const without = (state: State, folder: string, field: string, value: unknown): State =>
  new Map([...state].map(([key, stored]) => [key, key.startsWith(folder) ? { ...stored, [field]: value } : stored]))

const withoutKeys = (state: State, part: string): State => new Map([...state].filter(([key]) => !key.includes(part)))

describe('a wrong model is found out, one that', () => {
  test.each(Object.entries(WRONG))('%s', (_, distort) => {
    const found = fc.check(
      fc.property(restlessPlans, (plan) => compareAnswers(watchPlan(plan), distort).differences.length === 0),
      { seed: 1, numRuns: 200, endOnFailure: true },
    )
    expect(found.failed).toBe(true)
  })
})
