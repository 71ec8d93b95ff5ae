/**
 * When a majority had what: the active node's memory of its commits, for standbys that missed the news.
 * Always holds: indexes rise, times never fall; at most COMMIT_MARKS_MAX are kept. Beyond it neighbours in time are merged, and
 * the latest stands for all: what a standby is told may be later than it was, by less than two parts in MERGE_RESOLUTION of the
 * time that is remembered, and never earlier.
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

/** Marks, and so messages to a standby that comes back. */
export const COMMIT_MARKS_MAX = 1_024
/** Into how many slices merging cuts the time that is remembered, at most. */
const MERGE_RESOLUTION: number = COMMIT_MARKS_MAX / 2

export class CommitMarks {
  #marks: CommitMark[] = []

  add(mark: CommitMark): void {
    this.#marks.push(mark)
    if (this.#marks.length > COMMIT_MARKS_MAX) this.#merge()
  }

  /** Lets go of what every standby has heard, when each has `received` at least. */
  forget(received: WalIndex): void {
    let heard = 0
    while ((this.#marks[heard]?.streamed ?? received) < received) heard += 1
    if (heard > 0) this.#marks.splice(0, heard)
  }

  clear(): void {
    this.#marks = []
  }

  /** Of which commits a standby may not have heard that has `received`; oldest first. */
  unheard(received: WalIndex): readonly CommitMark[] {
    return this.#marks.filter(({ streamed }) => streamed >= received)
  }

  /** Leaves the last mark of each slice of time. */
  #merge(): void {
    const span = (this.#marks.at(-1)?.at ?? 0) - (this.#marks[0]?.at ?? 0)
    // A power of two, so that the slices of a later merge hold those of an earlier one whole.
    let slice = 1
    while (slice * MERGE_RESOLUTION < span) slice *= 2
    const sliceOf = (mark: CommitMark | undefined): number => (mark === undefined ? -1 : Math.floor(mark.at / slice))
    this.#marks = this.#marks.filter((mark, at, all) => sliceOf(mark) !== sliceOf(all[at + 1]))
  }
}
