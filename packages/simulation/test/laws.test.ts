/**
 * Thousands of small clusters under random loads, faults and switches: no law is broken, every request is answered, and in the
 * end all nodes have the same log applied.
 */

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Plan } from './plan.ts'
import { play, type Played } from './play-plan.ts'
import { plans } from './random-plans.ts'
import { PROPERTY_TIMEOUT, timeLimit } from './time-limit.ts'

function expectLawful(plan: Plan, { verdicts, answers, sent, simulation }: Played): void {
  const broken = verdicts.filter(({ verdict }) => verdict === 'broken')
  expect(broken.map(({ name, witness }) => `${name}: ${witness?.prose}`)).toEqual([])
  expect(answers.size).toBe(sent)
  const [active, ...standbys] = simulation.state()
  for (const { applied, received } of standbys) expect([applied, received]).toEqual([active?.applied, active?.applied])
  for (const [id, answer] of answers) {
    if (answer.kind === 'lost') throw new Error(`request ${id} was turned away: ${answer.why}`)
    const { reply, served } = answer.value
    // Internal errors are those that a fault explains: a cut, or time that ran out.
    if (reply.status >= 500 && reply.status !== 503) expect(JSON.stringify(reply.body)).toMatch(EXPLAINED)
    if (reply.status >= 400) expect(reply.index).toBeNull()
    if (served.wrote > 0 && reply.status < 300 && plan.switches?.edition !== 'community') {
      expect(served.wrote).toBeLessThanOrEqual(active?.applied ?? 0)
    }
  }
}

/** A standby can stand between two entries: a token and its lease, a version's data and the metadata that names it. */
const EXPLAINED =
  /context deadline exceeded|internal error|no lease entry found|could not find version data|is incorrect: err|failed to unmarshal/

const RUNS = 2_000

test(
  `${RUNS} random plans break no law`,
  () => {
    fc.assert(
      fc.property(plans, (plan) => expectLawful(plan, play(plan))),
      { numRuns: RUNS, ...timeLimit(18_000) },
    )
  },
  PROPERTY_TIMEOUT,
)
