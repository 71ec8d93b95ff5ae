/**
 * Laws about the log: each judges records by what they do to the log of the cluster.
 * Always holds: a rule sees the log as it is after the record; what is wrong with the record is found once, and each kind of defect is
 * told by the laws whose it is. When a log broke nothing more is judged, so that one fault does not count again with every record
 * that follows from it. Any number of such laws can share one memory of the log, which is what they cost most of.
 */

import type { HistoryRecord } from '@fourtwelve/protocol'
import { ClusterLog } from './cluster-log.ts'
import type { Law } from './law.ts'
import type { LogDefect } from './log-defect.ts'
import { Tally } from './tally.ts'

/** Judges the next record. */
export type LogRule = (record: HistoryRecord, defects: readonly LogDefect[]) => void

export type StartLogRule = (log: ClusterLog, tally: Tally) => LogRule

export interface LogLaw extends Law {
  readonly startRule: StartLogRule
}

export const isLogLaw = (law: Law): law is LogLaw => 'startRule' in law

export function logLaw(name: string, statement: string, startRule: StartLogRule): LogLaw {
  const law: LogLaw = {
    name,
    statement,
    startRule,
    start: () => {
      const judge = new LogJudge()
      const tally = judge.add(law)
      return { observe: (record) => judge.observe(record), verdict: () => tally.verdict() }
    },
  }
  return law
}

/** Judges one history by several laws, with one memory. */
export class LogJudge {
  readonly #log = new ClusterLog()
  readonly #rules: LogRule[] = []

  /** Adds a law before the first record. Its tally has its verdict. */
  add(law: LogLaw): Tally {
    const tally = new Tally(law.name)
    this.#rules.push(law.startRule(this.#log, tally))
    return tally
  }

  observe(record: HistoryRecord): void {
    if (this.#rules.length === 0 || this.#log.isBroken) return
    const defects = this.#log.observe(record)
    for (const rule of this.#rules) rule(record, defects)
  }
}
