/** Writes what happens inside the cluster into the run's history. */

import {
  entryRecord,
  type HistoryRecord,
  type Micros,
  type NodeId,
  type WalEntry,
  type WalIndex,
} from '@fourtwelve/protocol'

export interface SimulationRecorder {
  written(node: NodeId, entries: readonly WalEntry[]): void
  committed(node: NodeId, through: WalIndex): void
  applied(node: NodeId, from: WalIndex, through: WalIndex, chain: number): void
}

export function createRecorder(now: () => Micros, observe: (record: HistoryRecord) => void): SimulationRecorder {
  return {
    written(node, entries) {
      const t = now()
      for (const entry of entries) observe(entryRecord(t, node, entry))
    },
    committed: (node, index) => observe({ kind: 'commit', t: now(), node, index }),
    applied: (node, from, index, chain) => observe({ kind: 'apply', t: now(), node, from, index, chain }),
  }
}
