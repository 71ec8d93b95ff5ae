/**
 * Checkpoints in the background: the state in slices, so that no turn takes long, then the log behind it is cut.
 * Always holds: at most one at a time; slices may hold newer values than the checkpoint's index, which is harmless because
 * entries hold absolute values and the log after that index is replayed over them.
 */

import type { WalIndex } from '@fourtwelve/protocol'
import type { NodeState } from '@fourtwelve/vault-node'
import type { NodeStorage } from './node-storage.ts'
import type { StoredPair } from './rows.ts'

/** Entries after a checkpoint until the next one begins. */
const CHECKPOINT_EVERY_ENTRIES = 50_000
/** Pairs in one slice, written in one turn of the event loop. */
const SLICE_PAIRS = 512
/** How often what is known to be committed is written down, while it changes. */
const COMMITTED_EVERY_MS = 1000

export interface Checkpoints {
  appended(last: WalIndex): void
  committed(): void
  /** Nothing more is written. */
  stop(): void
}

export function createCheckpoints(state: NodeState, storage: NodeStorage): Checkpoints {
  let next = state.log.applied + CHECKPOINT_EVERY_ENTRIES
  let isWriting = false
  let isNoted = false
  let isStopped = false

  const begin = (): void => {
    isWriting = true
    const { applied, chain } = state.log
    const writer = storage.beginCheckpoint(applied, chain)
    const pairs = state.store.entries()
    const slice = (): void => {
      if (isStopped) return
      const part: StoredPair[] = []
      for (let pair = pairs.next(); part.length < SLICE_PAIRS; pair = pairs.next()) {
        if (pair.done === true) {
          writer.slice(part)
          return void writer.finish().then(() => {
            isWriting = false
            next = applied + CHECKPOINT_EVERY_ENTRIES
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
      if (!isWriting && state.log.applied >= next) begin()
    },
    committed() {
      if (isNoted) return
      isNoted = true
      setTimeout(() => {
        isNoted = false
        if (!isStopped) storage.noteCommitted(state.log.committed)
      }, COMMITTED_EVERY_MS).unref()
    },
    stop() {
      isStopped = true
    },
  }
}
