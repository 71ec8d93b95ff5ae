/**
 * What an active node must put back when it is deposed: it executes requests before a majority has what they wrote.
 * Always holds: the values before each change that was made beyond the commit, oldest first; no more of them than entries without a
 * majority (`storage-full.ts`) have changes.
 */

import { walIndex, type StoredValue, type WalIndex } from '@fourtwelve/protocol'

interface Step {
  readonly index: WalIndex
  /** The chain of digests before the entry. */
  readonly chain: number
  readonly key: string
  readonly before: StoredValue | null
}

/** A state to go back to. */
export interface EarlierState {
  readonly index: WalIndex
  readonly chain: number
  /** Keys that differ, newest change first: the last value of a key counts. */
  readonly changes: readonly { readonly key: string; readonly value: StoredValue | null }[]
}

/** Steps that were forgotten are taken out of memory when there are so many, and no fewer than those that are left. */
const FORGOTTEN_MAX = 1_024

export class Undo {
  #steps: Step[] = []
  #forgotten = 0

  note(index: WalIndex, chain: number, key: string, before: StoredValue | null): void {
    this.#steps.push({ index, chain, key, before })
  }

  /** A majority has everything up to `committed`: it will never be put back. */
  forget(committed: WalIndex): void {
    while ((this.#steps[this.#forgotten]?.index ?? Number.POSITIVE_INFINITY) <= committed) this.#forgotten += 1
    if (this.#forgotten < FORGOTTEN_MAX || this.#forgotten * 2 < this.#steps.length) return
    this.#steps = this.#steps.slice(this.#forgotten)
    this.#forgotten = 0
  }

  /** How it was before everything that is noted here; null when nothing is. */
  earlier(): EarlierState | null {
    const steps = this.#steps.slice(this.#forgotten)
    const [oldest] = steps
    if (oldest === undefined) return null
    const changes = steps.toReversed().map(({ key, before }) => ({ key, value: before }))
    return { index: walIndex(oldest.index - 1), chain: oldest.chain, changes }
  }

  clear(): void {
    this.#steps = []
    this.#forgotten = 0
  }
}
