/** What an entry of the log leaves in the history. Always holds: both runtimes record it so. */

import type { EntryRecord } from './history.ts'
import type { NodeId } from './identity.ts'
import type { Micros } from './micros.ts'
import type { WalEntry } from './wal.ts'

/** The record of an entry that `node`, which is active, wrote at `t`. */
export function entryRecord(t: Micros, node: NodeId, entry: WalEntry): EntryRecord {
  const { term, index, request, changes, digest } = entry
  const [first] = changes
  const key = first?.key ?? ''
  return {
    kind: 'entry',
    t,
    node,
    term,
    index,
    request,
    key,
    keys: changes.length,
    deleted: first?.value === null,
    digest,
  }
}
