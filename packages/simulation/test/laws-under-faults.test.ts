/**
 * Hundreds of small clusters whose nodes die, stall, lead, are promoted and restored, while tokens are made, spent, renewed and revoked:
 * no law is broken, and over all of them every law of answers and of tokens has something to judge.
 */

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { play } from './play-plan.ts'
import { troubledPlans } from './random-plans.ts'
import { PROPERTY_TIMEOUT, timeLimit } from './time-limit.ts'

const RUNS = 300
/** Milliseconds: on a slow machine fewer plans are played. */
const TIME_MAX = 25_000
/** The rest is recorded by runs of scenarios. */
const NOT_HERE: ReadonlySet<string> = new Set(['convergence'])

test(
  `${RUNS} random plans with faults of nodes break no law`,
  () => {
    const judged = new Map<string, number>()
    let played = 0
    fc.assert(
      fc.property(troubledPlans, (plan) => {
        const { verdicts } = play(plan)
        played++
        for (const { name, checked } of verdicts) judged.set(name, (judged.get(name) ?? 0) + checked)
        const broken = verdicts.filter(({ verdict }) => verdict === 'broken')
        expect(broken.map(({ name, witness }) => `${name}: ${witness?.prose}`)).toEqual([])
      }),
      { numRuns: RUNS, ...timeLimit(TIME_MAX) },
    )
    // Some laws judge what few plans have.
    if (played < RUNS) return
    const silent = [...judged].filter(([name, checked]) => checked === 0 && !NOT_HERE.has(name))
    expect(silent.map(([name]) => name)).toEqual([])
  },
  PROPERTY_TIMEOUT,
)
