/** What the nodes of a stopped cluster have on their disks: the state that each would come back with. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openLmdbStorage } from '../../packages/live/dist/lmdb-storage.js'
import { stateOnDisk } from '../../packages/live/test/disk-state.ts'

export interface NodeDisk {
  readonly head: number
  /** In the order of keys. */
  readonly values: readonly (readonly [string, unknown])[]
  /** Entries in its log. */
  readonly held: number
}

/** `n0` first. Throws when a disk is empty or its log has a gap. */
export async function readDisks(folder: string): Promise<readonly NodeDisk[]> {
  const { nodes } = JSON.parse(readFileSync(join(folder, 'cluster.json'), 'utf8')) as {
    readonly nodes: readonly string[]
  }
  const disks: NodeDisk[] = []
  for (const node of nodes) {
    const storage = openLmdbStorage(join(folder, node), 'nosync', () => undefined)
    const state = stateOnDisk(storage)
    await storage.close()
    if (state === null) throw new Error(`${node} has nothing on its disk`)
    disks.push({ ...state, values: [...state.values].toSorted(([a], [b]) => (a < b ? -1 : 1)) })
  }
  return disks
}
