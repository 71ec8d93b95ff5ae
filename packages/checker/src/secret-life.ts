/**
 * The versions of one secret, as the committed log tells them.
 * Always holds: indexes grow; the last VERSIONS_KEPT changes are known, and nothing is said of states before these.
 */

import { micros, type EntryFact, type EntryRecord, type Micros } from '@fourtwelve/protocol'

/** More than a standby is behind by one secret in any sensible run. */
const VERSIONS_KEPT = 256

/** What an entry says of one secret; it may speak of several. */
export type SecretFact = Extract<EntryFact, { readonly what: 'secret' | 'secret-gone' }>

export interface SecretState {
  /** 0 for no secret. */
  readonly version: number
  readonly entry: EntryRecord
  /** From when on that version is deleted or destroyed, by a clock that agrees with the one that wrote it: 0 from the entry on; null never. */
  readonly goneFrom: Micros | null
}

export class SecretLife {
  #states: SecretState[] = []
  #forgets = false

  change(fact: SecretFact, entry: EntryRecord): void {
    if (this.#states.length === 2 * VERSIONS_KEPT) {
      this.#states = this.#states.slice(VERSIONS_KEPT)
      this.#forgets = true
    }
    const version = fact.what === 'secret' ? fact.version : 0
    this.#states.push({ version, entry, goneFrom: goneFrom(fact, entry) })
  }

  /** The secret in a state up to `index`: `none` before it was first written; null when that is forgotten. */
  at(index: number): SecretState | 'none' | null {
    for (let at = this.#states.length - 1; at >= 0; at--) {
      const state = this.#states[at]
      if (state !== undefined && state.entry.index <= index) return state
    }
    return this.#forgets ? null : 'none'
  }
}

/** What is gone already was so in every state that has the entry, whatever a clock says. */
function goneFrom(fact: SecretFact, { t }: EntryRecord): Micros | null {
  if (fact.what === 'secret-gone' || fact.until === undefined) return null
  return micros(fact.until <= 0 ? 0 : t + fact.until)
}
