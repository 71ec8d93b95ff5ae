/**
 * A node's disk as a list of what was written to it, so that it can be cut off between any two writes.
 * Always holds: `crashed` writes the first of them to a real LMDB folder, in their order, and nothing after; what LMDB does behind a write
 * is its own.
 */

import type { WalIndex } from '@fourtwelve/protocol'
import { openLmdbStorage } from '../dist/lmdb-storage.js'
import type { CheckpointWriter, LoadedState, NodeStorage } from '../dist/node-storage.js'

type Write =
  | { readonly kind: 'append'; readonly last: WalIndex; readonly to: (disk: Disk) => unknown }
  | { readonly kind: 'truncate'; readonly after: WalIndex; readonly to: (disk: Disk) => unknown }
  | { readonly kind: 'install'; readonly index: WalIndex; readonly to: (disk: Disk) => unknown }
  | { readonly kind: 'committed'; readonly index: WalIndex; readonly to: (disk: Disk) => unknown }
  | { readonly kind: 'other'; readonly to: (disk: Disk) => unknown }

interface Disk {
  readonly storage: NodeStorage
  readonly writers: Map<number, CheckpointWriter>
}

export interface JournaledDisk {
  readonly storage: NodeStorage
  /** So far. A checkpoint's beginning, each of its slices and its end are writes of their own. */
  writes(): number
  /** Checkpoints that came to their end. */
  checkpoints(): number
  /** What a node finds that comes back after the first `writes` of them. */
  crashed(folder: string, writes: number): Promise<LoadedState | null>
  /** Where the log ends after them, and how far it was noted to be committed. */
  after(writes: number): { readonly head: number; readonly committed: number }
}

export function createJournaledDisk(): JournaledDisk {
  const journal: Write[] = []
  let begun = 0
  let finished = 0
  const storage: NodeStorage = {
    load: () => null,
    append: (row) => void journal.push({ kind: 'append', last: row.last, to: (disk) => disk.storage.append(row) }),
    truncate: (after, last) =>
      void journal.push({ kind: 'truncate', after, to: (disk) => disk.storage.truncate(after, last) }),
    noteBallot: (ballot) => void journal.push({ kind: 'other', to: (disk) => disk.storage.noteBallot(ballot) }),
    noteCommitted: (index) =>
      void journal.push({ kind: 'committed', index, to: (disk) => disk.storage.noteCommitted(index) }),
    beginCheckpoint(at) {
      const number = ++begun
      journal.push({
        kind: 'other',
        to: (disk) => disk.writers.set(number, disk.storage.beginCheckpoint(at)),
      })
      return {
        slice(pairs) {
          const copy = [...pairs]
          journal.push({ kind: 'other', to: (disk) => disk.writers.get(number)?.slice(copy) })
        },
        finish() {
          finished += 1
          journal.push({ kind: 'other', to: (disk) => disk.writers.get(number)?.finish() })
          return soon()
        },
      }
    },
    install(at, pairs) {
      const copy = [...pairs]
      journal.push({ kind: 'install', index: at.index, to: (disk) => disk.storage.install(at, copy) })
      return soon()
    },
    clear: () => Promise.reject(new Error('a node never clears its own disk while a plan is played')),
    close: () => Promise.resolve(),
  }
  return {
    storage,
    writes: () => journal.length,
    checkpoints: () => finished,
    async crashed(folder, writes) {
      const disk: Disk = { storage: openLmdbStorage(folder, 'nosync', () => undefined), writers: new Map() }
      for (const write of journal.slice(0, writes)) {
        const done = write.to(disk)
        // A snapshot is waited for, as the first disk of a node is; a checkpoint is not.
        if (write.kind === 'install') await done
      }
      await disk.storage.close()
      const again = openLmdbStorage(folder, 'nosync', () => undefined)
      const loaded = again.load()
      const held = loaded === null ? null : { ...loaded, pairs: [...loaded.pairs] }
      await again.close()
      return held
    },
    after(writes) {
      let head = 0
      let committed = 0
      for (const write of journal.slice(0, writes)) {
        if (write.kind === 'append') head = write.last
        else if (write.kind === 'truncate') head = Math.min(head, write.after)
        else if (write.kind === 'install') head = write.index
        else if (write.kind === 'committed') committed = write.index
      }
      return { head, committed }
    },
  }
}

/** A disk is never done within the turn that writes. */
const soon = (): Promise<void> => new Promise((done) => setImmediate(done))
