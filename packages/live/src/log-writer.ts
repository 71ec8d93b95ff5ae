/**
 * A node's log on its way to the disk: what a turn of the event loop appended becomes one row; checkpoints beside it.
 * Always holds: rows go to the disk in the order of the log; what was dropped is not said to be safe, however late that news comes.
 */

import { micros, walIndex, type Micros, type WalEntry, type WalIndex } from '@fourtwelve/protocol'
import type { NodeState, Snapshot } from '@fourtwelve/vault-node'
import { createCheckpoints, type Checkpoints } from './checkpoints.ts'
import type { NodeStorage } from './node-storage.ts'
import { createRowCache, type RowCache } from './row-cache.ts'
import { packRow, type Row } from './rows.ts'
import { timerMs } from './wall-clock.ts'

export interface LogWriter {
  readonly rows: RowCache
  readonly checkpoints: Checkpoints
  append(entries: readonly WalEntry[]): void
  truncate(after: WalIndex): void
  /** In place of the log. */
  install(snapshot: Snapshot): void
  /** The turn is over. */
  endTurn(): void
  /** The disk has everything up to `through`. */
  flushed(through: WalIndex): void
  /** From now on the disk is said to have everything so much later. */
  slow(by: Micros): void
}

export function createLogWriter(
  state: NodeState,
  storage: NodeStorage,
  checkpointEvery: number | null,
  safe: (through: WalIndex) => void,
): LogWriter {
  const rows = createRowCache()
  const checkpoints = createCheckpoints(state, storage, checkpointEvery, putRow)
  let appended: WalEntry[] = []
  /** Highest index that was ever handed to the disk. */
  let highest = state.log.head
  /** In microseconds. */
  let later = 0
  /** News of a slow disk that is on its way. */
  const news = new Set<{ through: WalIndex }>()

  function putRow(): void {
    if (appended.length === 0) return
    const row = packRow(appended)
    appended = []
    keep(row)
  }

  function keep(row: Row): void {
    highest = walIndex(Math.max(highest, row.last))
    rows.keep(row, state.log.first)
    storage.append(row)
  }

  return {
    rows,
    checkpoints,
    append(entries) {
      // What came as a row goes to the disk as that row; the rest waits for the turn's end.
      const row = rows.rowOf(entries)
      if (row === null) return void appended.push(...entries)
      putRow()
      keep(row)
    },
    truncate(after) {
      checkpoints.giveUp()
      putRow()
      for (const one of news) one.through = walIndex(Math.min(one.through, after))
      rows.truncate(after)
      storage.truncate(after, highest)
      highest = after
    },
    install({ index, term, chain, values }) {
      // What this turn appended before it is in it.
      appended = []
      checkpoints.installing()
      rows.truncate(walIndex(0))
      storage.truncate(index, highest)
      void storage.install({ index, term, chain }, values).then(() => {
        checkpoints.installed(index)
        safe(index)
      })
    },
    endTurn() {
      putRow()
      checkpoints.appended()
    },
    flushed(through) {
      if (later === 0 && news.size === 0) return safe(through)
      const one = { through }
      news.add(one)
      setTimeout(
        () => {
          news.delete(one)
          safe(one.through)
        },
        timerMs(micros(later)),
      )
    },
    slow(by) {
      later = by
    },
  }
}
