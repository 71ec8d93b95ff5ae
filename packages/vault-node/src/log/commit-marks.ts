/**
 * When a majority had what: the active node's memory of its commits, for standbys that missed the news.
 * Always holds: indexes and times rise; at most COMMIT_MARKS_MAX are kept. Beyond it neighbours are merged, and the later one's
 * time stands for both: what a standby is told may be later than it was, never earlier.
 */

import type { Micros, WalIndex } from '@fourtwelve/protocol'

export interface CommitMark {
  /** A majority had everything up to here, */
  readonly through: WalIndex
  /** since then, on the active node's clock. */
  readonly at: Micros
  /** What was streamed before the news of it: a standby that has anything beyond has had the news too. */
  readonly streamed: WalIndex
}

export const COMMIT_MARKS_MAX = 1_024

export class CommitMarks {
  #marks: CommitMark[] = []

  add(mark: CommitMark): void {
    this.#marks.push(mark)
    if (this.#marks.length <= COMMIT_MARKS_MAX) return
    const newest = this.#marks.length - 1
    this.#marks = this.#marks.filter((_, at) => (newest - at) % 2 === 0)
  }

  /** Lets go of what every standby has heard, when each has `received` at least. */
  forget(received: WalIndex): void {
    let heard = 0
    while ((this.#marks[heard]?.streamed ?? received) < received) heard += 1
    if (heard > 0) this.#marks.splice(0, heard)
  }

  /** Of which commits a standby may not have heard that has `received`; oldest first. */
  unheard(received: WalIndex): readonly CommitMark[] {
    return this.#marks.filter(({ streamed }) => streamed >= received)
  }
}
