/**
 * Law 15 of simulation-and-checking 6.1: what a node has applied never goes back, over a restart either.
 * What counts is what its readers may have seen: on a standby what it applied, on the active node what it announced as committed,
 * because its answers wait for that. Three things are lawful that look like going back. An active node that resigns puts back what
 * no majority had, and so does one that took over and was deposed before anything was committed: nobody was answered from there.
 * A node that comes back from its disk may begin further back than it was, since what is committed is written down a little later
 * than it is shown; but it answers nobody from its own state until it is where it was. And `renumber` begins anew, for all.
 * Always holds: an answer is judged only when its request was sent after the node had come back, and tells what was applied when it
 * came; where the index state is not what reads see (consul, `index_after_election`: unknown) answers are not judged.
 */

import type {
  ApplyRecord,
  CallRecord,
  CommitRecord,
  HistoryRecord,
  NodeId,
  RecoverRecord,
  ReplyRecord,
  ResignRecord,
} from '@fourtwelve/protocol'
import { provesTokenAccepted } from './answer-proof.ts'
import type { ClusterLog } from './cluster-log.ts'
import type { Law, Witness } from './law.ts'
import { logLaw } from './log-law.ts'
import type { Judgement, Tally } from './tally.ts'
import { gatesOf } from './path-gates.ts'
import { answered, at, proof, sent } from './telling.ts'

export const APPLIED_NEVER_BACK: Law = logLaw(
  'applied-never-back',
  'What readers of a node may have seen they see again: what it has applied never goes back, over a restart either.',
  ['run', 'reply', 'commit', 'apply', 'lead', 'resign', 'recover', 'renumber'],
  (log, tally) => {
    const law = new AppliedNeverBack(log, tally)
    return (record, _defects, call) => law.observe(record, call)
  },
)

type Standing = ApplyRecord | ResignRecord | RecoverRecord

interface Progress {
  applied: number
  last: Standing | null
  /** What readers may have seen, and what says so. */
  seen: number
  seenBy: ApplyRecord | CommitRecord | ResignRecord | RecoverRecord | null
  /** What it has applied last, until it is known whether it took over with that. */
  fresh: ApplyRecord | null
  /** It came back further back than it was. */
  return: { readonly record: RecoverRecord; readonly owed: number; readonly owedBy: Progress['seenBy'] } | null
}

class AppliedNeverBack {
  readonly #log: ClusterLog
  readonly #tally: Tally
  readonly #nodes = new Map<NodeId, Progress>()
  /** Nodes that came back further back than they were. */
  #returned = 0
  #answersTell = true

  constructor(log: ClusterLog, tally: Tally) {
    this.#log = log
    this.#tally = tally
  }

  observe(record: HistoryRecord, call: CallRecord | undefined): void {
    switch (record.kind) {
      case 'run':
        this.#answersTell = record.switches.storage === 'raft' && record.switches.index_after_election === 'known'
        return
      case 'apply':
        return this.#tally.count(this.#apply(record, this.#settled(record.node)))
      case 'commit':
        return this.#commit(record, this.#settled(record.node))
      case 'lead': {
        const progress = this.#progressOf(record.node)
        // It took over with that: no majority may have it, and answers wait until one has.
        if (progress.fresh?.index === record.index) progress.fresh = null
        return void this.#settled(record.node)
      }
      case 'resign':
        return this.#tally.count(this.#resign(record, this.#settled(record.node)))
      case 'recover':
        return this.#recover(record, this.#settled(record.node))
      case 'renumber':
        this.#nodes.clear()
        this.#returned = 0
        return
      case 'reply':
        if (call !== undefined && this.#returned > 0) this.#tally.count(this.#answer(call, record))
        return
      case 'call':
      case 'entry':
      case 'rest':
      case 'fault':
        return
    }
  }

  #apply(record: ApplyRecord, progress: Progress): Judgement {
    const { from, index } = record
    const { applied, last } = progress
    progress.applied = index
    progress.last = record
    if (this.#log.leaderships.current(record.node) === null) progress.fresh = record
    if (index >= from && from >= applied) return 'lawful'
    const back = Math.min(from, index)
    return () => ({
      t: record.t,
      prose: `${stood(record.node, last)} At ${at(record.t)} it applied from ${from} to ${index}: ${back} < ${Math.max(applied, from)}, so it went back.`,
      records: proof(last === null ? [record] : [last, record]),
    })
  }

  #commit(record: CommitRecord, progress: Progress): void {
    if (this.#log.leaderships.current(record.node) === null) return
    const shown = Math.min(record.index, progress.applied)
    if (shown > progress.seen) see(progress, shown, record)
  }

  #resign(record: ResignRecord, progress: Progress): Judgement {
    const { seen, seenBy } = progress
    this.#standsAt(record, progress)
    if (record.index >= seen) return 'lawful'
    return () => ({
      t: record.t,
      prose: `${shown(record.node, seen, seenBy)} At ${at(record.t)} it resigned and went back to ${record.index}: ${record.index} < ${seen}, so it dropped what a majority had.`,
      records: proof(seenBy === null ? [record] : [seenBy, record]),
    })
  }

