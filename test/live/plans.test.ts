/**
 * The random plans of the simulation on real threads, over HTTP: several sessions at once, lags, links that are held and cut. No law is
 * broken, every request is answered once, and at rest all nodes have the same log and the same content, in memory and on disk.
 * FOURTWELVE_LIVE_PLANS plans (default 4), each another one in every run. What fails prints its seed and the command that plays the
 * same plan again; what its threads then do is not repeatable, because time is real.
 */

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Plan } from '../../packages/simulation/test/plan.ts'
import { plans } from '../../packages/simulation/test/random-plans.ts'
import { playLive } from './play-live.ts'

const PLANS = Number(process.env['FOURTWELVE_LIVE_PLANS'] ?? 4)
/** Milliseconds that one plan takes at most, on a machine that does other things too. */
const PLAN_MS_MAX = 90_000

/** One or two standbys: every node is a thread. */
const livePlans: fc.Arbitrary<Plan> = plans.map((plan) => ({ ...plan, standbys: 1 + (plan.standbys % 2) }))

test(
  'random plans over HTTP break no law, and all nodes agree in the end',
  async () => {
    await fc.assert(
      fc.asyncProperty(livePlans, async (plan) => {
        const { verdicts, answers, sent, disks } = await playLive(plan)
        const broken = verdicts.filter(({ verdict }) => verdict === 'broken')
        expect(broken.map(({ name, witness }) => `${name}: ${witness?.prose}`)).toEqual([])
        expect(answers.size).toBe(sent)
        expect(verdicts.find(({ name }) => name === 'convergence')?.verdict).toBe('holds')
        const [active, ...standbys] = disks
        for (const { head, values } of standbys) expect([head, values]).toEqual([active?.head, active?.values])
      }),
      // A smaller plan need not fail: threads do something else each time.
      { numRuns: PLANS, endOnFailure: true },
    )
  },
  PLANS * PLAN_MS_MAX,
)
