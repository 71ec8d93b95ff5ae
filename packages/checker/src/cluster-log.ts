/**
 * The log of the cluster, as its records tell it: what is committed, and what each leadership has beyond that.
 * An active node executes before a majority has what it wrote, so leaderships may differ in what is not committed, and what a
 * deposed one had is lost. What a leadership began with is found by the chain of its node, which has applied all of it.
 * Always holds: what is committed first stays; a leadership's log is the committed one as far as it has handed over to that; a
 * log that broke is not followed further. `renumber` begins a new one. A history may begin in the middle: with nodes that come back
 * from their disks, and then what was before them is unknown, and nobody is blamed for it; or with any entry but the first, because
 * its beginning was not kept, and then the log is not followed at all before it is numbered anew.
 */

import {
  DIGEST_START,
  type CommitRecord,
  type EntryRecord,
  type HistoryRecord,
  type LeadRecord,
  type NodeId,
  type RecoverRecord,
} from '@fourtwelve/protocol'
import { Branch } from './branch.ts'
import { CommittedChain } from './committed-chain.ts'
import { Leaderships, type Leadership } from './leaderships.ts'
import { breaksLog, type LogDefect } from './log-defect.ts'
import { RecentEntries } from './recent-entries.ts'

/** Leaderships whose own entries are remembered. */
const BRANCHES_MAX = 32

/** Where a log of some length and chain is: `elsewhere` is no log that there is, `unknown` too old to tell. */
export type Place = 'own' | 'committed' | 'ahead' | 'elsewhere' | 'beyond' | 'unknown'

interface Position {
  readonly index: number
  readonly chain: number
}

const NOWHERE: Position = { index: 0, chain: DIGEST_START }
const NONE: readonly LogDefect[] = []

export class ClusterLog {
  readonly leaderships: Leaderships = new Leaderships()
  readonly recent: RecentEntries = new RecentEntries()
  #committed = new CommittedChain()
  /** In the order in which they began. */
  #branches: Branch[] = []
  /** Committed by leaderships that are forgotten, or were never told of. */
  #committedEarlier = 0
  /** How far each node has applied, and what. */
  readonly #positions = new Map<NodeId, Position>()
  #isBroken = false
  #lacksItsBeginning = false

  /** Takes the next record. What is wrong with it. */
  observe(record: HistoryRecord): readonly LogDefect[] {
    switch (record.kind) {
      case 'entry':
        return this.#settled(this.#entry(record))
      case 'commit':
        return this.#settled(this.#commit(record))
      case 'lead':
        return this.#settled(this.#lead(record))
      case 'recover':
        return this.#comesBack(record)
      case 'resign':
        this.leaderships.observe(record)
        this.#positions.set(record.node, record)
        return NONE
      case 'apply':
        this.#beginsBehind(record.from)
        this.#positions.set(record.node, record)
        return NONE
      case 'renumber':
        this.leaderships.observe(record)
        this.#lacksItsBeginning = false
        this.#committed = new CommittedChain()
        this.#branches = []
        this.#committedEarlier = 0
        this.#positions.clear()
        this.recent.clear()
        return NONE
      case 'run':
      case 'call':
      case 'reply':
      case 'rest':
      case 'fault':
        return NONE
    }
  }

  get isBroken(): boolean {
    return this.#isBroken
  }

  /** Whether nothing can be judged by it until it is numbered anew. */
  get lacksItsBeginning(): boolean {
    return this.#lacksItsBeginning
  }

  /** Whether no entry was told of yet. */
  get isEmpty(): boolean {
    return this.#branches.length === 0
  }

  /** The last committed index. */
  get committed(): number {
    return this.#committed.head
  }

