/**
 * The figures of a run: the metrics of `metrics.ts`, for each client and for all.
 * Always holds: what is counted is what the metric's sentence says; figures do not depend on the order of clients.
 */

import type { Answer, Fault } from '@fourtwelve/cluster'
import { micros, type HistoryRecord, type Micros } from '@fourtwelve/protocol'
import { Latencies } from './latencies.ts'
import type { Aggregate, MetricReference } from './metric-expression.ts'
import { METRICS, type CountName, type MetricName } from './metrics.ts'
import type { AttemptCause, OperationEnd } from './run-operation.ts'
import { textsOf } from './run-records.ts'
import { WriteOutages } from './write-outages.ts'

export type Counts = Record<CountName, number>

const COUNTED = (Object.keys(METRICS) as MetricName[]).filter(
  (name): name is CountName => name !== 'latency' && name !== 'unavailable',
)
const noCounts = (): Counts => Object.fromEntries(COUNTED.map((name) => [name, 0])) as Counts

interface Tally {
  readonly counts: Counts
  readonly latencies: Latencies
}

const STATUS_METRICS: Readonly<Record<number, keyof Counts>> = {
  307: 'http_307',
  400: 'http_400',
  403: 'http_403',
  404: 'http_404',
  412: 'http_412',
  500: 'http_500',
  503: 'http_503',
}

export class Measurements {
  readonly #all: Tally = newTally()
  readonly #clients = new Map<string, Tally>()
  readonly #outages = new WriteOutages()

  /** One attempt has been answered. */
  attempt(client: string, answer: Answer, cause: AttemptCause): void {
    for (const { counts } of this.#tallies(client)) {
      counts.requests += 1
      if (cause === 'retry') counts.retries += 1
      if (answer.kind === 'lost') {
        counts.lost += 1
        continue
      }
      const { reply, served } = answer.value
      if (reply.status >= 200 && reply.status < 300) counts.ok += 1
      const metric = STATUS_METRICS[reply.status]
      if (metric !== undefined) counts[metric] += 1
      if (reply.status >= 500 && reply.status <= 599) counts.http_5xx += 1
      if (served.forwarded !== null) counts.forwarded += 1
      if (textsOf(reply.body?.['warnings']).length > 0) counts.warnings += 1
    }
  }

  /** One operation has ended; `expected` says whether as it should. */
  operation(client: string, end: OperationEnd, expected: boolean): void {
    const status = end.last?.kind === 'reply' ? end.last.value.reply.status : 0
    for (const { counts, latencies } of this.#tallies(client)) {
      counts.operations += 1
      if (!expected) counts.unexpected += 1
      if (status === 412) counts.failed_412 += 1
      else if (end.met412 && status >= 200 && status < 300) counts.survived_412 += 1
      latencies.add(micros(end.ended - end.began))
    }
  }

  /** Something is done to the cluster; `isEnding` when it ends what was done before. */
  fault({ kind }: Pick<Fault, 'kind'>, isEnding: boolean): void {
    const { counts } = this.#all
    if (!isEnding) counts.faults += 1
    if (kind === 'kill') counts.kills += 1
    if (kind === 'restart') counts.restarts += 1
  }

  faultLeftOut(): void {
    this.#all.counts.faults_left_out += 1
  }

  /** What the cluster itself did, and when clients called. */
  observe(record: HistoryRecord): void {
    this.#outages.observe(record)
    const { counts } = this.#all
    if (record.kind === 'lead' && record.t > 0) counts.elections += 1
    if (record.kind !== 'entry') return
    counts.wal_entries += 1
    counts.storage_writes += record.keys
  }

  /** The longest time in which nobody could write. */
  unavailable(): Micros {
    return this.#outages.longest()
  }

  counts(): Readonly<Counts> {
    return this.#all.counts
  }

  latencies(): Latencies {
    return this.#all.latencies
  }

  /** One figure. A client that did nothing has zeros. */
  value(metric: MetricReference, aggregate: Aggregate): number {
    const { counts, latencies } = metric.client === null ? this.#all : (this.#clients.get(metric.client) ?? newTally())
    if (metric.name === 'latency') return latencies.value(aggregate)
    if (metric.name === 'unavailable') return this.unavailable()
    const count = counts[metric.name]
    const base = METRICS[metric.name].of
    if (aggregate.kind !== 'rate' || base === null) return count
    return counts[base] === 0 ? 0 : count / counts[base]
  }

  #tallies(client: string): readonly Tally[] {
    let tally = this.#clients.get(client)
    if (tally === undefined) {
      tally = newTally()
      this.#clients.set(client, tally)
    }
    return [this.#all, tally]
  }
}

const newTally = (): Tally => ({ counts: noCounts(), latencies: new Latencies() })
