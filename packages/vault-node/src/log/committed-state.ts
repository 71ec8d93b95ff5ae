/**
 * What of a node's state a majority has: for snapshots, backups, and what a disk must hold.
 * Always holds: it is a copy; on the active node everything that was executed beyond the commit is taken back in it.
 */

import type { StoredValue, WalEntry, WalIndex } from '@fourtwelve/protocol'
import { walIndex } from '@fourtwelve/protocol'
import type { NodeState } from '../node-state.ts'
import type { Snapshot } from '../peers/peer-message.ts'
import type { Recovered } from '../recover.ts'
import { appliedPlace, entriesBetween, knownCommitted, termAt } from './log.ts'

export function committedState({ log, store }: Pick<NodeState, 'log' | 'store'>): Snapshot {
  const earlier = log.undo.earlier()
  if (earlier === null) {
    return { ...appliedPlace(log), values: [...store.entries()] }
  }
  const values = new Map<string, StoredValue>(store.entries())
  for (const { key, value } of earlier.changes) {
    if (value === null) values.delete(key)
    else values.set(key, value)
  }
  return {
    index: earlier.index,
    term: termAt(log, earlier.index) ?? log.termBefore,
    chain: earlier.chain,
    values: [...values],
  }
}

/**
 * What a disk without faults holds of a node: its log up to `through`. For runtimes that keep no disk of their own. A snapshot that is
 * on its way to the disk replaces everything when it is there.
 */
export function durableState(node: NodeState, through: WalIndex): Recovered {
  const { log } = node
  const ballot = { term: node.term, votedFor: node.leadership.votedFor }
  const { snapshot } = log
  if (snapshot !== null && snapshot.index <= through) {
    const entries = entriesBetween(log, snapshot.index, through) ?? []
    return { ...snapshot, entries, committed: walIndex(Math.max(snapshot.index, knownCommitted(log))), ballot }
  }
  const state = committedState(node)
  const entries: readonly WalEntry[] = snapshot === null ? (entriesBetween(log, state.index, through) ?? []) : []
  return { ...state, entries, committed: knownCommitted(log), ballot }
}
