/** Writes what happens inside the cluster into the run's history. */

import type { HistoryRecord, Micros, NodeId, WalEntry, WalIndex } from '@fourtwelve/protocol'

export interface SimulationRecorder {
  appended(node: NodeId, entries: readonly WalEntry[], active: boolean): void
  committed(node: NodeId, through: WalIndex): void
  applied(node: NodeId, from: WalIndex, through: WalIndex, chain: number): void
}

export function createRecorder(now: () => Micros, observe: (record: HistoryRecord) => void): SimulationRecorder {
  return {
    appended(node, entries, active) {
      // A standby's copy is no new entry.
      if (!active) return
      const t = now()
      for (const { term, index, request, changes, digest } of entries) {
        const change = changes[0]
        const key = change?.key ?? ''
        const deleted = change?.value === null
        observe({ kind: 'entry', t, node, term, index, request, key, deleted, digest })
      }
    },
    committed: (node, index) => observe({ kind: 'commit', t: now(), node, index }),
    applied: (node, from, index, chain) => observe({ kind: 'apply', t: now(), node, from, index, chain }),
  }
}
