/**
 * The life of one token, as the committed log tells it.
 * Always holds: indexes only grow, and nothing of a life is taken back; of its leases the last LEASES_KEPT are known.
 */

import type { EntryFact, EntryRecord, Micros } from '@fourtwelve/protocol'
import { micros } from '@fourtwelve/protocol'

type TokenFact = Extract<EntryFact, { readonly what: 'token' }>

/** Renewals that are remembered: an answer tells of a state not many renewals old. */
const LEASES_KEPT = 16

/** What a lease said from an entry on. */
export interface LeaseTerm {
  readonly index: number
  readonly t: Micros
  /** When it ends, by a clock that agrees with the one that wrote it; null never. */
  readonly ends: Micros | null
}

export class TokenLife {
  readonly id: string
  /** The entry that made it. */
  readonly entry: EntryRecord
  readonly born: Micros
  /** When its explicit maximum is over; null for none. */
  readonly mostEnds: Micros | null
  /** Uses that it was made with; 0 is unlimited. */
  readonly usesAtBirth: number
  uses: number
  /** Salted; empty for an orphan. */
  parent: string
  /** Children that live and name it as their parent. */
  living = 0
  /** From this entry on it is dead: tainted, or gone. Null while it lives. */
  death: EntryRecord | null = null
  hasLease = false
  /** The entry with which nothing of it is left. Null while something is: one that is dead may still be looked up. */
  gone: EntryRecord | null = null
  #leases: LeaseTerm[] = []

  constructor(fact: TokenFact, entry: EntryRecord) {
    this.id = fact.id
    this.entry = entry
    this.born = micros(entry.t - fact.age)
    this.mostEnds = fact.most === 0 ? null : micros(this.born + fact.most)
    this.usesAtBirth = fact.uses
    this.uses = fact.uses
    this.parent = fact.parent
  }

  lease(fact: Extract<EntryFact, { readonly what: 'lease' }>, { index, t }: EntryRecord): void {
    this.hasLease = true
    if (this.#leases.length === LEASES_KEPT) this.#leases.shift()
    this.#leases.push({ index, t, ends: fact.left === null ? null : micros(t + fact.left) })
  }

  /** The lease that a state up to `index` has; null when it has none, or that is forgotten. */
  leaseAt(index: number): LeaseTerm | null {
    for (let at = this.#leases.length - 1; at >= 0; at--) {
      const lease = this.#leases[at]
      if (lease !== undefined && lease.index <= index) return lease
    }
    return null
  }

  /** The first entry from which on everything of it is there. */
  get completeAt(): number {
    return this.#leases[0]?.index ?? this.entry.index
  }

  get isGone(): boolean {
    return this.gone !== null
  }

  isDeadAt(index: number): boolean {
    return this.death !== null && this.death.index <= index
  }
}
