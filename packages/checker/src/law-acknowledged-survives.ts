/**
 * The first part of law 17 of simulation-and-checking 6.1: a write that was acknowledged is there for good.
 * Judged are answers that acknowledge a write: a majority must have it by then; and leads: the log that a node begins to lead with
 * holds everything that leaderships before it have committed, entry by entry. The committed log itself never changes
 * (`term-and-index-rise`), so these two are all that could lose a write.
 * Acknowledged is what got a 2xx that says of its write (white box) or has X-Vault-Index. An answer that never came, or a 5xx, says
 * nothing: such a write may be there or not. A commit may be announced after a later lead, when acknowledgements of a majority
 * were still under way to the deposed active node; then that later log must have it too.
 * Always holds: `renumber` begins anew. A restored backup lacks later writes on purpose. After a promotion everything that was
 * committed is there as state, but entries have other indexes and digests, so that this cannot be seen in the log.
 */

import type { CallRecord, CommitRecord, HistoryRecord, ReplyRecord } from '@fourtwelve/protocol'
import type { ClusterLog } from './cluster-log.ts'
import { localReader } from './issued-index.ts'
import type { Law, Witness } from './law.ts'
import type { LogDefect } from './log-defect.ts'
import { logLaw, type LogRule } from './log-law.ts'
import type { Tally } from './tally.ts'
import { answered, at, proof, sent } from './telling.ts'

export const ACKNOWLEDGED_SURVIVES: Law = logLaw(
  'acknowledged-survives',
  'A write that was acknowledged is committed, and in the log of every later leadership.',
  ['run', 'reply', 'commit', 'lead', 'renumber'],
  (log, tally) => {
    const law = new AcknowledgedSurvives(log, tally)
    return (record, defects, call) => law.judge(record, defects, call)
  },
)

/** An answer that says that a write was done. */
interface Acknowledged {
  readonly index: number
  readonly call: CallRecord
  readonly reply: ReplyRecord
}

type Incomplete = Extract<LogDefect, { readonly kind: 'incomplete' }>

class AcknowledgedSurvives {
  readonly #log: ClusterLog
  readonly #tally: Tally
  #readLocal: (value: string) => number | null = () => null
  /** The last write that was acknowledged, by its index: it stands for all before it. */
  #last: Acknowledged | null = null
  #commit: CommitRecord | null = null

  constructor(log: ClusterLog, tally: Tally) {
    this.#log = log
    this.#tally = tally
  }

  readonly judge: LogRule = (record, defects, call) => {
    if (defects.length === 0) return this.#note(record, true, call)
    const lost = defects.filter((defect) => defect.kind === 'incomplete')
    for (const defect of lost) this.#tally.count(() => this.#tellLost(defect))
    this.#note(record, lost.length === 0, call)
  }

  #note(record: HistoryRecord, isComplete: boolean, call: CallRecord | undefined): void {
    switch (record.kind) {
      case 'run':
        this.#readLocal = localReader(record.cluster)
        return
      case 'reply':
        return this.#answer(record, call)
      case 'commit':
        if (this.#commit === null || record.index > this.#commit.index) this.#commit = record
        return
      case 'lead':
        if (isComplete) this.#tally.count('lawful')
        return
      case 'renumber':
        this.#last = null
        this.#commit = null
        return
      case 'call':
      case 'entry':
      case 'apply':
      case 'resign':
      case 'recover':
      case 'rest':
      case 'fault':
        return
    }
  }

  #answer(reply: ReplyRecord, call: CallRecord | undefined): void {
    // Without its log nothing can be said of a cluster.
    if (call === undefined || this.#log.isEmpty) return
    const index = this.#written(reply)
    if (index === 0) return
    const acknowledged = { index, call, reply }
    if (index > this.#log.committed) return this.#tally.count(() => this.#tellEarly(acknowledged))
    this.#tally.count('lawful')
    if (this.#last === null || index > this.#last.index) this.#last = acknowledged
  }

  /** The last index that an answer acknowledges; 0 for none. */
  #written({ status, wrote, index }: ReplyRecord): number {
    if (status < 200 || status > 299) return 0
    return wrote ?? (index === null ? 0 : (this.#readLocal(index) ?? 0))
  }

  #tellEarly({ index, call, reply }: Acknowledged): Witness {
    const { committed, recent } = this.#log
    const entries = recent.between(index, index)
    return {
      t: reply.t,
      prose: `${acknowledgedWords({ index, call, reply })} But a majority had no more than ${committed} at ${at(reply.t)}: the write can still be lost.`,
      records: proof([...entries, ...(this.#commit === null ? [] : [this.#commit]), call, reply]),
    }
  }

  #tellLost(defect: Incomplete): Witness {
    const { record, leadership } = defect
    const { node, term, base, since } = leadership
    const isLost = this.#last !== null && this.#log.has(leadership, this.#last.index) === false
    const acknowledged = isLost ? this.#last : null
    const index = acknowledged?.index ?? defect.index
    // The commit that was before the lead; one that comes after it is the record itself.
    const before = acknowledged === null && record.kind === 'lead' ? this.#commit : null
    const lack = base < index ? `its log ends there and has no entry ${index}` : `it has another entry ${index}`
    return {
      t: record.t,
      prose: [
        ...(acknowledged === null ? [] : [acknowledgedWords(acknowledged)]),
        ...(before === null ? [] : [committedWords(before)]),
        `At ${at(since)} node ${node} began to lead term ${term} behind entry ${base}: ${lack}.`,
        ...(record.kind === 'commit' ? [committedWords(record)] : []),
        acknowledged === null ? 'What a majority had is lost.' : 'So an acknowledged write is lost.',
      ].join(' '),
      records: proof([
        ...(acknowledged === null ? [] : [acknowledged.call, acknowledged.reply]),
        ...(before === null ? [] : [before]),
        leadership.record,
        record,
      ]),
    }
  }
}

const acknowledgedWords = ({ index, call, reply }: Acknowledged): string =>
  `${sent(call)}; ${answered(call, reply)} and so acknowledged the write of entry ${index}.`

const committedWords = ({ t, node, index }: CommitRecord): string =>
  `At ${at(t)} node ${node} announced the commit of ${index}.`
