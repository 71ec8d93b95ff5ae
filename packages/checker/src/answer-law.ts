/**
 * Laws about answers: each is one rule that judges one call and its reply.
 * Always holds: a rule sees the facts as they were when the reply came in, and changes nothing. So any number of such laws
 * can share one memory of the run, which is what they cost most of.
 */

import type { CallRecord, HistoryRecord, ReplyRecord } from '@fourtwelve/protocol'
import type { Law } from './law.ts'
import { RunFacts } from './run-facts.ts'
import { Tally, type Judgement } from './tally.ts'

export type AnswerRule = (call: CallRecord, reply: ReplyRecord, facts: RunFacts) => Judgement

export interface AnswerLaw extends Law {
  readonly rule: AnswerRule
}

export const isAnswerLaw = (law: Law): law is AnswerLaw => 'rule' in law

export function answerLaw(name: string, statement: string, rule: AnswerRule): AnswerLaw {
  const law: AnswerLaw = {
    name,
    statement,
    rule,
    start: () => {
      const judge = new AnswerJudge()
      const tally = judge.add(law)
      return { observe: (record) => judge.observe(record), verdict: () => tally.verdict() }
    },
  }
  return law
}

/** Judges the answers of one history by several laws, with one memory. */
export class AnswerJudge {
  readonly #facts = new RunFacts()
  readonly #laws: { readonly rule: AnswerRule; readonly tally: Tally }[] = []

  /** Adds a law before the first record. Its tally has its verdict. */
  add(law: AnswerLaw): Tally {
    const tally = new Tally(law.name)
    this.#laws.push({ rule: law.rule, tally })
    return tally
  }

  observe(record: HistoryRecord): void {
    if (this.#laws.length === 0) return
    const call = this.#facts.observe(record)
    if (call === undefined || record.kind !== 'reply') return
    for (const { rule, tally } of this.#laws) tally.count(rule(call, record, this.#facts))
  }
}
