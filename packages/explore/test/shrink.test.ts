/** Making small: what is left still breaks the law, and nothing of it can go. The judge is a plain rule about the scenario. */

import {
  brokenIn,
  drawScenario,
  judgeDraft,
  reductions,
  RUNS_TO_ITS_END,
  shrink,
  stepsOf,
  tryScenarioFile,
  type Draft,
  type RunScenario,
} from '@fourtwelve/explore'
import type { Scenario } from '@fourtwelve/scenario'
import { createEntropy } from '@fourtwelve/simulation'
import { describe, expect, it } from 'vitest'

const LAW = 'a-rule'

/** Breaks the law where the rule says so. */
const rule =
  (breaks: (scenario: Scenario) => boolean): RunScenario =>
  (scenario) => ({
    verdicts: [{ name: LAW, verdict: breaks(scenario) ? 'broken' : 'holds', checked: 1, violations: 0 }],
    run: null,
    threw: null,
    events: 1,
    operations: 1,
  })

const script = (seed: number): Draft => drawScenario((name) => createEntropy(seed).stream(name), seed, 'script')
const load = (seed: number): Draft => drawScenario((name) => createEntropy(seed).stream(name), seed, 'load')

const isRevocation = (scenario: Scenario): boolean =>
  scenario.steps.some((step) => step.kind === 'request' && step.request.path.startsWith('auth/token/revoke'))

const SCRIPTS = Array.from({ length: 80 }, (_, seed) => script(seed))
const REVOKING = SCRIPTS.filter((draft) => {
  const read = tryScenarioFile(draft.file)
  return typeof read !== 'string' && isRevocation(read)
}).slice(0, 8)

describe('shrinking', () => {
  it('has scripts to shrink', () => {
    expect(REVOKING.length).toBe(8)
  })

  it.each(REVOKING.map((draft) => [draft.file.seed, draft] as const))(
    'leaves of seed %s one revocation and what it needs',
    (_seed, draft) => {
      const run = rule(isRevocation)
      const { judged, tries } = shrink(judgeDraft(draft, run), { law: LAW, run, triesMax: 2_000 })
      expect(brokenIn(judged.outcome)).toEqual([LAW])
      const steps = stepsOf(judged.draft.file)
      // A token may have to be made before it is revoked, by a token that has to be made before.
      expect(steps.length).toBeLessThanOrEqual(4)
      expect(steps.filter(({ post }) => typeof post === 'string' && post.startsWith('auth/token/revoke'))).toHaveLength(
        1,
      )
      expect(judged.draft.file.topology.standbys).toBe(1)
      expect(judged.draft.file.server).toBeUndefined()
      expect(judged.draft.file.lag).toBe('0s')
      expect(tries).toBeLessThan(2_000)
      for (const smaller of reductions(judged.draft)) {
        const read = tryScenarioFile(smaller.file)
        expect(
          typeof read !== 'string' && isRevocation(read) && JSON.stringify(smaller) !== JSON.stringify(judged.draft),
        ).toBe(false)
      }
    },
  )

  it('makes a script of a load where that shows the same', () => {
    const run = rule(({ steps, clients }) => steps.length > 0 || clients.length > 0)
    const { judged } = shrink(judgeDraft(load(3), run), { law: LAW, run, triesMax: 500 })
    expect(judged.draft.file.clients).toBeUndefined()
    expect(judged.draft.file.duration).toBeUndefined()
    expect(stepsOf(judged.draft.file)).toHaveLength(1)
  })

  it('keeps a load where only a load shows it, with one session and one request', () => {
    const run = rule(({ clients }) => clients.length > 0)
    const { judged } = shrink(judgeDraft(load(3), run), { law: LAW, run, triesMax: 500 })
    expect(judged.draft.file.clients).toHaveLength(1)
    expect(judged.draft.file.clients?.[0]?.sessions).toBe(1)
    expect(judged.draft.file.clients?.[0]?.flow).toHaveLength(1)
  })

  it('makes no more runs than it may', () => {
    let runs = 0
    const run: RunScenario = (scenario) => {
      runs += 1
      return rule(() => true)(scenario)
    }
    const first = judgeDraft(REVOKING[0] ?? script(1), run)
    runs = 0
    const { tries } = shrink(first, { law: LAW, run, triesMax: 7 })
    expect(tries).toBe(7)
    // A draft with forgeries runs twice a try.
    expect(runs).toBeLessThanOrEqual(14)
  })

  it('stops when it is told to', () => {
    const run = rule(() => true)
    expect(
      shrink(judgeDraft(script(1), run), { law: LAW, run, triesMax: 500, goesOn: () => false }).tries,
    ).toBeLessThanOrEqual(1)
  })
})

describe('a run that throws', () => {
  it('has broken that it runs to its end', () => {
    const run: RunScenario = () => ({ verdicts: [], run: null, threw: 'Error: a bug', events: 0, operations: 0 })
    expect(brokenIn(judgeDraft(script(1), run).outcome)).toEqual([RUNS_TO_ITS_END])
  })
})
