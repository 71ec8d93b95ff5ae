/**
 * How many attempts came to what.
 * Always holds: what was unknown when its answer came is asked again when the counts are asked for, since its entry may have been
 * committed later; at most UNKNOWN_MAX attempts are asked again, the others stay unknown.
 */

import type { CallRecord, ReplyRecord } from '@fourtwelve/protocol'
import { outcomeOf, type Outcome } from './outcome.ts'
import type { RunFacts } from './run-facts.ts'

/** As many as requests are remembered by what they wrote. */
const UNKNOWN_MAX = 16_384

export type OutcomeCounts = Readonly<Record<Outcome, number>>

export class OutcomeTally {
  readonly #facts: RunFacts
  readonly #counts: Record<Outcome, number> = { done: 0, failed: 0, unknown: 0, happened: 0 }
  #unknown: { readonly call: CallRecord; readonly reply: ReplyRecord; readonly numbering: number }[] = []

  constructor(facts: RunFacts) {
    this.#facts = facts
  }

  count(call: CallRecord, reply: ReplyRecord): void {
    const outcome = outcomeOf(call, reply, this.#facts)
    this.#counts[outcome]++
    if (outcome !== 'unknown' || this.#unknown.length >= UNKNOWN_MAX) return
    this.#unknown.push({ call, reply, numbering: this.#facts.renumberings })
  }

  counts(): OutcomeCounts {
    this.#unknown = this.#unknown.filter(({ call, reply, numbering }) => {
      // Entries of another log have other indexes.
      if (numbering !== this.#facts.renumberings) return false
      if (outcomeOf(call, reply, this.#facts) === 'unknown') return true
      this.#counts.unknown--
      this.#counts.happened++
      return false
    })
    return { ...this.#counts }
  }
}
