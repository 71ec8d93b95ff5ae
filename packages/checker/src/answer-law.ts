/**
 * Laws about answers, and about what requests wrote: each is a few rules that judge one call and its reply, or one committed fact.
 * Always holds: a rule sees the facts as they were when the record came in, and changes none of them; what a law remembers beside
 * them is its own. So any number of such laws can share one memory of the run, which is what they cost most of.
 */

import type { CallRecord, EntryFact, EntryRecord, HistoryRecord, ReplyRecord } from '@fourtwelve/protocol'
import { isAbout, kindsOf, type AnswerKind } from './answer-kinds.ts'
import type { Law } from './law.ts'
import { OutcomeTally, type OutcomeCounts } from './outcome-tally.ts'
import { RunFacts } from './run-facts.ts'
import { Tally, type Judgement } from './tally.ts'
import type { TokenLife } from './token-life.ts'

export type AnswerRule = (call: CallRecord, reply: ReplyRecord, facts: RunFacts) => Judgement

/** Judges a fact that a majority has now. `before` is what was known of its token, or of the token that an accessor is made for. */
export type FactRule = (
  fact: EntryFact,
  entry: EntryRecord,
  before: TokenLife | undefined,
  facts: RunFacts,
) => Judgement

/** What a law does with one history. */
export interface AnswerRules {
  /** Sees a call as it leaves: for laws that ask what a session knew then. */
  readonly call?: (call: CallRecord) => Judgement
  readonly answer?: (call: CallRecord, reply: ReplyRecord) => Judgement
  /** Which answers it is about; any of these kinds is enough. All, when it does not say. */
  readonly about?: readonly AnswerKind[]
  readonly fact?: (fact: EntryFact, entry: EntryRecord, before: TokenLife | undefined) => Judgement
  /** The log is numbered anew: no index of before means anything. */
  readonly renumbered?: () => void
}

export interface AnswerLaw extends Law {
  readonly begin: (facts: RunFacts) => AnswerRules
}

export const isAnswerLaw = (law: Law): law is AnswerLaw => 'begin' in law

/** A law about answers that remembers nothing of its own. `about`: to which kinds of answers it is confined. */
export const answerLaw = (
  name: string,
  statement: string,
  rule: AnswerRule,
  about?: readonly AnswerKind[],
): AnswerLaw =>
  rememberingLaw(name, statement, (facts) => ({
    answer: (call, reply) => rule(call, reply, facts),
    ...(about === undefined ? {} : { about }),
  }))

/** A law about what is committed that remembers nothing of its own. */
export const factLaw = (name: string, statement: string, rule: FactRule): AnswerLaw =>
  rememberingLaw(name, statement, (facts) => ({ fact: (fact, entry, before) => rule(fact, entry, before, facts) }))

/** A law with a memory: `begin` makes its rules for one history. */
export function rememberingLaw(name: string, statement: string, begin: (facts: RunFacts) => AnswerRules): AnswerLaw {
  const law: AnswerLaw = {
    name,
    statement,
    begin,
    start: () => {
      const judge = new AnswerJudge()
      const tally = judge.add(law)
      return { observe: (record) => judge.observe(record), verdict: () => tally.verdict() }
    },
  }
  return law
}

interface Judged<Rule> {
  readonly rule: Rule
  readonly about?: readonly AnswerKind[] | undefined
  readonly tally: Tally
}

/** Judges the answers of one history by several laws, with one memory. */
export class AnswerJudge {
  readonly #facts = new RunFacts()
  readonly #calls: Judged<NonNullable<AnswerRules['call']>>[] = []
  readonly #answers: Judged<NonNullable<AnswerRules['answer']>>[] = []
  /** Those of `#answers` that are about an answer, by its kinds. */
  readonly #byKinds: (readonly Judged<NonNullable<AnswerRules['answer']>>[] | undefined)[] = []
  readonly #renumbered: (() => void)[] = []
  readonly #outcomes = new OutcomeTally(this.#facts)

  /** Adds a law before the first record. Its tally has its verdict. */
  add(law: AnswerLaw): Tally {
    const tally = new Tally(law.name)
    const { call, answer, about, fact, renumbered } = law.begin(this.#facts)
    if (call !== undefined) this.#calls.push({ rule: call, tally })
    if (answer !== undefined) this.#answers.push({ rule: answer, tally, about })
    if (renumbered !== undefined) this.#renumbered.push(renumbered)
    if (fact !== undefined) {
      this.#facts.ledger.listen((one, entry, before) => tally.count(fact(one, entry, before)))
    }
    return tally
  }

  /** What came of the attempts, as far as it is known now. */
  outcomes(): OutcomeCounts {
    return this.#outcomes.counts()
  }

  /** Takes the next record. For a reply: the call that it answers, when that is known. */
  observe(record: HistoryRecord): CallRecord | undefined {
    const call = this.#facts.observe(record)
    switch (record.kind) {
      case 'call':
        for (const { rule, tally } of this.#calls) tally.count(rule(record))
        return undefined
      case 'reply':
        if (call === undefined) return undefined
        this.#outcomes.count(call, record)
        for (const { rule, tally } of this.#about(kindsOf(call, record))) tally.count(rule(call, record))
        return call
      case 'renumber':
        for (const renumbered of this.#renumbered) renumbered()
        return undefined
      case 'run':
      case 'entry':
      case 'commit':
      case 'apply':
      case 'lead':
      case 'resign':
      case 'recover':
      case 'rest':
      case 'fault':
        return undefined
    }
  }

  #about(kinds: number): readonly Judged<NonNullable<AnswerRules['answer']>>[] {
    return (this.#byKinds[kinds] ??= this.#answers.filter(({ about }) => isAbout(about, kinds)))
  }
}
