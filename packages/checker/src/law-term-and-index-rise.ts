/**
 * The third part of law 17 of simulation-and-checking 6.1: (term, index) of what is written strictly increases, and what is
 * committed at an index is the same for ever.
 * Judged are entries and commits. A leadership writes its entries one behind the other, so that no (term, index) comes twice. Two
 * leaderships may write the same index in their own terms, and the entries of one are lost; but the logs that they announce as
 * committed agree in every index, or else one index stands for two writes.
 * Always holds: `renumber` begins anew, because indexes are numbered from 1 again.
 */

import type { CommitRecord } from '@fourtwelve/protocol'
import type { ClusterLog } from './cluster-log.ts'
import type { Law, Witness } from './law.ts'
import type { LogDefect } from './log-defect.ts'
import { logLaw } from './log-law.ts'
import { at, proof } from './telling.ts'

export const TERM_AND_INDEX_RISE: Law = logLaw(
  'term-and-index-rise',
  'Within a term indexes rise and none repeats; what is committed at an index is never another entry there.',
  ['entry', 'commit', 'renumber'],
  (log, tally) => {
    /** The last that brought the committed log further. */
    let last: CommitRecord | null = null
    return (record, defects) => {
      if (record.kind === 'renumber') last = null
      if (record.kind !== 'entry' && record.kind !== 'commit') return
      const broken = defects.length === 0 ? [] : defects.flatMap((defect) => tell(defect, last, log) ?? [])
      for (const witness of broken) tally.count(() => witness)
      if (broken.length === 0) tally.count('lawful')
      if (record.kind === 'commit' && (last === null || record.index > last.index)) last = record
    }
  },
)

function tell(defect: LogDefect, last: CommitRecord | null, log: ClusterLog): Witness | null {
  switch (defect.kind) {
    case 'not-next': {
      const { record, head } = defect
      const { node, term, index, t } = record
      if (index > head) return null
      const before = log.recent.between(index, index).filter((entry) => entry.term === term)
      // What the leadership took over is of other terms, and what is long ago is not kept: then nobody can show the other entry.
      const why =
        before.length > 0
          ? `and the last one of term ${term} was ${head}: ${index} came twice.`
          : `whose log was at ${head} already: within a term indexes only rise.`
      return {
        t,
        prose: `At ${at(t)} node ${node} wrote entry ${index} of term ${term}, ${why}`,
        records: proof([...before, record]),
      }
    }
    case 'two-logs': {
      const { record, index, leadership } = defect
      const earlier = last === null ? '' : `At ${at(last.t)} node ${last.node} announced the commit of ${last.index}. `
      const entries = log.recent.between(index, index)
      return {
        t: record.t,
        prose:
          `${earlier}At ${at(record.t)} node ${record.node} announced the commit of ${record.index} in term ${leadership.term}, ` +
          `but its log is another from entry ${index} on, which was committed already: index ${index} stands for two entries.`,
        records: proof([...entries, ...(last === null ? [] : [last]), record]),
      }
    }
    case 'two-leaders':
    case 'term-fell':
    case 'no-lead':
    case 'other-leader':
    case 'over':
    case 'written-again':
    case 'beyond-head':
    case 'unapplied':
    case 'incomplete':
      return null
  }
}
