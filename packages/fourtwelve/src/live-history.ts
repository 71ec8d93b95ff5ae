/**
 * What happened in a cluster that is served, as far back as it is kept.
 * Always holds: at most HISTORY_RECORDS_MAX records, the newest; read in the order of time, though threads tell of it in their
 * own turn; the first record says what runs.
 */

import type { LiveCluster } from '@fourtwelve/live'
import {
  forwardingAllowed,
  HISTORY_VERSION,
  type HistoryRecord,
  type RunRecord,
  type ServerConfig,
} from '@fourtwelve/protocol'

/** About a hundred megabytes. */
const HISTORY_RECORDS_MAX = 200_000

export interface LiveHistory {
  add(records: readonly HistoryRecord[]): void
  /** It is the history of this cluster now: what was there before it was founded is forgotten. */
  begin(cluster: LiveCluster): void
  records(): readonly HistoryRecord[]
}

/** Without `isKept` it says what runs, and nothing else. */
export function createLiveHistory(config: ServerConfig, isKept: boolean): LiveHistory {
  const { switches } = config
  const forwarding = forwardingAllowed(config)
  let first: RunRecord | null = null
  let kept: HistoryRecord[] = []
  return {
    add(records) {
      if (!isKept) return
      for (const record of records) kept.push(record)
      // Now and then, since cutting moves all the others.
      if (kept.length > 2 * HISTORY_RECORDS_MAX) kept = kept.slice(-HISTORY_RECORDS_MAX)
    },
    begin({ id, nodes, clock, founding }) {
      // One that was opened from its folder begins with what its nodes told since.
      const start = founding[0]?.t ?? kept[0]?.t ?? clock()
      if (isKept) kept = [...founding, ...kept.filter(({ t }) => t >= start)]
      first = {
        kind: 'run',
        t: start,
        version: HISTORY_VERSION,
        scenario: 'serve',
        seed: 0,
        runtime: 'live',
        cluster: id,
        nodes,
        switches,
        forwarding,
      }
    },
    records() {
      if (first === null) return []
      // What came late from before belongs to another cluster.
      const { t: start } = first
      const records = kept.filter(({ t }) => t >= start).slice(-HISTORY_RECORDS_MAX)
      return [first, ...records.toSorted((a, b) => a.t - b.t)]
    },
  }
}
