/**
 * Checkpoints in the background: the state in slices, so that no turn takes long, then the log behind it is cut.
 * Always holds: at most one at a time; slices may hold newer values than the checkpoint's index, which is harmless because
 * entries hold absolute values and the log after that index is replayed over them. What made them newer is on the disk, and known
 * to be committed as far as it was, before the checkpoint counts: else a node that comes back would show values ahead of its index.
 */

import type { WalIndex } from '@fourtwelve/protocol'
import type { NodeState } from '@fourtwelve/vault-node'
import type { NodeStorage } from './node-storage.ts'
import type { StoredPair } from './rows.ts'

/** Entries after a checkpoint until the next one begins, unless a node is told otherwise. */
export const CHECKPOINT_EVERY_ENTRIES = 50_000
/** Pairs in one slice, written in one turn of the event loop. */
const SLICE_PAIRS = 512
/** How often what is known to be committed is written down, while it changes. */
const COMMITTED_EVERY_MS = 1000

export interface Checkpoints {
  appended(): void
  committed(): void
  /** A snapshot is being put in place of the state: a checkpoint under way is given up. Ends with `installed`. */
  installing(): void
  installed(index: WalIndex): void
  /** Nothing more is written. */
  stop(): void
}

/** `settle` hands everything that the node has written to the disk. */
export function createCheckpoints(
  state: NodeState,
  storage: NodeStorage,
  every: number,
  settle: () => void,
): Checkpoints {
  let next = state.log.applied + every
  let isWriting = false
  let isNoted = false
  let isStopped = false
  /** Snapshots on their way to the disk. */
  let installs = 0
  /** Numbers the checkpoints: one that was given up goes no further. */
  let begun = 0

  const begin = (): void => {
    isWriting = true
    const mine = ++begun
    const { applied, chain } = state.log
    const writer = storage.beginCheckpoint(applied, chain)
    const pairs = state.store.entries()
    const slice = (): void => {
      if (isStopped || mine !== begun) return
      const part: StoredPair[] = []
      while (part.length < SLICE_PAIRS) {
        const pair = pairs.next()
        if (pair.done === true) {
          writer.slice(part)
          settle()
          storage.noteCommitted(state.log.committed)
          return void writer.finish().then(() => {
            if (mine !== begun) return
            isWriting = false
            next = applied + every
          })
        }
        part.push(pair.value)
      }
      writer.slice(part)
      setImmediate(slice)
    }
    slice()
  }

  return {
    appended() {
      // Before a snapshot may be seen the state is behind what the disk has already.
      if (!isWriting && installs === 0 && state.log.snapshot === null && state.log.applied >= next) begin()
    },
    committed() {
      if (isNoted) return
      isNoted = true
      setTimeout(() => {
        isNoted = false
        if (!isStopped) storage.noteCommitted(state.log.committed)
      }, COMMITTED_EVERY_MS).unref()
    },
    installing() {
      installs += 1
      begun += 1
      isWriting = false
    },
    installed(index) {
      installs -= 1
      next = index + every
    },
    stop() {
      isStopped = true
    },
  }
}
