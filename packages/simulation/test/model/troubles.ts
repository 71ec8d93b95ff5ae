/**
 * When a node could not ask the active one, and when no majority was together: read off a history's faults and leaderships alone.
 * Always holds: a history without faults of links and nodes has no troubles, so nothing in it is excused; a lag is no trouble.
 */

import {
  linkId,
  type FaultRecord,
  type HistoryRecord,
  type LinkId,
  type Micros,
  type NodeId,
} from '@fourtwelve/protocol'

/** From a request's call to its reply. */
export interface Span {
  readonly from: Micros
  readonly to: Micros
}

export interface Troubles {
  /** Null for a request that has no reply. */
  spanOf(request: number): Span | null
  /** Whether this node and the active one were apart for a moment: a cut link, an end that was down or stood still, nobody active. */
  apart(node: NodeId, span: Span): boolean
  /** Whether so many nodes were apart from the active one that no majority was left. */
  lacksMajority(span: Span): boolean
  /** Whether this node gave its leadership up. */
  resigned(node: NodeId, span: Span): boolean
}

/** `settles`: after a trouble has ended, it takes this long until every node has heard of the active one again. */
export function troublesIn(history: readonly HistoryRecord[], settles: Micros): Troubles {
  const heard = new Heard()
  for (const record of history) heard.observe(record)
  const { nodes, apart, resigned, spans } = heard
  const wasApart = (node: NodeId, span: Span): boolean =>
    (apart.get(node) ?? []).some(({ from, to }) => from <= span.to && (to === null || to + settles >= span.from))
  return {
    spanOf: (request) => spans.get(request) ?? null,
    apart: wasApart,
    lacksMajority: (span) => nodes.filter((node) => !wasApart(node, span)).length <= nodes.length / 2,
    resigned: (node, { from, to }) => resigned.some((one) => one.node === node && one.t >= from && one.t <= to),
  }
}

/** Who runs, who is reached and who leads, as the history has said so far; and since when somebody was apart from the active node. */
class Heard {
  nodes: readonly NodeId[] = []
  readonly apart = new Map<NodeId, { readonly from: Micros; to: Micros | null }[]>()
  readonly resigned: { readonly node: NodeId; readonly t: Micros }[] = []
  readonly spans = new Map<number, Span>()
  readonly #calls = new Map<number, Micros>()
  readonly #down = new Set<NodeId>()
  readonly #still = new Set<NodeId>()
  readonly #cuts = new Set<LinkId>()
  #leader: NodeId | null = null

  observe(record: HistoryRecord): void {
    const { t } = record
    switch (record.kind) {
      case 'run':
        this.nodes = record.nodes
        this.#leader = record.nodes[0] ?? null
        return
      case 'call':
        this.#calls.set(record.id, t)
        return
      case 'reply':
        this.spans.set(record.id, { from: this.#calls.get(record.id) ?? t, to: t })
        return
      case 'fault':
        return this.#suffer(record)
      case 'resign':
        this.resigned.push({ node: record.node, t })
        if (this.#leader === record.node) this.#lead(null, t)
        return
      case 'lead':
        // Whoever followed another does not hear of this one yet.
        this.#lead(null, t)
        return this.#lead(record.node, t)
      case 'renumber':
        // Every node begins a new life, and the first of them leads.
        this.#lead(null, t)
        for (const none of [this.#down, this.#still, this.#cuts]) none.clear()
        return this.#lead(this.nodes[0] ?? null, t)
      case 'entry':
      case 'commit':
      case 'apply':
      case 'recover':
      case 'rest':
        return
    }
  }

  #suffer({ t, fault, target }: FaultRecord): void {
    const node = target as NodeId
    const link = target as LinkId
    switch (fault) {
      case 'cut':
        this.#cuts.add(link)
        break
      case 'heal': {
        const [from, to] = link.split('->') as [NodeId, NodeId]
        this.#cuts.delete(link)
        this.#cuts.delete(linkId(to, from))
        break
      }
      case 'kill':
        this.#down.add(node)
        this.#still.delete(node)
        break
      case 'pause':
        if (!this.#down.has(node)) this.#still.add(node)
        break
      case 'resume':
        this.#still.delete(node)
        break
      case 'restart':
        // One that runs is killed before it comes back. What led leads no more, and says nothing of it.
        this.#down.add(node)
        this.#still.delete(node)
        this.#look(t)
        this.#down.delete(node)
        if (this.#leader === node) this.#leader = null
        break
      default:
        // Lags, holds and copies keep nobody from asking; who steps down resigns, and a log that begins anew says so itself.
        return
    }
    this.#look(t)
  }

  #lead(leader: NodeId | null, t: Micros): void {
    this.#leader = leader
    this.#look(t)
  }

  /** Notes who is apart from the active node now. */
  #look(t: Micros): void {
    for (const node of this.nodes) {
      const intervals = this.apart.get(node) ?? []
      this.apart.set(node, intervals)
      const last = intervals.at(-1)
      const isApart = !this.#reachesLeader(node)
      if (isApart && last?.to !== null) intervals.push({ from: t, to: null })
      else if (!isApart && last?.to === null) last.to = t
    }
  }

  #reachesLeader(node: NodeId): boolean {
    const leader = this.#leader
    const isUp = (one: NodeId): boolean => !this.#down.has(one) && !this.#still.has(one)
    if (leader === null || !isUp(node) || !isUp(leader)) return false
    return !this.#cuts.has(linkId(node, leader)) && !this.#cuts.has(linkId(leader, node))
  }
}
