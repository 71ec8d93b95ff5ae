/**
 * Law 14 of simulation-and-checking 6.1: what a node has applied is a prefix of the log.
 * The log: indexes without a gap from 1 on, nothing committed ever replaced. A node: each apply goes on where the one before
 * ended, reaches the very chain that the log has at that index, and stays within what is committed. Two may be ahead of that:
 * the active node, which works on its own head and lets answers wait for the commit; and a node that turns out to have been
 * elected, because it announces the commit itself or writes next.
 * A deposed active node may go on along the entries that only it had, up to the last of them, and no further.
 * Always holds: a log that broke is not judged further, and a node that left the log not before it is back on it, so that one
 * fault does not count again with every record that follows from it.
 */

import type { ApplyRecord, CommitRecord, EntryRecord, HistoryRecord, NodeId } from '@fourtwelve/protocol'
import type { Law, LawState, LawVerdict, Witness } from './law.ts'
import { LogChain } from './log-chain.ts'
import { Tally, type Judgement } from './tally.ts'
import { at, proof } from './telling.ts'

const NAME = 'wal-prefix'

export const WAL_PREFIX: Law = {
  name: NAME,
  statement:
    'What a node has applied is a prefix of the log: committed, without a gap, a repetition or a change of order.',
  start: () => new WalPrefix(),
}

/** How far one node is. */
interface Progress {
  applied: number
  /** The last apply, for the witness of the next. */
  last: ApplyRecord | null
  /** Its chain was not the log's: nothing that follows can be. */
  astray: boolean
  /** The end of the entries that it alone had when a later term began; 0 when there are none. */
  deadHead: number
  /** An apply beyond what is committed, until it is known whether the node was the new active one. */
  early: ApplyRecord | null
}

/** Entries that a witness shows, so that calls and applies have room beside them. */
const ENTRIES_SHOWN = 4

class WalPrefix implements LawState {
  readonly #log = new LogChain()
  readonly #nodes = new Map<NodeId, Progress>()
  readonly #tally = new Tally(NAME)
  #early = 0
  #logBroke = false

  observe(record: HistoryRecord): void {
    if (this.#logBroke) return
    switch (record.kind) {
      case 'entry':
        return this.#entry(record)
      case 'commit':
        return this.#commit(record)
      case 'apply':
        return this.#tally.count(this.#apply(record, this.#progressOf(record.node)))
      case 'run':
      case 'call':
      case 'reply':
      case 'fault':
        return undefined
    }
  }

  verdict(): LawVerdict {
    return this.#tally.verdict()
  }

  #progressOf(node: NodeId): Progress {
    let progress = this.#nodes.get(node)
    if (progress === undefined) {
      progress = { applied: 0, last: null, astray: false, deadHead: 0, early: null }
      this.#nodes.set(node, progress)
    }
    return progress
  }

  #entry(record: EntryRecord): void {
    const before = this.#log.entries(this.#log.head, this.#log.head)
    const outcome = this.#log.append(record)
    switch (outcome.kind) {
      case 'appended':
        break
      case 'replaced':
        // Only the node that wrote the replaced entries can have applied them.
        for (const progress of this.#nodes.values()) {
          if (progress.applied >= record.index) progress.deadHead = outcome.head
        }
        break
      case 'dead': {
        const progress = this.#progressOf(record.node)
        progress.deadHead = Math.max(progress.deadHead, record.index)
        return
      }
      case 'broken':
        return this.#breakLog(record, `wrote entry ${record.index} of term ${record.term}`, outcome.why, before)
    }
    if (this.#early > 0) this.#clearEarly(this.#progressOf(record.node))
  }

  #commit(record: CommitRecord): void {
    const why = this.#log.commit(record)
    if (why !== null) return this.#breakLog(record, `announced the commit of ${record.index}`, why, [])
    if (this.#early === 0) return
    this.#clearEarly(this.#progressOf(record.node))
    for (const [node, progress] of this.#nodes) {
      const { early } = progress
      if (early === null || early.index > record.index) continue
      this.#clearEarly(progress)
      this.#tally.count(() => tellEarly(node, early, record))
    }
  }

