/**
 * The commits that a standby knows of and may not apply yet, in log order, each with the time when it may.
 * Always holds: indexes rise, commit times and due times never fall; at most MAX_PENDING_COMMITS wait.
 */

import { micros, NO_INDEX, type Micros, type WalIndex } from '@fourtwelve/protocol'

export interface PendingCommit {
  /** The last index of this commit; it begins after the one before. */
  readonly through: WalIndex
  readonly commitTime: Micros
  readonly due: Micros
}

/** Commits that may wait at one link. Beyond it neighbours are merged. */
export const MAX_PENDING_COMMITS = 16_384
/** Into how many slices merging cuts the span that waits, at most. */
export const MERGE_RESOLUTION: number = MAX_PENDING_COMMITS / 4

export class PendingCommits {
  #items: PendingCommit[] = []
  /** Items before this were taken; they are cut off now and then, since cutting each off at once would move all the others. */
  #head = 0

  get size(): number {
    return this.#items.length - this.#head
  }

  /** Adds what was committed after everything else here. A due time before its neighbour's becomes its neighbour's. */
  push(through: WalIndex, commitTime: Micros, due: Micros): void {
    const last = this.size === 0 ? undefined : this.#items.at(-1)
    const added: PendingCommit =
      last === undefined
        ? { through, commitTime, due }
        : { through, commitTime: later(commitTime, last.commitTime), due: later(due, last.due) }
    if (last !== undefined && last.due === added.due && last.commitTime === added.commitTime) this.#items.pop()
    this.#items.push(added)
    if (this.size > MAX_PENDING_COMMITS) this.#merge()
  }

  /** Removes what is due at `now`; answers its highest index, or NO_INDEX. */
  takeDue(now: Micros): WalIndex {
    let taken = NO_INDEX
    for (let item = this.#items[this.#head]; item !== undefined && item.due <= now; item = this.#items[this.#head]) {
      taken = item.through
      this.#head++
    }
    if (this.#head > MAX_PENDING_COMMITS || (this.#head > 0 && this.size === 0)) this.#cutTaken()
    return taken
  }

  firstDue(): Micros | null {
    return this.#items[this.#head]?.due ?? null
  }

  /** Makes everything due at `now` that would be later. */
  hasten(now: Micros): void {
    // From the end: due times never fall, so the first that is not later ends the search.
    for (let at = this.#items.length - 1; at >= this.#head; at--) {
      const item = this.#items[at]
      if (item === undefined || item.due <= now) return
      this.#items[at] = { ...item, due: now }
    }
  }

  /** Removes everything; of several with one commit time it answers the last, which covers the others. */
  drain(): readonly PendingCommit[] {
    const all = this.#items.slice(this.#head)
    this.#items = []
    this.#head = 0
    return all.filter((item, at) => all[at + 1]?.commitTime !== item.commitTime)
  }

  /**
   * Halves the queue at least: time is cut into slices, and of neighbours that share a slice in both times only the later
   * stays, and stands for both. So an entry may be applied later than it was drawn, by less than two parts in
   * MERGE_RESOLUTION of the span that waits, and never earlier.
   */
  #merge(): void {
    this.#cutTaken()
    const first = this.#items[0]
    const last = this.#items.at(-1)
    if (first === undefined || last === undefined) return
    const dueSlice = sliceOf(last.due - first.due)
    const commitSlice = sliceOf(last.commitTime - first.commitTime)
    // Neither slice number falls along the queue, so there are little more than 2 * MERGE_RESOLUTION pairs of them.
    this.#items = this.#items.filter((item, at, all) => {
      const next = all[at + 1]
      return (
        next === undefined ||
        Math.floor(item.due / dueSlice) !== Math.floor(next.due / dueSlice) ||
        Math.floor(item.commitTime / commitSlice) !== Math.floor(next.commitTime / commitSlice)
      )
    })
  }

  #cutTaken(): void {
    this.#items = this.#items.slice(this.#head)
    this.#head = 0
  }
}

/**
 * The length of the slices that a span is merged to. A power of two, so that the slices of a later merge hold those of an
 * earlier one whole; else an entry would be put off a little more by every merge that it lives through.
 */
function sliceOf(span: number): number {
  let slice = 1
  while (slice * MERGE_RESOLUTION < span) slice *= 2
  return slice
}

const later = (a: Micros, b: Micros): Micros => micros(Math.max(a, b))
