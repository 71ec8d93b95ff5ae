/**
 * A run as one JSON object, for programs.
 * Always holds: names that end in `_ms` are milliseconds, and so is the value of a threshold on `latency`; `at_ms` counts from
 * the start of the run; the same run gives the same bytes.
 */

import type { LawVerdict } from '@fourtwelve/checker'
import { MICROS_PER_MS, type HistoryRecord, type Micros } from '@fourtwelve/protocol'
import {
  METRIC_NAMES,
  METRICS,
  isMetricName,
  type Aggregate,
  type Judged,
  type CountName,
  type StepResult,
} from '@fourtwelve/scenario'
import { exactJson } from './exact-json.ts'
import { numberOfJudged } from './judged-value.ts'
import type { RunReport } from './run-report.ts'

export interface RunJson {
  readonly scenario: string
  readonly question: string
  readonly seed: number
  readonly runtime: 'simulation' | 'live'
  /** Null in a live run. */
  readonly fingerprint: string | null
  readonly verdict: 'pass' | 'fail' | 'unknown' | 'threshold'
  readonly steps: readonly StepJson[]
  readonly laws: readonly LawJson[]
  readonly thresholds: readonly JudgedJson[]
  readonly witnesses: readonly JudgedJson[]
  /** How often; the sentences of METRICS say what. */
  readonly counters: Readonly<Record<CountName, number>>
  /** The same for each client under load. */
  readonly clients: readonly ClientJson[]
  /** Of operations: from the first request to the last answer. Zeros when there was none. */
  readonly latency_ms: Readonly<Record<'min' | 'avg' | 'p50' | 'p90' | 'p99' | 'max', number>>
  /** The longest time in which a client wanted to write and no write was acknowledged. */
  readonly unavailable_ms: number
  /** Events of the simulation. */
  readonly events: number
  /** The command that repeats the run. */
  readonly repro: string
}

/** What a step asked and got. The fields of an answer are null in a step that asks nothing, and when none came. */
export interface StepJson {
  /** From 1. */
  readonly step: number
  readonly at_ms: number
  readonly what: string
  /** The node that was asked. */
  readonly node: string | null
  /** 0: no answer came. */
  readonly status: number | null
  readonly errors: readonly string[]
  /** The node that handled it. */
  readonly served_by: string | null
  /** Its index state: what tokens and headers are judged by. Over Consul-like storage reads run ahead of it. */
  readonly applied: number | null
  /** Why it was forwarded; null when it was not. */
  readonly forwarded: string | null
  readonly attempts: number | null
  readonly took_ms: number | null
  readonly note: string | null
  /** `done`: nothing was expected. */
  readonly verdict: 'pass' | 'fail' | 'done'
  readonly failures: readonly string[]
}

export interface LawJson {
  readonly name: string
  readonly verdict: 'holds' | 'broken' | 'unknown'
  readonly checked: number
  readonly witness?: { readonly at_ms: number; readonly prose: string; readonly records: readonly HistoryRecord[] }
}

export interface JudgedJson {
  readonly text: string
  readonly value: number
  readonly holds: boolean
}

export function runJson(report: RunReport, repro: string): RunJson {
  const { scenario, seed, runtime, fingerprint, events, run, judgement } = report
  const judged = (item: Judged): JudgedJson => ({
    text: item.text,
    value: numberOfJudged(scenario, item),
    holds: item.holds,
  })
  return {
    scenario: scenario.name,
    question: scenario.question,
    seed,
    runtime,
    fingerprint,
    verdict: judgement.verdict,
    steps: run.steps.map(stepJson),
    laws: judgement.laws.map(lawJson),
    thresholds: judgement.thresholds.map(judged),
    witnesses: judgement.witnesses.map(judged),
    counters: { ...run.measurements.counts() },
    clients: scenario.clients.map(({ name, mitigation }) => clientJson(report, name, mitigation)),
    latency_ms: latencies(report),
    unavailable_ms: inMs(run.measurements.unavailable()),
    events,
    repro,
  }
}

/** The object on one line, without its end. */
export const runJsonLine = (report: RunReport, repro: string): string => exactJson(runJson(report, repro))

const inMs = (time: Micros | number): number => time / MICROS_PER_MS

function stepJson({ step, at, what, note, reply, verdict, failures }: StepResult): StepJson {
  return {
    step,
    at_ms: inMs(at),
    what,
    node: reply?.node ?? null,
    status: reply?.status ?? null,
    errors: reply?.errors ?? [],
    served_by: reply?.by ?? null,
    applied: reply?.applied ?? null,
    forwarded: reply?.forwarded ?? null,
    attempts: reply?.attempts ?? null,
    took_ms: reply === null ? null : inMs(reply.took),
    note,
    verdict,
    failures,
  }
}

export const lawJson = ({ name, verdict, checked, witness }: LawVerdict): LawJson => ({
  name,
  verdict,
  checked,
  ...(witness === undefined
    ? {}
    : { witness: { at_ms: inMs(witness.t), prose: witness.prose, records: witness.records } }),
})

function latencies({ run }: RunReport): RunJson['latency_ms'] {
  const all = run.measurements.latencies()
  const of = (aggregate: Aggregate): number => inMs(all.value(aggregate))
  return {
    min: of({ kind: 'min' }),
    avg: of({ kind: 'avg' }),
    p50: of({ kind: 'percentile', percent: 50 }),
    p90: of({ kind: 'percentile', percent: 90 }),
    p99: of({ kind: 'percentile', percent: 99 }),
    max: of({ kind: 'max' }),
  }
}

interface ClientJson {
  readonly name: string
  readonly mitigation: string
  readonly counters: Readonly<Record<string, number>>
  readonly latency_ms: Readonly<Record<string, number>>
}

/** Counters that are kept for the whole cluster alone are left out. */
function clientJson({ run }: RunReport, client: string, mitigation: string): ClientJson {
  const counters: Record<string, number> = {}
  for (const name of METRIC_NAMES) {
    if (isMetricName(name) && name !== 'latency' && METRICS[name].perClient) {
      counters[name] = run.measurements.value({ name, client }, { kind: 'count' })
    }
  }
  const latency = (aggregate: Aggregate): number => inMs(run.measurements.value({ name: 'latency', client }, aggregate))
  const percentile = (percent: number): number => latency({ kind: 'percentile', percent })
  return {
    name: client,
    mitigation,
    counters,
    latency_ms: { p50: percentile(50), p90: percentile(90), p99: percentile(99), max: latency({ kind: 'max' }) },
  }
}
