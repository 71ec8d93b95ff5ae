/** Writes what happens inside the cluster into the run's history. */

import {
  entryRecord,
  type HistoryRecord,
  type Micros,
  type NodeId,
  type Term,
  type WalEntry,
  type WalIndex,
} from '@fourtwelve/protocol'
import type { NodeState } from '@fourtwelve/vault-node'

export interface SimulationRecorder {
  written(node: NodeId, entries: readonly WalEntry[]): void
  committed(node: NodeId, through: WalIndex): void
  applied(node: NodeId, from: WalIndex, through: WalIndex, chain: number): void
  led(node: NodeId, term: Term, index: WalIndex): void
  resigned(node: NodeId, term: Term, index: WalIndex, chain: number): void
  recovered(state: NodeState): void
}

export function createRecorder(now: () => Micros, observe: (record: HistoryRecord) => void): SimulationRecorder {
  return {
    written(node, entries) {
      const t = now()
      for (const entry of entries) observe(entryRecord(t, node, entry))
    },
    committed: (node, index) => observe({ kind: 'commit', t: now(), node, index }),
    applied: (node, from, index, chain) => observe({ kind: 'apply', t: now(), node, from, index, chain }),
    led: (node, term, index) => observe({ kind: 'lead', t: now(), node, term, index }),
    resigned: (node, term, index, chain) => observe({ kind: 'resign', t: now(), node, term, index, chain }),
    recovered: ({ id, term, log }) =>
      observe({ kind: 'recover', t: now(), node: id, term, index: log.applied, chain: log.chain }),
  }
}
