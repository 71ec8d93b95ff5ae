/**
 * The versions of one secret, as the committed log tells them.
 * Always holds: indexes grow; the last VERSIONS_KEPT changes are known, and nothing is said of states before these.
 */

import type { EntryRecord } from '@fourtwelve/protocol'

/** More than a standby is behind by one secret in any sensible run. */
const VERSIONS_KEPT = 256

export interface SecretState {
  /** 0 for no secret. */
  readonly version: number
  readonly entry: EntryRecord
}

export class SecretLife {
  #states: SecretState[] = []
  #forgets = false

  change(version: number, entry: EntryRecord): void {
    if (this.#states.length === 2 * VERSIONS_KEPT) {
      this.#states = this.#states.slice(VERSIONS_KEPT)
      this.#forgets = true
    }
    this.#states.push({ version, entry })
  }

  /** The secret in a state up to `index`: `none` before it was first written; null when that is forgotten. */
  at(index: number): SecretState | 'none' | null {
    const found = this.#states.findLast(({ entry }) => entry.index <= index)
    return found ?? (this.#forgets ? null : 'none')
  }
}
