/**
 * What each request wrote: which entries are whose.
 * Always holds: at most WORKS_MAX requests for sure, and the last INDEXES_KEPT entries; entries of a leadership that is over do not
 * count. A request that a node numbered by itself is found by an index that its answer says it wrote.
 */

import type { EntryFact, EntryRecord, HistoryRecord } from '@fourtwelve/protocol'
import { RecentMap } from './recent-map.ts'

const WORKS_MAX = 16_384
/** A power of two. */
const INDEXES_KEPT = 16_384

export interface WrittenSecret {
  readonly key: string
  readonly version: number
}

/** The entries of one request. */
export interface RequestWork {
  readonly request: string
  first: EntryRecord
  last: EntryRecord
  /** The first entry that is more than a spent use of a token. */
  effect: EntryRecord | null
  /** Salted id of the last token that it made; null for none. */
  made: string | null
  /** How many tokens it made. */
  tokens: number
  /** The last entry of that token: its lease, or the token itself. */
  madeIn: EntryRecord | null
  /** The secret whose metadata it wrote last. */
  secret: WrittenSecret | null
  /** What it has carried out that a majority has: the last token or version that it made. */
  carriedOut: { readonly fact: EntryFact; readonly entry: EntryRecord } | null
}

/** What a node does on its own account, and the founding, have no request. */
const OWN_WORK = '0'

export class RequestWorks {
  readonly #works = new RecentMap<number, RequestWork>(WORKS_MAX)
  readonly #byIndex: (RequestWork | undefined)[] = []
  #term = 0
  #last: RequestWork | null = null

  observe(record: HistoryRecord): void {
    if (record.kind === 'entry') this.#entry(record)
    else if (record.kind === 'renumber') {
      this.#byIndex.length = 0
      this.#last = null
      this.#term = 0
    }
  }

  /** What a request wrote, by an index that it is known to have written (0: not known), else by its number. */
  find(wrote: number, request: number): RequestWork | undefined {
    const written = wrote > 0 ? this.at(wrote) : undefined
    if (written !== undefined) return written
    return this.#works.get(request)
  }

  /** Whose entry this is; undefined for a node's own work, and when that is forgotten. */
  at(index: number): RequestWork | undefined {
    const work = this.#byIndex[index & (INDEXES_KEPT - 1)]
    return work !== undefined && work.first.index <= index && work.last.index >= index ? work : undefined
  }

  #entry(record: EntryRecord): void {
    const { request, index, term, facts } = record
    if (term < this.#term) return
    this.#term = term
    // Whatever stood there was lost.
    if (request === OWN_WORK) return void (this.#byIndex[index & (INDEXES_KEPT - 1)] = undefined)
    // The entries of a request mostly follow each other.
    const work = this.#last?.request === request ? this.#last : this.#workOf(record)
    this.#last = work
    work.last = record
    this.#byIndex[index & (INDEXES_KEPT - 1)] = work
    if (!spendsUse(record, work.made)) work.effect ??= record
    if (facts === undefined) return
    for (const fact of facts) {
      if (fact.what === 'accessor') {
        work.made = fact.id
        work.tokens++
      } else if (fact.what === 'secret') work.secret = fact
      else if ((fact.what === 'lease' || fact.what === 'token') && fact.id === work.made) work.madeIn = record
    }
  }

  #workOf(record: EntryRecord): RequestWork {
    const { request } = record
    const number = Number(request)
    const known = this.find(0, number)
    if (known?.request === request) return known
    const work: RequestWork = {
      request,
      first: record,
      last: record,
      effect: null,
      made: null,
      tokens: 0,
      madeIn: null,
      secret: null,
      carriedOut: null,
    }
    this.#works.set(number, work)
    return work
  }
}

/** An entry that says a token again, and nothing else: a use of it was spent. A taint looks the same, and more comes behind it. */
const spendsUse = ({ facts, keys }: EntryRecord, made: string | null): boolean => {
  const fact = keys === 1 ? facts?.[0] : undefined
  return fact?.what === 'token' && fact.id !== made
}
