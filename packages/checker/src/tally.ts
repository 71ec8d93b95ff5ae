/**
 * Counts what one law judged, and keeps its first violation.
 * Always holds: the witness is the first violation's; later ones only count.
 */

import type { LawVerdict, Witness } from './law.ts'

/** `not-judged` when the history tells too little. A violation is a function, because only the first one is ever told. */
export type Judgement = 'not-judged' | 'lawful' | (() => Witness)

export class Tally {
  readonly #name: string
  #checked = 0
  #violations = 0
  #witness: Witness | null = null

  constructor(name: string) {
    this.#name = name
  }

  count(judgement: Judgement): void {
    if (judgement === 'not-judged') return
    this.#checked++
    if (judgement === 'lawful') return
    this.#violations++
    this.#witness ??= judgement()
  }

  verdict(): LawVerdict {
    const counted = { name: this.#name, checked: this.#checked, violations: this.#violations }
    if (this.#witness !== null) return { ...counted, verdict: 'broken', witness: this.#witness }
    return { ...counted, verdict: this.#checked > 0 ? 'holds' : 'unknown' }
  }
}
