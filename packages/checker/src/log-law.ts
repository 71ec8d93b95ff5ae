/**
 * Laws about the log: each judges records by what they do to the log of the cluster.
 * Always holds: a rule sees the log as it is after the record; what is wrong with the record is found once, and each kind of defect is
 * told by the laws whose it is. When a log broke nothing more is judged, so that one fault does not count again with every record
 * that follows from it. Any number of such laws can share one memory of the log, which is what they cost most of.
 */

import type { CallRecord, HistoryRecord } from '@fourtwelve/protocol'
import { ClusterLog } from './cluster-log.ts'
import type { Law } from './law.ts'
import type { LogDefect } from './log-defect.ts'
import { RunFacts } from './run-facts.ts'
import { Tally } from './tally.ts'

/** Judges the next record; for a reply, `call` is what it answers, when that is known. */
export type LogRule = (record: HistoryRecord, defects: readonly LogDefect[], call: CallRecord | undefined) => void

export type StartLogRule = (log: ClusterLog, tally: Tally) => LogRule

export interface LogLaw extends Law {
  /** Which records it judges, or learns from. */
  readonly sees: ReadonlySet<HistoryRecord['kind']>
  readonly startRule: StartLogRule
}

export const isLogLaw = (law: Law): law is LogLaw => 'startRule' in law

/** `sees`: records of other kinds go by it. */
export function logLaw(
  name: string,
  statement: string,
  sees: readonly HistoryRecord['kind'][],
  startRule: StartLogRule,
): LogLaw {
  const law: LogLaw = {
    name,
    statement,
    sees: new Set(sees),
    startRule,
    start: () => {
      const judge = new LogJudge()
      const facts = new RunFacts()
      const tally = judge.add(law)
      return { observe: (record) => judge.observe(record, facts.observe(record)), verdict: () => tally.verdict() }
    },
  }
  return law
}

/** Judges one history by several laws, with one memory. */
export class LogJudge {
  readonly #log = new ClusterLog()
  readonly #rules = new Map<HistoryRecord['kind'], LogRule[]>()

  /** Adds a law before the first record. Its tally has its verdict. */
  add(law: LogLaw): Tally {
    const tally = new Tally(law.name)
    const rule = law.startRule(this.#log, tally)
    for (const kind of law.sees) this.#rules.set(kind, [...(this.#rules.get(kind) ?? []), rule])
    return tally
  }

  observe(record: HistoryRecord, call: CallRecord | undefined): void {
    if (record.kind === 'call' || this.#rules.size === 0 || this.#log.isBroken) return
    const defects = this.#log.observe(record)
    if (this.#log.lacksItsBeginning) return
    const rules = this.#rules.get(record.kind)
    if (rules !== undefined) for (const rule of rules) rule(record, defects, call)
  }
}
