/**
 * Register workloads: a few sessions write and read a few secrets, through all nodes of a lagging cluster, in simulation.
 * Always holds: same mitigation, faults and seed, same history; at its end every fault is over and every write is settled.
 */

import { createEntropy } from '@fourtwelve/simulation'
import type { HistoryRecord } from '@fourtwelve/protocol'
import type { RunReport } from '@fourtwelve/report'
import { loadScenario, simulateScenario } from 'fourtwelve'

export type Mitigation = 'blind-forward' | 'conditional-forward' | 'index' | 'none'

export interface RegisterRun {
  readonly seed: number
  readonly mitigation: Mitigation
  readonly withFaults: boolean
  readonly records: readonly HistoryRecord[]
  readonly judgement: RunReport['judgement']
}

export interface RunWish {
  readonly mitigation: Mitigation
  readonly withFaults: boolean
}

export function playRegisters({ mitigation, withFaults }: RunWish, seed: number): RegisterRun {
  const file = `registers-${mitigation}${withFaults ? '-with-faults' : ''}`
  const text = JSON.stringify(scenarioOf(mitigation, withFaults, seed))
  const loaded = loadScenario(`${file}.yaml`, { set: [], seed, readText: () => ({ text }) })
  if ('problems' in loaded) throw new Error(loaded.problems.join('\n'))
  const records: HistoryRecord[] = []
  const observe = (record: HistoryRecord): void => void records.push(record)
  const { judgement } = simulateScenario(loaded.scenario, { realCrypto: null, observe })
  return { seed, mitigation, withFaults, records, judgement }
}

const REGISTERS = ['r1', 'r2', 'r3'].map((name) => `secret/data/${name}`)

function scenarioOf(mitigation: Mitigation, withFaults: boolean, seed: number): object {
  const chance = createEntropy(seed).stream('register workload')
  const pick = <T>(from: readonly T[]): T => from[chance.below(from.length)] as T
  const flow = (): readonly object[] =>
    Array.from({ length: 5 }, (_, at) => {
      const path = pick(REGISTERS)
      return at === 0 || chance.unit() < 0.3 ? { put: path, body: { data: { v: 1 } } } : { get: path }
    })
  const standbys = withFaults ? pick([2, 4]) : pick([1, 2, 3])
  return {
    question: 'Is every secret one register?',
    topology: { standbys },
    lag: pick(['80ms', '300ms', { dist: 'lognormal', median: '100ms', sigma: 0.8 }]),
    server: {
      election_timeout: '500ms',
      // Answers of writes that wait for the standby's own copy would leave little time for anything else.
      replication: { allow_forwarding_via_header: true, best_effort_wal_wait_duration: '10ms' },
    },
    given: { secrets: { 'secret/data/r1': { v: 0 } } },
    duration: withFaults ? '3s' : '1s',
    cooldown: '4s',
    clients: ['a', 'b', 'c'].map((name) => ({
      name,
      sessions: 2,
      arrival: { closed: true, think: pick(['10ms', '30ms', '70ms']) },
      routing: pick(['random', 'round-robin']),
      mitigation,
      // The Go client's waits of a second are longer than most faults here.
      ...(mitigation === 'none' ? {} : { retry: { max: 4, min: '50ms', max_wait: '200ms' } }),
      flow: flow(),
    })),
    ...(withFaults ? { faults: FAULTS } : {}),
  }
}

const FAULTS: readonly object[] = [
  { at: '150ms', for: '500ms', do: 'kill', target: 'active' },
  { every: '700ms', for: { min: '100ms', max: '900ms' }, do: ['kill', 'cut', 'step-down'], target: 'random' },
  { every: '900ms', for: { min: '50ms', max: '700ms' }, do: 'pause', target: 'active' },
  { every: '1100ms', for: { min: '100ms', max: '900ms' }, do: 'cut', target: 'random', one_way: true },
]
