/**
 * Plans in virtual time, judged by the laws.
 * Always holds: the same plan gives the same history; the cluster has time to come to rest at the end.
 */

import type { Answer } from '@fourtwelve/cluster'
import { startChecks, type LawVerdict } from '@fourtwelve/checker'
import { micros, seconds, type CryptoPort, type HistoryRecord, type Micros } from '@fourtwelve/protocol'
import { createSimulation, createStandInCrypto, type Simulation, type Stream } from '@fourtwelve/simulation'
import { configOf, constant, GIVEN, lagOf, type Plan } from './plan.ts'
import { playActs } from './plan-acts.ts'

export interface Played {
  readonly simulation: Simulation
  readonly history: readonly HistoryRecord[]
  readonly verdicts: readonly LawVerdict[]
  /** By request; a request has one answer. */
  readonly answers: ReadonlyMap<number, Answer>
  readonly sent: number
}

/** After the last act: more than the longest wait there is, and the longest lag. */
const REST: Micros = seconds(200)

export interface PlayOptions {
  /** Default: the stand-in. */
  readonly crypto?: (random: Stream) => CryptoPort
  /** Sees every record of the history when it is made. */
  readonly watch?: (record: HistoryRecord) => void
  /** Ends when every request has its answer: a cluster that is at rest has nothing more to tell. */
  readonly untilAnswered?: boolean
}

export function play(plan: Plan, { crypto = standIn, watch, untilAnswered = false }: PlayOptions = {}): Played {
  const checks = startChecks()
  const history: HistoryRecord[] = []
  const cost = micros(plan.cost ?? 0)
  const simulation = createSimulation({
    scenario: 'plan',
    seed: plan.seed,
    standbys: plan.standbys,
    config: configOf(plan),
    lag: { default: plan.lag ?? lagOf(20), links: {} },
    network: {
      client: plan.client ?? constant(0),
      delivery: plan.delivery ?? constant(200),
      forward: plan.forward ?? constant(500),
    },
    flush: plan.flush ?? constant(100),
    cost: { read: cost, write: cost, login: cost },
    given: GIVEN,
    rootToken: null,
    crypto,
    observe(record) {
      history.push(record)
      checks.observe(record)
      watch?.(record)
    },
  })
  const { answers, sent, last } = playActs(plan, simulation)
  simulation.run(micros(last + REST), () => untilAnswered && simulation.now() > last && answers.size === sent())
  return { simulation, history, verdicts: checks.verdicts(), answers, sent: sent() }
}

const standIn = (random: Stream): CryptoPort => createStandInCrypto('plan', random)

/** The history as it stands in a file. */
export const bytesOf = ({ history }: Played): string => history.map((record) => JSON.stringify(record)).join('\n')
