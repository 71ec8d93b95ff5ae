/** A run written by hand, so that a test can say exactly what happened. */

import type { LawVerdict } from '@fourtwelve/checker'
import { micros, type NodeId, type WalIndex } from '@fourtwelve/protocol'
import type { RunReport } from '@fourtwelve/report'
import { judge, parseScenario, type Scenario, type StepReply, type StepResult } from '@fourtwelve/scenario'
import { Measurements } from '../../scenario/dist/measurements.js'

export function scenarioOf(text: string): Scenario {
  const parsed = parseScenario(text, { file: 'hand-made.yaml' })
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
  return parsed.scenario
}

/** Scenarios must ask for something; what it is plays no part here. */
const ONE_STEP = 'steps: [{ get: sys/health, node: n0, expect: 200 }]'

const PASSED_SCENARIO: Scenario = scenarioOf(`name: fresh-token
question: What does a client see that reads from a standby right after it created a token?
answer: 412 until the standby has applied the token, then 200.
seed: 42
${ONE_STEP}
`)

const n0 = 'n0' as NodeId
const n1 = 'n1' as NodeId

export function reply(fields: Partial<StepReply> = {}): StepReply {
  return {
    client: 'client',
    node: n0,
    status: 200,
    errors: [],
    warnings: [],
    by: n0,
    applied: 16 as WalIndex,
    forwarded: null,
    attempts: 1,
    took: micros(700),
    body: null,
    ...fields,
  }
}

export function step(fields: Partial<StepResult> = {}): StepResult {
  return {
    step: 1,
    at: micros(0),
    what: 'POST auth/token/create',
    note: null,
    reply: reply(),
    verdict: 'pass',
    failures: [],
    ...fields,
  }
}

/** Three steps: a token is made, a standby that is behind answers 412, and somebody waits. */
const THREE_STEPS: readonly StepResult[] = [
  step({ note: 'A token is created.' }),
  step({
    step: 2,
    at: micros(700),
    what: 'GET secret/data/app',
    reply: reply({ node: n1, by: n1, status: 412, errors: ['required index state not present'], took: micros(50) }),
  }),
  step({ step: 3, at: micros(750), what: 'wait until n1 has applied', reply: null, verdict: 'done' }),
]

/** What those steps leave in the figures. */
export function threeStepMeasurements(): Measurements {
  const measurements = new Measurements()
  for (const status of [200, 412]) {
    const answer = {
      kind: 'reply',
      value: {
        reply: { status, index: null, body: null },
        served: {
          node: n0,
          by: n0,
          applied: 16 as WalIndex,
          appliedHere: 16 as WalIndex,
          required: 0 as WalIndex,
          epoch: 0 as never,
          forwarded: null,
          wrote: 0 as WalIndex,
          waitTimedOut: false,
        },
      },
    } as const
    measurements.attempt('client', answer, 'first')
    const [began, ended] = [micros(0), micros(status === 200 ? 700 : 50)]
    measurements.operation('client', { began, ended, attempts: 1, met412: status === 412, last: answer }, true)
  }
  return measurements
}

export const LAWS_HOLD: readonly LawVerdict[] = [
  { name: 'wal-prefix', verdict: 'holds', checked: 6, violations: 0 },
  { name: 'token-gate', verdict: 'holds', checked: 2, violations: 0 },
  { name: 'header-gate', verdict: 'unknown', checked: 0, violations: 0 },
]

interface HandMade {
  readonly scenario?: Scenario
  readonly steps?: readonly StepResult[]
  readonly laws?: readonly LawVerdict[]
  readonly measurements?: Measurements
  readonly runtime?: RunReport['runtime']
}

/** A report, judged by the rules that judge every run. */
export function handMadeRun({
  scenario = PASSED_SCENARIO,
  steps = THREE_STEPS,
  laws = LAWS_HOLD,
  ...rest
}: HandMade = {}): RunReport {
  const run = { steps, measurements: rest.measurements ?? threeStepMeasurements(), ended: micros(11_000_000) }
  const runtime = rest.runtime ?? 'simulation'
  return {
    scenario,
    seed: scenario.seed,
    runtime,
    fingerprint: runtime === 'live' ? null : 'a0d3495acb908e42',
    events: 421,
    run,
    judgement: judge(scenario, run, laws, runtime === 'live'),
  }
}

/** A scenario that expects what `expect` says. */
export const expecting = (expect: string): Scenario =>
  scenarioOf(`question: What happens?\nname: asked\nseed: 7\n${ONE_STEP}\nexpect: ${expect}\n`)
