/**
 * Whether the model would notice: nodes that are broken in one known way (the mutants of `fourtwelve mutants`) answer what it does not
 * expect. Only mutants of functions that other files call can be put in from here; the command plays all of them against the laws.
 */

import * as fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { compareAnswers } from './model/compare-answers.ts'
import { breakNodes } from './model/broken-nodes.ts'
import { restlessPlans } from './model/modelled-plans.ts'
import { watchPlan } from './model/watched-plan.ts'

vi.mock(import('@fourtwelve/vault-node'), async (real) => (await import('./model/tap.ts')).tapped(await real()))
vi.mock(import('../../vault-node/dist/request/token-gate.js'), async (real) =>
  (await import('./model/broken-nodes.ts')).breakable(await real(), 'request/token-gate'),
)
vi.mock(import('../../vault-node/dist/request/state-gate.js'), async (real) =>
  (await import('./model/broken-nodes.ts')).breakable(await real(), 'request/state-gate'),
)
vi.mock(import('../../vault-node/dist/log/derived-state.js'), async (real) =>
  (await import('./model/broken-nodes.ts')).breakable(await real(), 'log/derived-state'),
)
afterEach(() => breakNodes(null))

test.each(['no-token-index-check', 'epoch-ignored', 'header-off-by-one', 'children-outlive-on-standby'])(
  'the mutant %s answers what the model does not',
  (name) => {
    breakNodes(name)
    const played = fc.check(
      fc.property(restlessPlans, (plan) => compareAnswers(watchPlan(plan)).differences.length === 0),
      { seed: 1, numRuns: 200, endOnFailure: true },
    )
    expect(played.counterexample).not.toBeNull()
  },
)
