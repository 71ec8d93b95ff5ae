/**
 * Every token that the committed log knows: made, renewed, used, revoked; and the versions of secrets.
 * Always holds: only what a majority has counts, in the order of the log; what a deposed active node had beyond that is dropped when
 * the next begins to lead. When entries are missing (a history that begins in the middle) it says so, and nobody is judged by it
 * until the log is numbered anew. At most TOKENS_MAX lives are kept for sure.
 */

import type { EntryFact, EntryRecord, HistoryRecord } from '@fourtwelve/protocol'
import { RecentMap } from './recent-map.ts'
import { SecretLife, type SecretFact } from './secret-life.ts'
import { TokenLife } from './token-life.ts'

const TOKENS_MAX = 32_768
const SECRETS_MAX = 16_384
/** Entries that wait for their commit; beyond, the history is not followed. Nodes bound them too (`storage-full.ts`). */
const PENDING_MAX = 1_048_576

export type FactListener = (fact: EntryFact, entry: EntryRecord, before: TokenLife | undefined) => void

export class TokenLedger {
  #lives = new RecentMap<string, TokenLife>(TOKENS_MAX)
  #pending: EntryRecord[] = []
  #taken = 0
  #committed = 0
  #term = 0
  #isComplete = true
  /** The first entries of a log are its founding: they follow from no request. */
  #isFounding = true
  readonly #listeners: FactListener[] = []
  #begun = 0
  #secrets = new RecentMap<string, SecretLife>(SECRETS_MAX)

  listen(listener: FactListener): void {
    this.#listeners.push(listener)
  }

  /** The last index that a majority has. */
  get committed(): number {
    return this.#committed
  }

  /** Whether it knows every entry up to `index`. */
  knows(index: number): boolean {
    return this.#isComplete && index <= this.#committed
  }

  /** Whether a token that it does not know is none: until it had to forget some. */
  get forgetsNothing(): boolean {
    return this.#isComplete && this.#begun < TOKENS_MAX
  }

  /** The life of a secret, by the key of its metadata. */
  secret(key: string): SecretLife | undefined {
    return this.#secrets.get(key)
  }

  /** A life that is kept at hand is good as long as this does not change. */
  get rounds(): number {
    return this.#lives.rounds
  }

  /** The life of a salted id. */
  find(id: string): TokenLife | undefined {
    return this.#lives.get(id)
  }

  observe(record: HistoryRecord): void {
    switch (record.kind) {
      case 'entry':
        return this.#entry(record)
      case 'lead':
        this.#term = Math.max(this.#term, record.term)
        return this.#dropBehind(record.index)
      case 'commit':
        return this.#commit(record.index)
      case 'recover':
        if (this.#committed === 0 && this.#pending.length === 0 && record.index > 0) this.#loseTrack()
        return
      case 'renumber':
        this.#forget()
        this.#committed = 0
        this.#isComplete = true
        this.#isFounding = true
        return
      case 'run':
      case 'call':
      case 'reply':
      case 'apply':
      case 'resign':
      case 'rest':
      case 'fault':
        return
    }
  }

  #entry(record: EntryRecord): void {
    if (record.term < this.#term) return
    this.#term = record.term
    if (this.#pending.length - this.#taken >= PENDING_MAX) return this.#loseTrack()
    this.#pending.push(record)
  }

  /** A leadership begins behind `index`: what others wrote behind it is lost, or its own to write again. */
  #dropBehind(index: number): void {
    this.#compact()
    this.#pending = this.#pending.filter((entry) => entry.index <= index)
  }

  #commit(through: number): void {
    if (through <= this.#committed) return
    while (this.#committed < through && this.#isComplete) {
      const entry = this.#pending[this.#taken]
      if (entry === undefined || entry.index !== this.#committed + 1) this.#loseTrack()
      else {
        this.#taken++
        this.#committed = entry.index
        if (entry.facts !== undefined) for (const fact of entry.facts) this.#learn(fact, entry)
      }
    }
    this.#committed = through
    this.#isFounding = false
    if (this.#taken === this.#pending.length) {
      this.#pending.length = 0
      this.#taken = 0
    } else if (this.#taken > this.#pending.length / 2) this.#compact()
  }

  #compact(): void {
    if (this.#taken > 0) this.#pending = this.#pending.slice(this.#taken)
    this.#taken = 0
  }

  #loseTrack(): void {
    this.#isComplete = false
    this.#forget()
  }

  #forget(): void {
    this.#lives = new RecentMap(TOKENS_MAX)
    this.#secrets = new RecentMap(SECRETS_MAX)
    this.#begun = 0
    this.#pending = []
    this.#taken = 0
  }

  #learn(fact: EntryFact, entry: EntryRecord): void {
    if (fact.what === 'secret' || fact.what === 'secret-gone') {
      this.#tell(fact, entry, undefined)
      return this.#changesSecret(fact, entry)
    }
    const life = this.#lives.get(fact.id)
    this.#tell(fact, entry, life)
    switch (fact.what) {
      case 'accessor':
        return
      case 'token':
        return life === undefined || life.isGone ? this.#begins(fact, entry) : this.#changes(life, fact, entry)
      case 'token-gone':
        if (life === undefined) return
        this.#dies(life, entry)
        life.gone = entry
        return
      case 'lease':
        return life?.lease(fact, entry)
      case 'lease-gone':
        if (life !== undefined) life.hasLease = false
        return
    }
  }

  #tell(fact: EntryFact, entry: EntryRecord, before: TokenLife | undefined): void {
    if (this.#isFounding) return
    for (const listener of this.#listeners) listener(fact, entry, before)
  }

  #changesSecret(fact: SecretFact, entry: EntryRecord): void {
    let life = this.#secrets.get(fact.key)
    if (life === undefined) {
      life = new SecretLife()
      this.#secrets.set(fact.key, life)
    }
    life.change(fact, entry)
  }

  #begins(fact: Extract<EntryFact, { readonly what: 'token' }>, entry: EntryRecord): void {
    const life = new TokenLife(fact, entry)
    this.#lives.set(fact.id, life)
    this.#begun++
    if (fact.uses < 0) life.death = entry
    else this.#countChild(fact.parent, 1)
  }

  #changes(life: TokenLife, fact: Extract<EntryFact, { readonly what: 'token' }>, entry: EntryRecord): void {
    if (life.death === null && life.parent !== fact.parent) {
      this.#countChild(life.parent, -1)
      this.#countChild(fact.parent, 1)
    }
    life.parent = fact.parent
    life.uses = fact.uses
    if (fact.uses < 0) this.#dies(life, entry)
  }

  #dies(life: TokenLife, entry: EntryRecord): void {
    if (life.death !== null) return
    life.death = entry
    this.#countChild(life.parent, -1)
  }

  #countChild(parent: string, by: 1 | -1): void {
    const life = parent === '' ? undefined : this.#lives.get(parent)
    if (life !== undefined) life.living += by
  }
}