  /** Where a node stands that has applied this much: on its own log while it leads, else on the committed one or ahead of it. */
  placeOf(node: NodeId, { index, chain }: Position): Place {
    const own = this.#leadingBranch(node)
    if (own !== null) {
      if (index > own.head) return 'beyond'
      return placed(this.#chainIn(own, index), chain, 'own')
    }
    if (index <= this.committed) return placed(this.#committed.chainAt(index), chain, 'committed')
    if (this.#branches.some((branch) => branch.chainAt(index) === chain)) return 'ahead'
    if (this.isEmpty || this.#branches.some(({ first }) => first > this.committed + 1)) return 'unknown'
    return this.#branches.some((branch) => index <= branch.head) ? 'elsewhere' : 'beyond'
  }

  /** The log that a node should be on: its own while it leads, else that of the newest leadership. */
  expectedOf(node: NodeId, index: number): { readonly head: number; readonly chain: number | null } {
    const branch = this.#leadingBranch(node) ?? this.#newestBranch()
    return branch === null
      ? { head: this.committed, chain: this.#committed.chainAt(index) }
      : { head: branch.head, chain: this.#chainIn(branch, index) }
  }

  /** Whether a leadership has what is committed at an index; null when that is not known. */
  has(leadership: Leadership, index: number): boolean | null {
    const branch = this.#branchOf(leadership)
    return branch === null ? null : this.#missingIn(branch, index) === null
  }

  /** Whether the first that is told of the log comes behind entries that nobody told of. */
  #beginsBehind(index: number): boolean {
    if (index > 0 && this.isEmpty && this.committed === 0 && this.#positions.size === 0) this.#lacksItsBeginning = true
    return this.#lacksItsBeginning
  }

  #settled(defects: readonly LogDefect[]): readonly LogDefect[] {
    if (defects.some(breaksLog)) this.#isBroken = true
    return defects
  }

  #entry(record: EntryRecord): readonly LogDefect[] {
    const wrong = this.leaderships.observe(record)
    const leadership = this.leaderships.current(record.node)
    if (leadership === null || leadership.term !== record.term) return wrong === null ? NONE : [wrong]
    const { index } = record
    let branch = this.#branchOf(leadership)
    if (branch === null) {
      // What is forgotten is not followed.
      if (leadership.record !== record) return NONE
      if (this.#beginsBehind(record.index - 1)) return NONE
      // Nobody said what it began with: it is taken for what the newest has.
      branch = this.#beginFrom(leadership, this.#newestBranch())
    }
    if (index !== branch.head + 1) return [{ kind: 'not-next', record, head: branch.head }]
    if (index <= this.committed && !branch.isIncomplete) {
      const committed = this.#committedBefore(branch)
      if (index <= committed) return [{ kind: 'written-again', record, committed }]
    }
    branch.push(this.#chainIn(branch, branch.head) ?? 0, record.digest)
    this.recent.add(record)
    return wrong === null ? NONE : [wrong]
  }

  #lead(record: LeadRecord): readonly LogDefect[] {
    const wrong = this.leaderships.observe(record)
    const defects: LogDefect[] = wrong === null ? [] : [wrong]
    const leadership = this.leaderships.current(record.node)
    if (leadership === null || this.#beginsBehind(record.index)) return defects
    const position = this.#positions.get(record.node) ?? NOWHERE
    if (position.index !== record.index) return [...defects, { kind: 'unapplied', record, applied: position.index }]
    const branch = this.#beginAt(leadership, position)
    const index = this.#missingIn(branch, this.#committedBefore(branch))
    if (index === null) return defects
    branch.isIncomplete = true
    return [...defects, { kind: 'incomplete', record, leadership, index }]
  }

  #commit(record: CommitRecord): readonly LogDefect[] {
    const wrong = this.leaderships.observe(record)
    if (wrong !== null) return [wrong]
    const { index } = record
    const branch = this.#leadingBranch(record.node)
    if (branch === null) return NONE
    if (index > branch.head) return [{ kind: 'beyond-head', record, head: branch.head }]
    const common = Math.min(index, this.committed)
    if (this.#missingIn(branch, common) !== null) {
      const { leadership } = branch
      return [{ kind: 'two-logs', record, index: this.#firstDifference(branch, common), leadership }]
    }
    branch.committed = Math.max(branch.committed, index)
    if (branch.first > this.committed + 1) this.#committed.leapTo(index, branch.chainAt(index) ?? DIGEST_START)
    else while (this.committed < index) this.#committed.push(branch.chainAt(this.committed + 1) ?? DIGEST_START)
    branch.handOver(index)
    return branch.leadership === this.leaderships.newest ? NONE : this.#lostLater(branch, record)
  }

  /** Which later leaderships have begun without what is committed only now: acknowledgements of a majority may come late. */
  #lostLater({ leadership: { term } }: Branch, record: CommitRecord): readonly LogDefect[] {
    return this.#branches.flatMap((later): LogDefect[] => {
      const { leadership, isIncomplete } = later
      if (leadership.term <= term || isIncomplete || this.#missingIn(later, record.index) === null) return []
      later.isIncomplete = true
      return [{ kind: 'incomplete', record, leadership, index: record.index }]
    })
  }

  #comesBack(record: RecoverRecord): readonly LogDefect[] {
    this.leaderships.observe(record)
    this.#positions.set(record.node, record)
    // The history begins with it.
    if (this.isEmpty && record.index > this.committed) {
      this.#committed.leapTo(record.index, record.chain)
      this.#committedEarlier = record.index
    }
    return NONE
  }

  /** Begins a leadership with the log that its node has applied. */
  #beginAt(leadership: Leadership, { index, chain }: Position): Branch {
    if (this.#committed.chainAt(index) === chain) return this.#keep(new Branch(leadership, index, []))
    const origin = this.#branches.findLast((branch) => branch.chainAt(index) === chain)
    // Found nowhere: that is told of its node already, or was before the history.
    return this.#keep(new Branch(leadership, index, origin?.chainsThrough(index) ?? [chain]))
  }

  /** Begins a leadership with the log of another, as far as its own first entry says. */
  #beginFrom(leadership: Leadership, origin: Branch | null): Branch {
    const head = Math.min(leadership.base, origin?.head ?? this.committed)
    return this.#keep(new Branch(leadership, head, origin?.chainsThrough(head) ?? []))
  }

  #keep(branch: Branch): Branch {
    this.#branches.push(branch)
    if (this.#branches.length > BRANCHES_MAX) {
      this.#committedEarlier = Math.max(this.#committedEarlier, this.#branches.shift()?.committed ?? 0)
    }
    return branch
  }

  #chainIn(branch: Branch, index: number): number | null {
    return index < branch.first ? this.#committed.chainAt(index) : branch.chainAt(index)
  }

  /** The index, when a leadership has another log there than the committed one, or none; null when it has that, as far as is known. */
  #missingIn(branch: Branch, index: number): number | null {
    if (branch.head < index) return index
    const [own, committed] = [this.#chainIn(branch, index), this.#committed.chainAt(index)]
    return own === null || committed === null || own === committed ? null : index
  }

  #firstDifference(branch: Branch, through: number): number {
    for (let index = branch.first; index < through; index++) if (this.#missingIn(branch, index) !== null) return index
    return through
  }

  /** How far leaderships of earlier terms have committed: what this one must have. */
  #committedBefore({ leadership: { term } }: Branch): number {
    return this.#branches.reduce(
      (most, { leadership, committed }) => (leadership.term < term ? Math.max(most, committed) : most),
      this.#committedEarlier,
    )
  }

  #branchOf(leadership: Leadership): Branch | null {
    return this.#branches.findLast((branch) => branch.leadership === leadership) ?? null
  }

  #leadingBranch(node: NodeId): Branch | null {
    const leadership = this.leaderships.current(node)
    return leadership === null ? null : this.#branchOf(leadership)
  }

  #newestBranch(): Branch | null {
    const { newest } = this.leaderships
    return newest === null ? null : (this.#branchOf(newest) ?? this.#branches.at(-1) ?? null)
  }
}

function placed(expected: number | null, chain: number, where: Place): Place {
  if (expected === null) return 'unknown'
  return expected === chain ? where : 'elsewhere'
}
