/** A disk that forgets: for tests and benchmarks. Everything is flushed as soon as the turn is over. */

import type { WalIndex } from '@fourtwelve/protocol'
import type { NodeStorage } from './node-storage.ts'

export function createMemoryStorage(flushed: (through: WalIndex) => void): NodeStorage {
  /** Rises when everything is forgotten: what was under way before goes no further. */
  let lives = 0
  return {
    load: () => null,
    append(row) {
      const life = lives
      setImmediate(() => {
        if (life === lives) flushed(row.last)
      })
    },
    truncate: () => undefined,
    noteBallot: () => undefined,
    noteCommitted: () => undefined,
    beginCheckpoint: () => ({ slice: () => undefined, finish: () => Promise.resolve() }),
    install: () => Promise.resolve(),
    clear() {
      lives += 1
      return Promise.resolve()
    },
    close: () => Promise.resolve(),
  }
}
