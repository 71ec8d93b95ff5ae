/** What a node would come back with from its disk: the checkpoint, and the log after it replayed. */

import type { WalEntry } from '@fourtwelve/protocol'
import type { NodeStorage } from '../dist/node-storage.js'

export interface DiskState {
  readonly head: number
  readonly values: ReadonlyMap<string, unknown>
  /** Entries that the log has behind the checkpoint. */
  readonly held: number
}

/** Null for a new disk. Throws when the log has a gap behind the checkpoint. */
export function stateOnDisk(storage: NodeStorage): DiskState | null {
  const loaded = storage.load()
  if (loaded === null) return null
  const values = new Map<string, unknown>(loaded.pairs)
  const { entries } = loaded
  let head: number = loaded.index
  for (const entry of entries) {
    if (entry.index !== head + 1) throw new Error(`the log has entry ${entry.index} after ${head}`)
    head = entry.index
    replay(values, entry)
  }
  return { head, values, held: entries.length }
}

export function replay(values: Map<string, unknown>, { changes }: Pick<WalEntry, 'changes'>): void {
  for (const { key, value } of changes) {
    if (value === null) values.delete(key)
    else values.set(key, value)
  }
}