  #recover(record: RecoverRecord, progress: Progress): void {
    const owed = Math.max(progress.seen, progress.return?.owed ?? 0)
    const owedBy = progress.seen >= owed ? progress.seenBy : (progress.return?.owedBy ?? null)
    if (record.index < owed) {
      this.#returned++
      progress.return = { record, owed, owedBy }
    }
    this.#standsAt(record, progress)
  }

  /** A request that was sent after the node came back, and answered by that node from its own state. */
  #answer(call: CallRecord, reply: ReplyRecord): Judgement {
    const { by, applied } = reply
    if (by === undefined || applied === undefined || !this.#answersTell) return 'not-judged'
    const back = this.#nodes.get(by)?.return ?? null
    if (back === null || by !== (reply.node ?? call.node) || call.t < back.record.t) return 'not-judged'
    if (!provesTokenAccepted(reply) || gatesOf(call).token !== 'checked') return 'not-judged'
    return applied >= back.owed ? 'lawful' : () => tellAnswer(call, reply, by, applied, back)
  }

  #standsAt(record: ResignRecord | RecoverRecord, progress: Progress): void {
    progress.applied = record.index
    progress.last = record
    progress.seen = 0
    see(progress, record.index, record)
  }

  /** A node that did not take over with what it applied last has shown that to readers. */
  #settled(node: NodeId): Progress {
    const progress = this.#progressOf(node)
    const { fresh } = progress
    progress.fresh = null
    if (fresh !== null && fresh.index > progress.seen) see(progress, fresh.index, fresh)
    return progress
  }

  #progressOf(node: NodeId): Progress {
    let progress = this.#nodes.get(node)
    if (progress === undefined) {
      progress = { applied: 0, last: null, seen: 0, seenBy: null, fresh: null, return: null }
      this.#nodes.set(node, progress)
    }
    return progress
  }
}

function see(progress: Progress, index: number, by: Exclude<Progress['seenBy'], null>): void {
  progress.seen = index
  progress.seenBy = by
}

function tellAnswer(
  call: CallRecord,
  reply: ReplyRecord,
  node: NodeId,
  applied: number,
  { record, owed, owedBy }: Exclude<Progress['return'], null>,
): Witness {
  return {
    t: reply.t,
    prose:
      `${shown(node, owed, owedBy)} At ${at(record.t)} it came back from its disk with ${record.index}. ` +
      `${sent(call)}; ${answered(call, reply)} with applied = ${applied}. ${applied} < ${owed}, so its readers saw it go back over the restart.`,
    records: proof([...(owedBy === null ? [] : [owedBy]), record, call, reply]),
  }
}

const stood = (node: NodeId, last: Standing | null): string =>
  last === null ? `Node ${node} had applied nothing.` : `Node ${node} had applied ${last.index} at ${at(last.t)}.`

const shown = (node: NodeId, index: number, by: Progress['seenBy']): string =>
  by === null
    ? `Readers of ${node} may have seen ${index}.`
    : `Readers of ${node} may have seen ${index} since ${at(by.t)}.`
