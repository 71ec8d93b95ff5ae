/**
 * Whether the model would notice a node that says that it failed when it did not: where no link is cut, no node stands still and somebody
 * leads, every such answer is noticed; and a read that a standby answers by itself is noticed whatever happens around it.
 */

import type { VaultReply } from '@fourtwelve/protocol'
import type { Effect } from '@fourtwelve/vault-node'
import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { compareAnswers } from './model/compare-answers.ts'
import { calmPlans, restlessPlans } from './model/modelled-plans.ts'
import { watchPlan, type Spoils } from './model/watched-plan.ts'
import type { Act, Plan } from './plan.ts'

vi.mock(import('@fourtwelve/vault-node'), async (real) => (await import('./model/tap.ts')).tapped(await real()))

const errors = (status: number, text: string): VaultReply => ({ status, index: null, body: { errors: [text] } })

/** What a node may say in place of its answer. */
const LIES: Readonly<Record<string, VaultReply>> = {
  'an internal error': errors(500, '1 error occurred:\n\t* internal error\n\n'),
  'an overdue request': errors(500, 'context deadline exceeded'),
  'a lost leadership': errors(500, 'active context canceled after getting state lock'),
  'no active node': errors(500, 'local node not active but active cluster node not found'),
  'a full queue': errors(503, 'too many requests wait for the active node'),
  'a redirection': { status: 307, index: null, body: null },
}

type Reply = Extract<Effect, { readonly kind: 'reply' }>

/** Which answers are replaced. */
type Chosen = (reply: Reply['answer'], role: Parameters<Spoils>[1]) => boolean

/** Plays a plan with a node that lies. Answers how often it did, and how much of that was noticed. */
function lied(plan: Plan, lie: VaultReply, chosen: Chosen): { readonly told: number; readonly noticed: number } {
  const told = new Set<number>()
  const watched = watchPlan(plan, (effect, role) => {
    if (effect.kind !== 'reply' || !chosen(effect.answer, role)) return effect
    told.add(effect.id)
    return { ...effect, answer: { ...effect.answer, reply: lie } }
  })
  const arrived = [...told].filter((id) => watched.answers.get(id)?.kind !== 'lost')
  const { differences } = compareAnswers(watched)
  return { told: arrived.length, noticed: differences.length }
}

const isRequest = (act: Act): boolean => 'what' in act

/** No fault at all: what a node says of itself is all there is. */
const calm: fc.Arbitrary<Plan> = calmPlans.map((plan) => ({ ...plan, acts: plan.acts.filter(isRequest) }))

const isOwnRead: Chosen = ({ reply, served }, role) =>
  role === 'performance-standby' && served.forwarded === null && (reply.status === 200 || reply.status === 404)

const RUNS = 25

describe.each([200, 403])('in place of a %i, where nothing fails,', (status) => {
  test.each(Object.entries(LIES))('%s is noticed', (_, lie) => {
    let all = 0
    fc.assert(
      fc.property(calm, (plan) => {
        const { told, noticed } = lied(plan, lie, ({ reply }) => reply.status === status)
        all += told
        expect(noticed).toBe(told)
      }),
      { seed: 1, numRuns: RUNS },
    )
    expect(all).toBeGreaterThan(RUNS)
  })
})

test.each(Object.entries(LIES))('%s in place of what a standby reads is noticed whatever fails', (_, lie) => {
  let all = 0
  fc.assert(
    fc.property(restlessPlans, (plan) => {
      const { told, noticed } = lied(plan, lie, isOwnRead)
      all += told
      expect(noticed).toBe(told)
    }),
    { seed: 1, numRuns: RUNS },
  )
  expect(all).toBeGreaterThan(RUNS)
})

test('where nothing fails nothing is excused, and where links are cut something is', () => {
  const excusedIn = (plans: fc.Arbitrary<Plan>): readonly number[] =>
    fc.sample(plans, { seed: 1, numRuns: 100 }).map((plan) => compareAnswers(watchPlan(plan)).excused)
  expect(Math.max(...excusedIn(calm))).toBe(0)
  expect(Math.max(...excusedIn(calmPlans))).toBeGreaterThan(0)
})
