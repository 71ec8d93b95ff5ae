/**
 * Who leads, as the history tells it.
 * Whoever writes the first entry of a log, at the beginning of a run and after it is numbered anew, leads without a `lead` record:
 * that is how a cluster is founded. After that only a `lead` record makes a leadership, and it ends for its node when that node
 * resigns, leads again, or comes back from its disk.
 * Several may last at once: a deposed active node writes on in its old term until it hears of a later one, and a node that was
 * paused may hear the votes of a term late, when another leads a later one already. Only the newest counts.
 * Always holds: memory is bounded by LEADERSHIPS_MAX; a leadership that was forgotten is one that nobody began.
 */

import type {
  CommitRecord,
  EntryRecord,
  HistoryRecord,
  LeadRecord,
  Micros,
  NodeId,
  ResignRecord,
  Term,
} from '@fourtwelve/protocol'

/** Leaderships that are remembered: many more than last at once. */
const LEADERSHIPS_MAX = 256

export interface Leadership {
  readonly node: NodeId
  readonly term: Term
  readonly since: Micros
  /** The last entry that it did not write itself. */
  readonly base: number
  /** What told of it: its `lead`, or its first entry. */
  readonly record: LeadRecord | EntryRecord
  /** Null while its node may still write. */
  ended: ResignRecord | 'came back' | 'led again' | null
}

/** What cannot be where at most one node leads a term, and only that one writes. */
export type LeadDefect =
  /** `first` leads this term already. */
  | { readonly kind: 'two-leaders'; readonly record: LeadRecord; readonly first: Leadership }
  /** The node led this term, or a later one, before. */
  | { readonly kind: 'term-fell'; readonly record: LeadRecord; readonly before: Leadership }
  /** The node never led. */
  | { readonly kind: 'no-lead'; readonly record: EntryRecord | CommitRecord }
  /** It is another that leads the term of this entry. */
  | { readonly kind: 'other-leader'; readonly record: EntryRecord; readonly leader: Leadership }
  /** Its leadership is over. */
  | { readonly kind: 'over'; readonly record: EntryRecord | CommitRecord; readonly leadership: Leadership }

export class Leaderships {
  readonly #all: Leadership[] = []
  /** The last of each node. */
  readonly #last = new Map<NodeId, Leadership>()
  #newest: Leadership | null = null

  /** Takes the next record. What is wrong with it, or null. */
  observe(record: HistoryRecord): LeadDefect | null {
    switch (record.kind) {
      case 'entry':
        return this.#writes(record)
      case 'commit':
        return this.#commits(record)
      case 'lead':
        return this.#leads(record)
      case 'resign':
        return this.#ends(record.node, record.term, record)
      case 'recover':
        return this.#ends(record.node, null, 'came back')
      case 'renumber':
        this.#all.length = 0
        this.#last.clear()
        this.#newest = null
        return null
      case 'run':
      case 'call':
      case 'reply':
      case 'apply':
      case 'rest':
      case 'fault':
        return null
    }
  }

  /** The leadership of the highest term, whether it lasts or not. */
  get newest(): Leadership | null {
    return this.#newest
  }

  /** The leadership in which a node may write now. */
  current(node: NodeId): Leadership | null {
    const last = this.#last.get(node)
    return last === undefined || last.ended !== null ? null : last
  }

  #writes(record: EntryRecord): LeadDefect | null {
    const last = this.#last.get(record.node)
    if (last?.term === record.term) return last.ended === null ? null : { kind: 'over', record, leadership: last }
    const leader = this.#ofTerm(record.term)
    if (leader !== undefined) {
      if (leader.node !== record.node) return { kind: 'other-leader', record, leader }
      return { kind: 'over', record, leadership: leader }
    }
    const founds = this.#newest === null
    this.#begin(record, record.index - 1)
    return founds ? null : { kind: 'no-lead', record }
  }

  #commits(record: CommitRecord): LeadDefect | null {
    const last = this.#last.get(record.node)
    if (last === undefined) return { kind: 'no-lead', record }
    return last.ended === null ? null : { kind: 'over', record, leadership: last }
  }

  #leads(record: LeadRecord): LeadDefect | null {
    const first = this.#ofTerm(record.term)
    const before = this.#last.get(record.node)
    this.#begin(record, record.index)
    if (first !== undefined && first.node !== record.node) return { kind: 'two-leaders', record, first }
    return before !== undefined && before.term >= record.term ? { kind: 'term-fell', record, before } : null
  }

  #begin(record: LeadRecord | EntryRecord, base: number): void {
    const { node, term, t } = record
    this.#ends(node, null, 'led again')
    const begun: Leadership = { node, term, since: t, base, record, ended: null }
    if (this.#all.length >= LEADERSHIPS_MAX) this.#all.shift()
    this.#all.push(begun)
    this.#last.set(node, begun)
    if (this.#newest === null || term > this.#newest.term) this.#newest = begun
  }

  /** `term` null: whichever it is. */
  #ends(node: NodeId, term: Term | null, why: Exclude<Leadership['ended'], null>): null {
    const current = this.current(node)
    if (current !== null && (term === null || term === current.term)) current.ended = why
    return null
  }

  #ofTerm(term: Term): Leadership | undefined {
    return this.#all.find((one) => one.term === term)
  }
}
