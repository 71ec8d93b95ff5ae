/**
 * What a law is: a sentence about every history, and a judge that reads one history once, record by record.
 * Always holds: a judge never looks ahead and never goes back; what it keeps is bounded by named constants or by what is
 * alive; `unknown` means that nothing was there to judge, never that judging failed.
 */

import type { HistoryRecord, Micros } from '@fourtwelve/protocol'

export interface Law {
  /** Kebab-case, and what reports and command lines call it: `412-justified`. */
  readonly name: string
  /** The law in one sentence. */
  readonly statement: string
  /** A fresh judge, for one history. */
  start(): LawState
}

export interface LawState {
  /** Takes the next record of the history. */
  observe(record: HistoryRecord): void
  /** What is known so far. May be asked at any time, and again. */
  verdict(): LawVerdict
}

export interface LawVerdict {
  readonly name: string
  /** `broken` once there is one violation, `unknown` while nothing was judged. */
  readonly verdict: 'holds' | 'broken' | 'unknown'
  /** How many records were judged. Those that the history tells too little about are not among them. */
  readonly checked: number
  /** How many of them broke the law. */
  readonly violations: number
  /** The first violation. */
  readonly witness?: Witness
}

/** One violation, told so that a reader can check it by hand (simulation-and-checking 1.2). */
export interface Witness {
  /** When it came to light. */
  readonly t: Micros
  /** One paragraph that names session, token, indexes, node and times, and ends in the contradiction. */
  readonly prose: string
  /** The records that prove it, in the order of the history; at most WITNESS_RECORDS_MAX. */
  readonly records: readonly HistoryRecord[]
}

/** Records a witness may show: more of them prove nothing more to a reader. */
export const WITNESS_RECORDS_MAX = 8
