/**
 * A disk of a test's node: what was appended is on it only when the test says so.
 * Always holds: things reach it in the order in which they were given; what was dropped or replaced before that never does; a ballot
 * is there at once.
 */

import { walIndex, type WalEntry, type WalIndex } from '@fourtwelve/protocol'
import type { Ballot, Recovered, Snapshot } from '@fourtwelve/vault-node'

type Item =
  | { readonly kind: 'entry'; readonly entry: WalEntry }
  | { readonly kind: 'install'; readonly snapshot: Snapshot }
  | { readonly kind: 'truncate'; readonly after: WalIndex }

export class TestDisk {
  /** What the node has given, up to here. */
  appended: WalIndex
  #checkpoint: Snapshot
  #entries: WalEntry[] = []
  #ballot: Ballot | null = null
  #queue: Item[] = []

  constructor(checkpoint: Snapshot) {
    this.#checkpoint = checkpoint
    this.appended = checkpoint.index
  }

  append(entries: readonly WalEntry[]): void {
    for (const entry of entries) this.#queue.push({ kind: 'entry', entry })
    this.appended = entries.at(-1)?.index ?? this.appended
  }

  install(snapshot: Snapshot): void {
    this.#queue = [{ kind: 'install', snapshot }]
    this.appended = snapshot.index
  }

  truncate(after: WalIndex): void {
    this.#queue = this.#queue.filter((item) => item.kind !== 'entry' || item.entry.index <= after)
    this.#queue.push({ kind: 'truncate', after })
    this.appended = walIndex(Math.min(this.appended, after))
  }

  vote(ballot: Ballot): void {
    this.#ballot = ballot
  }

  /** Makes durable what was given, up to and with `through`. Answers the last index of it; null when there was nothing. */
  flush(through: WalIndex): WalIndex | null {
    let last: WalIndex | null = null
    for (let item = this.#queue[0]; item !== undefined; item = this.#queue[0]) {
      switch (item.kind) {
        case 'truncate': {
          const { after } = item
          this.#entries = this.#entries.filter(({ index }) => index <= after)
          break
        }
        case 'install':
          if (item.snapshot.index > through) return last
          this.#checkpoint = item.snapshot
          this.#entries = []
          last = item.snapshot.index
          break
        case 'entry': {
          if (item.entry.index > through) return last
          const before = this.#entries.at(-1)?.index ?? this.#checkpoint.index
          if (item.entry.index !== before + 1)
            throw new Error(`entry ${item.entry.index} goes to disk behind ${before}`)
          this.#entries.push(item.entry)
          last = item.entry.index
        }
      }
      this.#queue.shift()
    }
    return last
  }

  /** Writes a state down in place of the entries that made it, where all of them are on the disk already. */
  checkpoint(state: Snapshot): void {
    const last = this.#entries.at(-1)?.index ?? this.#checkpoint.index
    if (state.index < this.#checkpoint.index || state.index > last) return
    this.#checkpoint = state
    this.#entries = this.#entries.filter(({ index }) => index > state.index)
  }

  /** The power is gone: what was under way never arrives. Answers what a node finds that comes back. */
  lose(committed: WalIndex): Recovered {
    this.#queue = []
    this.appended = this.#entries.at(-1)?.index ?? this.#checkpoint.index
    return { ...this.#checkpoint, entries: [...this.#entries], committed, ballot: this.#ballot }
  }

  /** All that is durable, as text: what disks of nodes that agree have in common. */
  entries(): readonly WalEntry[] {
    return [...this.#entries]
  }

  get ballot(): Ballot | null {
    return this.#ballot
  }
}
