/**
 * Checkpoints in the background: the state in slices, so that no turn takes long, then the log behind it is cut.
 * Always holds: at most one at a time; slices may hold newer values than the checkpoint's index, which is harmless because
 * entries hold absolute values and the log after that index is replayed over them. What made them newer is on the disk, committed, and
 * written down as such before the checkpoint counts: else a node that comes back would show values ahead of its index, or such as were
 * rolled back.
 */

import type { WalIndex } from '@fourtwelve/protocol'
import { appliedPlace, knownCommitted, type NodeState } from '@fourtwelve/vault-node'
import type { NodeStorage } from './node-storage.ts'
import type { StoredPair } from './rows.ts'

/** Entries after a checkpoint until the next one begins, at least; as many as there are keys when these are more, so that an entry
 *  costs the same however large the state is. */
const CHECKPOINT_EVERY_ENTRIES = 50_000
/** Pairs in one slice, written in one turn of the event loop. */
const SLICE_PAIRS = 512
/** How often what is known to be committed is written down, while it changes. */
const COMMITTED_EVERY_MS = 1000

export interface Checkpoints {
  appended(): void
  committed(): void
  /** The state went back: a checkpoint under way may hold what never was. */
  giveUp(): void
  /** A snapshot is being put in place of the state: a checkpoint under way is given up. Ends with `installed`. */
  installing(): void
  installed(index: WalIndex): void
  /** Nothing more is written. */
  stop(): void
}

/** `settle` hands everything that the node has written to the disk. `every`: entries from one checkpoint to the next; null: as many
 *  as is usual. */
export function createCheckpoints(
  state: NodeState,
  storage: NodeStorage,
  every: number | null,
  settle: () => void,
): Checkpoints {
  const spacing = (): number => every ?? Math.max(CHECKPOINT_EVERY_ENTRIES, state.store.size)
  let next = state.log.applied + spacing()
  let isWriting = false
  let isNoted = false
  let isStopped = false
  /** Snapshots on their way to the disk. */
  let installs = 0
  /** What is left to do when a majority has everything that a checkpoint holds; null when nothing is. */
  let whenCommitted: (() => void) | null = null
  /** Numbers the checkpoints: one that was given up goes no further. */
  let begun = 0

  const begin = (): void => {
    isWriting = true
    const mine = ++begun
    const place = appliedPlace(state.log)
    const writer = storage.beginCheckpoint(place)
    const pairs = state.store.entries()
    const slice = (): void => {
      if (isStopped || mine !== begun) return
      const part: StoredPair[] = []
      while (part.length < SLICE_PAIRS) {
        const pair = pairs.next()
        if (pair.done === true) {
          writer.slice(part)
          settle()
          const newest = state.log.applied
          whenCommitted = () => {
            if (knownCommitted(state.log) < newest) return
            whenCommitted = null
            storage.noteCommitted(knownCommitted(state.log))
            void writer.finish().then(() => {
              if (mine !== begun) return
              isWriting = false
              next = place.index + spacing()
            })
          }
          return whenCommitted()
        }
        part.push(pair.value)
      }
      writer.slice(part)
      setImmediate(slice)
    }
    slice()
  }

  const giveUp = (): void => {
    begun += 1
    isWriting = false
    whenCommitted = null
  }

  return {
    appended() {
      // Before a snapshot may be seen the state is behind what the disk has already.
      if (!isWriting && installs === 0 && state.log.snapshot === null && state.log.applied >= next) begin()
    },
    committed() {
      whenCommitted?.()
      if (isNoted) return
      isNoted = true
      setTimeout(() => {
        isNoted = false
        if (!isStopped) storage.noteCommitted(knownCommitted(state.log))
      }, COMMITTED_EVERY_MS).unref()
    },
    giveUp,
    installing() {
      installs += 1
      giveUp()
    },
    installed(index) {
      installs -= 1
      next = index + spacing()
    },
    stop() {
      isStopped = true
    },
  }
}
