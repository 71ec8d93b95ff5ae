/** A disk that forgets: for tests and benchmarks. Everything is flushed as soon as the turn is over. */

import type { WalIndex } from '@fourtwelve/protocol'
import type { NodeStorage } from './node-storage.ts'

export function createMemoryStorage(flushed: (through: WalIndex) => void): NodeStorage {
  return {
    load: () => null,
    append: (row) => void setImmediate(() => flushed(row.last)),
    noteCommitted: () => undefined,
    beginCheckpoint: () => ({ slice: () => undefined, finish: () => Promise.resolve() }),
    install: () => Promise.resolve(),
    clear: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
}
