/**
 * The versions of one secret, as the committed log tells them.
 * Always holds: indexes grow; the last VERSIONS_KEPT changes are known, and nothing is said of states before these.
 */

import { micros, type EntryRecord, type Micros } from '@fourtwelve/protocol'

/** More than a standby is behind by one secret in any sensible run. */
const VERSIONS_KEPT = 256

export interface SecretState {
  /** 0 for no secret. */
  readonly version: number
  readonly entry: EntryRecord
  /** From when on that version is deleted or destroyed, by a clock that agrees with the one that wrote it; null never. */
  readonly goneFrom: Micros | null
}

export class SecretLife {
  #states: SecretState[] = []
  #forgets = false

  change(version: number, entry: EntryRecord): void {
    if (this.#states.length === 2 * VERSIONS_KEPT) {
      this.#states = this.#states.slice(VERSIONS_KEPT)
      this.#forgets = true
    }
    this.#states.push({ version, entry, goneFrom: goneFrom(version, entry) })
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

/** An entry holds the metadata of one secret. */
function goneFrom(version: number, { t, facts }: EntryRecord): Micros | null {
  for (const fact of facts ?? []) {
    if (fact.what === 'secret' && fact.version === version)
      return fact.until === undefined ? null : micros(t + fact.until)
  }
  return null
}
