/**
 * Law 14 of simulation-and-checking 6.1: what a node has applied is a prefix of the log.
 * The log: indexes without a gap, from 1 on where its beginning is told, nothing committed ever written again. A node: each apply goes
 * on where the one before ended, reaches the very chain that the log has at that index, and stays within what is committed. Two may be ahead of that: the
 * active node, which works on its own head and lets answers wait for the commit, also when it is deposed and does not know it; and
 * a node that takes over, which applies all that it holds and leads from there. Whoever resigns, or comes back from its disk, says
 * where it stands, and goes on from there.
 * Always holds: a node that left the log is not judged further before it is back on it, so that one fault does not count again with
 * every record that follows from it.
 */

import type { ApplyRecord, CommitRecord, HistoryRecord, NodeId } from '@fourtwelve/protocol'
import type { ClusterLog } from './cluster-log.ts'
import type { Law } from './law.ts'
import type { LogDefect } from './log-defect.ts'
import { logLaw } from './log-law.ts'
import type { Judgement, Tally } from './tally.ts'
import {
  ENTRIES_SHOWN,
  tellDefect,
  tellEarly,
  tellStanding,
  wordsOfChain,
  wordsOfFrom,
  type Standing,
} from './wal-prefix-words.ts'

export const WAL_PREFIX: Law = logLaw(
  'wal-prefix',
  'What a node has applied is a prefix of the log: committed, without a gap, a repetition or a change of order.',
  ['entry', 'commit', 'apply', 'lead', 'resign', 'recover', 'rest', 'renumber'],
  (log, tally) => {
    const law = new WalPrefix(log, tally)
    return (record, defects) => law.observe(record, defects)
  },
)

/** How far one node is. */
interface Progress {
  applied: number
  /** Where it said last that it stands, for the witness of the next. */
  last: Standing | null
  /** Its chain was not the log's: nothing that follows can be. */
  astray: boolean
  /** A place beyond what is committed, until it is known whether the node took over with that. */
  early: Standing | null
  /** The commit of another that shows that `early` was too early, unless the node leads next. */
  proven: CommitRecord | null
}

class WalPrefix {
  readonly #log: ClusterLog
  readonly #tally: Tally
  readonly #nodes = new Map<NodeId, Progress>()
  #early = 0

  constructor(log: ClusterLog, tally: Tally) {
    this.#log = log
    this.#tally = tally
  }

  observe(record: HistoryRecord, defects: readonly LogDefect[]): void {
    for (const defect of defects) {
      const witness = tellDefect(defect, this.#log)
      if (witness !== null) this.#tally.count(() => witness)
    }
    switch (record.kind) {
      case 'apply':
        return this.#tally.count(this.#apply(record, this.#settled(record.node)))
      case 'resign':
      case 'recover':
        return this.#tally.count(this.#stands(record, this.#settled(record.node)))
      case 'entry':
      case 'lead':
        if (this.#early > 0) this.#clearEarly(this.#progressOf(record.node))
        return
      case 'commit':
        if (this.#early > 0) this.#commit(record)
        return
      case 'rest':
        this.#settled(record.node)
        return
      case 'renumber':
        this.#nodes.clear()
        this.#early = 0
        return
      case 'run':
      case 'call':
      case 'reply':
      case 'fault':
        return
    }
  }

  #progressOf(node: NodeId): Progress {
    let progress = this.#nodes.get(node)
    if (progress === undefined) {
      progress = { applied: 0, last: null, astray: false, early: null, proven: null }
      this.#nodes.set(node, progress)
    }
    return progress
  }

  /** What was too early, and was not a node's taking over, counts when the node goes on. */
  #settled(node: NodeId): Progress {
    const progress = this.#progressOf(node)
    const { early, proven } = progress
    if (early === null || proven === null) return progress
    this.#clearEarly(progress)
    this.#tally.count(() => tellEarly(early, proven))
    return progress
  }

  #commit(record: CommitRecord): void {
    this.#clearEarly(this.#progressOf(record.node))
    for (const progress of this.#nodes.values()) {
      const { early, proven } = progress
      if (early !== null && proven === null && early.index <= record.index) progress.proven = record
    }
  }

  #clearEarly(progress: Progress): void {
    if (progress.early === null) return
    progress.early = null
    progress.proven = null
    this.#early--
  }

  #apply(record: ApplyRecord, progress: Progress): Judgement {
    const place = this.#log.placeOf(record.node, record)
    const { applied, last, astray } = progress
    progress.applied = record.index
    progress.last = record
    if (astray && (place === 'elsewhere' || place === 'beyond' || place === 'unknown')) return 'not-judged'
    progress.astray = place === 'elsewhere' || place === 'beyond'
    if (!astray) {
      const { from, index } = record
      if (from !== applied) return tellStanding(record, last, [], wordsOfFrom(record.node, applied, from))
      if (index < from) return tellStanding(record, last, [], `${index} < ${from}, and a node never goes back`)
    }
    return this.#judge(record, last, progress)
  }

  /** A node says anew where it stands. */
  #stands(record: Exclude<Standing, ApplyRecord>, progress: Progress): Judgement {
    const { last } = progress
    progress.applied = record.index
    progress.last = record
    progress.astray = false
    return this.#judge(record, last, progress)
  }

  #judge(record: Standing, last: Standing | null, progress: Progress): Judgement {
    const { node, index } = record
    switch (this.#log.placeOf(node, record)) {
      case 'own':
      case 'committed':
        return 'lawful'
      case 'unknown':
        return 'not-judged'
      case 'ahead':
        if (progress.early === null) this.#early++
        progress.early ??= record
        return 'not-judged'
      case 'beyond':
        progress.astray = true
        return tellStanding(record, last, [], `the log ends at ${this.#log.expectedOf(node, index).head}`)
      case 'elsewhere': {
        progress.astray = true
        const from = record.kind === 'apply' ? record.from : 0
        const shown = this.#log.recent.between(from + 1, index).slice(-ENTRIES_SHOWN)
        return tellStanding(record, last, shown, wordsOfChain(record, this.#log.expectedOf(node, index).chain))
      }
    }
  }
}
