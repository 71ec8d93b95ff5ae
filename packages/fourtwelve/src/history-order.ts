/**
 * What holds between the records of a run: time never falls, a call has a number of its own, and one answer.
 * Always holds: the numbers of at least the last CALLS_KNOWN calls are remembered, and of at most twice as many; what is older is let
 * through. A history may begin in the middle: answers to calls from before it are counted, and are no defect.
 */

import type { HistoryRecord } from '@fourtwelve/protocol'

/** Of one run. */
export const CALLS_KNOWN = 65_536

type State = 'open' | 'answered' | 'only-answered'

export class HistoryOrder {
  #time = 0
  #highest = -1
  #fresh = new Map<number, State>()
  #older = new Map<number, State>()
  #hasForgotten = false
  #strayAnswers = 0

  /** Answers to calls that are not there, or are forgotten. */
  get strayAnswers(): number {
    return this.#strayAnswers
  }

  /** Whether one of these may belong to a call that was there. */
  get hasForgotten(): boolean {
    return this.#hasForgotten
  }

  /** Takes the next record of the run; null when it may stand here, else why not, in half a sentence. */
  defect(record: HistoryRecord): string | null {
    const { t } = record
    if (t < this.#time)
      return `\`t\` falls from ${this.#time} to ${t}, and the records of a run stand in the order of time`
    this.#time = t
    if (record.kind === 'call') return this.#called(record.id)
    if (record.kind === 'reply') return this.#answered(record.id)
    return null
  }

  #called(id: number): string | null {
    // Numbers mostly rise: one that is higher than all before is new for sure.
    const state = id > this.#highest ? undefined : this.#stateOf(id)
    if (state === 'only-answered') return `call ${id} stands behind its answer`
    if (state !== undefined) return `this is the second call with the id ${id}, and each attempt has an id of its own`
    this.#set(id, 'open')
    return null
  }

  #answered(id: number): string | null {
    const state = this.#stateOf(id)
    if (state === 'answered' || state === 'only-answered') return `this is the second answer to call ${id}`
    if (state === undefined) this.#strayAnswers++
    this.#set(id, state === undefined ? 'only-answered' : 'answered')
    return null
  }

  #stateOf(id: number): State | undefined {
    return this.#fresh.get(id) ?? this.#older.get(id)
  }

  /** Two generations, because to drop a whole one costs nothing. */
  #set(id: number, state: State): void {
    if (this.#fresh.size >= CALLS_KNOWN) {
      this.#hasForgotten ||= this.#older.size > 0
      this.#older = this.#fresh
      this.#fresh = new Map()
    }
    this.#fresh.set(id, state)
    if (id > this.#highest) this.#highest = id
  }
}
