/**
 * Watches a group of nodes and throws when one breaks a promise of the log or of leadership (raft, 5.2 to 5.4; DESIGN, invariants).
 * Always holds: it believes no node, and judges by what their runtime is told: entries, commits, applies, leads, answers.
 */

import { mixNumber, type NodeId, type Served, type Term, type WalEntry, type WalIndex } from '@fourtwelve/protocol'

interface Watched {
  /** The term of each entry in its log, durable or not. */
  terms: Map<number, Term>
  /** What it has announced as committed. */
  announced: number
  leads: Term | null
  /** The furthest state that an answer of it has shown. */
  shown: number
}

interface Written {
  readonly chain: number
  readonly request: string
}

interface Asked {
  readonly node: NodeId
  /** What was acknowledged before it was asked, by anybody. */
  readonly acknowledged: number
  /** What its node had shown before. */
  readonly shown: number
  /** The leadership of its node then. */
  readonly led: Term | null
}

const keyOf = (index: number, term: Term | undefined): string => `${index} of term ${term}`

export class Referee {
  readonly #nodes = new Map<NodeId, Watched>()
  /** Every entry that anybody ever wrote. */
  readonly #written = new Map<string, Written>()
  /** The term of each committed entry. */
  readonly #committed = new Map<number, Term>()
  readonly #leaders = new Map<Term, NodeId>()
  readonly #asked = new Map<number, Asked>()
  #head: number
  #acknowledged = 0

  constructor(founded: WalIndex, chain: number, term: Term, ids: readonly NodeId[], active: NodeId) {
    this.#head = founded
    this.#committed.set(founded, term)
    this.#written.set(keyOf(founded, term), { chain, request: '0' })
    for (const id of ids) {
      this.#nodes.set(id, { terms: new Map([[founded, term]]), announced: founded, leads: null, shown: founded })
    }
    this.led(active, term)
  }

  /** Who leads, and in which term. The latest leadership when there are two. */
  get leader(): NodeId | null {
    let latest: readonly [NodeId, Term] | null = null
    for (const [id, { leads }] of this.#nodes)
      if (leads !== null && (latest === null || leads > latest[1])) latest = [id, leads]
    return latest?.[0] ?? null
  }

  /** Everything up to here was committed by somebody. */
  get committedThrough(): number {
    return this.#head
  }

  /** The digest of the whole log up to a committed index. Throws where there is none. */
  chainAt(index: WalIndex): number {
    const chain = this.#written.get(keyOf(index, this.#committed.get(index)))?.chain
    if (chain === undefined) throw new Error(`nothing is committed at ${index}`)
    return chain
  }

  wrote(node: NodeId, entries: readonly WalEntry[]): void {
    const { terms } = this.#watched(node)
    for (const { index, term, digest, request } of entries) {
      const before = this.#written.get(keyOf(index - 1, terms.get(index - 1)))
      if (before === undefined) throw new Error(`${node} wrote ${keyOf(index, term)} behind what it never had`)
      if (this.#written.has(keyOf(index, term))) throw new Error(`${keyOf(index, term)} was written twice`)
      this.#written.set(keyOf(index, term), { chain: mixNumber(before.chain, digest), request })
      terms.set(index, term)
    }
  }

  received(node: NodeId, entries: readonly WalEntry[]): void {
    const { terms } = this.#watched(node)
    for (const { index, term } of entries) terms.set(index, term)
  }

  truncated(node: NodeId, after: WalIndex): void {
    const { terms } = this.#watched(node)
    for (const index of terms.keys()) if (index > after) terms.delete(index)
  }

  installed(node: NodeId, snapshot: { readonly index: WalIndex; readonly term: Term; readonly chain: number }): void {
    this.#judgeChain(node, snapshot.index, snapshot.chain, 'has a snapshot of')
    this.#watched(node).terms = this.#committedUpTo(snapshot.index)
  }

  /** A node comes back with this on its disk. */
  recovered(node: NodeId, index: WalIndex, entries: readonly WalEntry[], applied: WalIndex, chain: number): void {
    const watched = this.#watched(node)
    watched.terms = this.#committedUpTo(index)
    watched.announced = index
    watched.leads = null
    this.received(node, entries)
    this.#judgeChain(node, applied, chain, 'came back at')
  }

  stopped(node: NodeId): void {
    this.#watched(node).leads = null
  }

  led(node: NodeId, term: Term): void {
    const other = this.#leaders.get(term)
    if (other !== undefined) throw new Error(`${node} leads in term ${term}, as ${other} did`)
    this.#leaders.set(term, node)
    const watched = this.#watched(node)
    watched.leads = term
    for (const [index, committed] of this.#committed) {
      const own = watched.terms.get(index)
      if (own !== committed)
        throw new Error(
          `${node} leads in term ${term} and has ${keyOf(index, own)}, where term ${committed} is committed`,
        )
    }
  }

  resigned(node: NodeId, index: WalIndex, chain: number): void {
    this.#watched(node).leads = null
    this.#judgeChain(node, index, chain, 'went back to')
  }

  committed(node: NodeId, through: WalIndex): void {
    const watched = this.#watched(node)
    for (let index = watched.announced + 1; index <= through; index++) {
      const own = watched.terms.get(index)
      const known = this.#committed.get(index)
      if (own === undefined) throw new Error(`${node} announces ${index}, which it has not`)
      if (known !== undefined && known !== own)
        throw new Error(`${node} commits ${keyOf(index, own)}, but ${keyOf(index, known)} was committed before`)
      this.#committed.set(index, own)
    }
    watched.announced = Math.max(watched.announced, through)
    this.#head = Math.max(this.#head, through)
  }

  /** A standby made this visible. */
  applied(node: NodeId, through: WalIndex, chain: number): void {
    this.#judgeChain(node, through, chain, 'shows')
  }

  asked(id: number, node: NodeId): void {
    const { shown, leads } = this.#watched(node)
    this.#asked.set(id, { node, acknowledged: this.#acknowledged, shown, led: leads })
  }

  answered(id: number, status: number, { by, node, applied, wrote }: Served): void {
    const asked = this.#asked.get(id)
    // A redirect shows nothing.
    if (asked === undefined || status >= 300) return
    if (wrote > 0) {
      const written = this.#written.get(keyOf(wrote, this.#committed.get(wrote)))
      if (written?.request !== String(id))
        throw new Error(`request ${id} is acknowledged, but ${wrote} is not committed as its entry`)
      this.#acknowledged = Math.max(this.#acknowledged, wrote)
    } else if (by === node) {
      const watched = this.#watched(node)
      if (asked.led !== null && watched.leads === asked.led && applied < asked.acknowledged)
        throw new Error(
          `${by} leads and shows ${applied}, but ${asked.acknowledged} was acknowledged before it was asked`,
        )
      if (applied < asked.shown) throw new Error(`${by} shows ${applied}, but it had shown ${asked.shown}`)
      watched.shown = Math.max(watched.shown, applied)
    }
  }

  #committedUpTo(index: WalIndex): Map<number, Term> {
    return new Map([...this.#committed].filter(([at]) => at <= index))
  }

  #judgeChain(node: NodeId, index: WalIndex, chain: number, does: string): void {
    if (index > this.#head) throw new Error(`${node} ${does} ${index}, but only ${this.#head} is committed`)
    if (this.chainAt(index) !== chain) throw new Error(`${node} ${does} ${index} as nobody committed it`)
  }

  #watched(node: NodeId): Watched {
    const watched = this.#nodes.get(node)
    if (watched === undefined) throw new Error(`there is no node ${node}`)
    return watched
  }
}
