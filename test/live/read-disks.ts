/** What the nodes of a stopped cluster have on their disks: the state that each would come back with. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WalEntry } from '@fourtwelve/protocol'
import { openLmdbStorage } from '../../packages/live/dist/lmdb-storage.js'
import { unpackRow } from '../../packages/live/dist/rows.js'

export interface DiskState {
  readonly head: number
  /** Every key and its value, in the order of keys, as the checkpoint and the log after it make it. */
  readonly values: readonly (readonly [string, unknown])[]
}

/** `n0` first. Throws when a disk is empty or its log has a gap. */
export async function readDisks(folder: string): Promise<readonly DiskState[]> {
  const { nodes } = JSON.parse(readFileSync(join(folder, 'cluster.json'), 'utf8')) as { readonly nodes: readonly string[] }
  const disks: DiskState[] = []
  for (const node of nodes) {
    const storage = openLmdbStorage(join(folder, node), 'nosync', () => undefined)
    const loaded = storage.load()
    if (loaded === null) throw new Error(`${node} has nothing on its disk`)
    const values = new Map<string, unknown>(loaded.pairs)
    let head: number = loaded.index
    for (const entry of loaded.rows.flatMap(unpackRow)) {
      if (entry.index <= loaded.index) continue
      if (entry.index !== head + 1) throw new Error(`${node}: entry ${entry.index} after ${head}`)
      head = entry.index
      replay(values, entry)
    }
    await storage.close()
    disks.push({ head, values: [...values].toSorted(([a], [b]) => (a < b ? -1 : 1)) })
  }
  return disks
}

function replay(values: Map<string, unknown>, { changes }: WalEntry): void {
  for (const { key, value } of changes) {
    if (value === null) values.delete(key)
    else values.set(key, value)
  }
}