  #clearEarly(progress: Progress): void {
    if (progress.early === null) return
    progress.early = null
    this.#early--
  }

  #breakLog(record: EntryRecord | CommitRecord, did: string, why: string, before: readonly EntryRecord[]): void {
    this.#logBroke = true
    const prose = `At ${at(record.t)} node ${record.node} ${did}, but ${why}: this is no log, and no node can hold a prefix of it.`
    this.#tally.count(() => ({ t: record.t, prose, records: proof([...before, record]) }))
  }

  #apply(record: ApplyRecord, progress: Progress): Judgement {
    const chain = this.#log.chainAt(record.index)
    const differs = chain !== null && chain !== record.chain
    const isOff = progress.astray || progress.deadHead > 0
    const isBack = isOff && chain === record.chain
    if (isOff && !isBack) return this.#offTheLog(record, progress)
    const judgement = isBack ? this.#whenCommitted(record, progress) : this.#follows(record, progress, chain)
    progress.deadHead = 0
    progress.astray = differs
    progress.applied = record.index
    progress.last = record
    return judgement
  }

  #offTheLog(record: ApplyRecord, progress: Progress): Judgement {
    const { deadHead, last } = progress
    if (progress.astray || record.index <= deadHead) return 'not-judged'
    progress.astray = true
    return tellApply(record, last, [], `the entries that it alone had, of an earlier term, end at ${deadHead}`)
  }

  /** Whether this apply goes on where the one before ended, and is the log's. */
  #follows(record: ApplyRecord, progress: Progress, chain: number | null): Judgement {
    const { from, index, node } = record
    const { applied, last } = progress
    if (from !== applied) return tellApply(record, last, [], fromWords(node, applied, from))
    if (index < from) return tellApply(record, last, [], `${index} < ${from}, and a node never goes back`)
    if (index > this.#log.head) return tellApply(record, last, [], `the log ends at ${this.#log.head}`)
    // So old that its chain is forgotten: no more can be said of it.
    if (chain === null) return 'not-judged'
    if (chain !== record.chain) {
      const shown = this.#log.entries(from + 1, index).slice(-ENTRIES_SHOWN)
      return tellApply(record, last, shown, chainWords(record, chain))
    }
    return this.#whenCommitted(record, progress)
  }

  /** The apply is the log's; whether it was too early may show later. */
  #whenCommitted(record: ApplyRecord, progress: Progress): Judgement {
    if (record.index <= this.#log.committed || record.node === this.#log.writer) return 'lawful'
    if (progress.early === null) {
      progress.early = record
      this.#early++
    }
    return 'not-judged'
  }
}

const hexChain = (chain: number): string => chain.toString(16).padStart(8, '0')

const range = (from: number, to: number): string => (to - from <= 1 ? `entry ${to}` : `entries ${from + 1} to ${to}`)

const fromWords = (node: NodeId, applied: number, from: number): string =>
  from > applied
    ? `${node} had applied ${applied}, so ${range(applied, from)} never became visible there: a gap`
    : `${node} had applied ${applied}, so ${range(from, applied)} became visible there twice`

const chainWords = ({ from, index, chain, node }: ApplyRecord, expected: number): string =>
  `the log has chain ${hexChain(expected)} at ${index}, and ${node} has ${hexChain(chain)}: ` +
  `${range(from, index)} on ${node} ${index - from <= 1 ? 'is not the one' : 'are not those'} of the log, or not in its order`

function tellApply(
  record: ApplyRecord,
  last: ApplyRecord | null,
  entries: readonly EntryRecord[],
  contradiction: string,
): () => Witness {
  const { node, from, index, t } = record
  const before =
    last === null ? `Node ${node} had applied nothing.` : `Node ${node} had applied ${last.index} at ${at(last.t)}.`
  return () => ({
    t,
    prose: `${before} At ${at(t)} it applied the log from ${from} to ${index}, but ${contradiction}. So its state is no prefix of the log.`,
    records: proof([...(last === null ? [] : [last]), ...entries, record]),
  })
}

function tellEarly(node: NodeId, early: ApplyRecord, commit: CommitRecord): Witness {
  return {
    t: early.t,
    prose:
      `At ${at(early.t)} node ${node} made ${range(early.from, early.index)} visible, and only at ${at(commit.t)} did ` +
      `${commit.node} announce the commit of ${commit.index}. ${node} was not the active node, so what it showed until then ` +
      `could still be lost: it may apply nothing beyond what is committed.`,
    records: proof([early, commit]),
  }
}
