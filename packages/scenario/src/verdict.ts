/**
 * What a run comes to.
 * Always holds: a broken law or step fails whatever else is fine; a run that showed nothing, lacks a witness, or was asked
 * nothing (no step expects, no witness is named) is unknown, not passed; thresholds are asked only of a run that showed something.
 */

import type { LawVerdict } from '@fourtwelve/checker'
import { keepsLimit, type Threshold, type Witness } from './metric-expression.ts'
import type { Measurements } from './measurements.ts'
import type { ScenarioRun } from './run-scenario.ts'
import type { Scenario } from './scenario.ts'

export type Verdict = 'pass' | 'fail' | 'unknown' | 'threshold'

export interface Judged {
  /** As the file has it. */
  readonly text: string
  /** Counts, shares of 0 to 1, or microseconds, as its metric has. */
  readonly value: number
  readonly holds: boolean
}

export interface Judgement {
  readonly verdict: Verdict
  readonly laws: readonly LawVerdict[]
  readonly thresholds: readonly Judged[]
  readonly witnesses: readonly Judged[]
}

export function judge(scenario: Scenario, run: ScenarioRun, laws: readonly LawVerdict[], isLive: boolean): Judgement {
  const { expect } = scenario
  const kept = laws.filter(({ name }) => !expect.lawsExcept.includes(name))
  const thresholds = ((isLive ? expect.liveThresholds : null) ?? expect.thresholds).map((item) =>
    judgeThreshold(item, run.measurements),
  )
  const witnesses = expect.witnesses.map((item) => judgeWitness(item, run.measurements))
  const isBroken =
    kept.some(({ verdict }) => verdict === 'broken') || run.steps.some(({ verdict }) => verdict === 'fail')
  const isAsked = witnesses.length > 0 || run.steps.some(({ verdict }) => verdict !== 'done')
  const hasShown = isAsked && run.measurements.counts().operations > 0 && witnesses.every(({ holds }) => holds)
  const keeps = thresholds.every(({ holds }) => holds)
  const verdict: Verdict = isBroken ? 'fail' : !hasShown ? 'unknown' : keeps ? 'pass' : 'threshold'
  return { verdict, laws: kept, thresholds, witnesses }
}

function judgeThreshold({ text, metric, aggregate, comparator, limit }: Threshold, measurements: Measurements): Judged {
  const value = measurements.value(metric, aggregate)
  return { text, value, holds: keepsLimit(value, comparator, limit) }
}

function judgeWitness({ text, metric, comparator, limit }: Witness, measurements: Measurements): Judged {
  const value = measurements.value(metric, { kind: 'count' })
  return { text, value, holds: keepsLimit(value, comparator, limit) }
}
