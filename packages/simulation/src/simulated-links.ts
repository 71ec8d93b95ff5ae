/**
 * All links between the nodes of a simulated cluster: three lanes each way.
 * Always holds: a link carries something while both its ends run and nobody has cut it; when that changes, both ends are told, but of a
 * cut of one way, which nobody notices until it ends: then both ends begin anew, because what was lost would be a gap.
 */

import { linkId, type LinkId, type Micros, type NodeId } from '@fourtwelve/protocol'
import { laneOf, type PeerMessage } from '@fourtwelve/vault-node'
import { messageDetail } from './message-detail.ts'
import type { PeerLink } from './peer-link.ts'

type Lane = ReturnType<typeof laneOf>

export interface LinkSurroundings {
  readonly nodes: readonly NodeId[]
  readonly lane: (from: NodeId, to: NodeId, lane: Lane) => PeerLink
  readonly runs: (node: NodeId) => boolean
  readonly receive: (to: NodeId, from: NodeId, message: PeerMessage) => void
  /** `end` hears that its link to `other` is there, or is not. */
  readonly changed: (end: NodeId, other: NodeId, isThere: boolean) => void
  /** A call of `node` will not be answered. */
  readonly loseCall: (node: NodeId, call: number) => void
  /** How forwarding from this node is disturbed. */
  readonly forwarding: (node: NodeId) => { readonly delay: Micros; readonly fails: boolean }
}

export interface SimulatedLinks {
  send(from: NodeId, to: NodeId, message: PeerMessage): void
  cut(link: LinkId, oneWay: boolean): void
  heal(link: LinkId): void
  /** A node was killed, or is there again. */
  refresh(node: NodeId): void
  /** Everything under way is lost, and nothing is cut any more. Nobody is told. */
  reset(): void
}

export const endsOf = (link: LinkId): readonly [NodeId, NodeId] => link.split('->') as [NodeId, NodeId]

const LANES: readonly Lane[] = ['log', 'calls', 'leadership']

export function createSimulatedLinks(around: LinkSurroundings): SimulatedLinks {
  const { nodes, runs } = around
  const lanes = new Map<LinkId, Readonly<Record<Lane, PeerLink>>>()
  for (const from of nodes) {
    for (const to of nodes) {
      if (from === to) continue
      const [log, calls, leadership] = LANES.map((lane) => around.lane(from, to, lane))
      if (log !== undefined && calls !== undefined && leadership !== undefined)
        lanes.set(linkId(from, to), { log, calls, leadership })
    }
  }
  /** Pairs that are cut both ways, under both their names; and ways that are cut alone. */
  const cuts = new Set<LinkId>()
  const silences = new Set<LinkId>()
  /** What the ends were told last. */
  const down = new Set<LinkId>()

  const forLanes = (link: LinkId, what: (lane: PeerLink) => void): void => {
    const ways = lanes.get(link)
    if (ways !== undefined) for (const lane of LANES) what(ways[lane])
  }

  const update = (a: NodeId, b: NodeId): void => {
    const [there, back] = [linkId(a, b), linkId(b, a)]
    const isThere = runs(a) && runs(b) && !cuts.has(there)
    for (const way of [there, back]) {
      if (isThere && !silences.has(way)) forLanes(way, (lane) => lane.heal())
      else forLanes(way, (lane) => lane.cut())
    }
    if (isThere === !down.has(there)) return
    for (const way of [there, back]) {
      if (isThere) down.delete(way)
      else down.add(way)
    }
    tell(a, b, isThere)
  }

  const tell = (a: NodeId, b: NodeId, isThere: boolean): void => {
    // The active node, which comes first in a link's name, hears of a break first and of its end last.
    const ends = [
      [a, b],
      [b, a],
    ] as const
    for (const [end, other] of isThere ? ends.toReversed() : ends) if (runs(end)) around.changed(end, other, isThere)
  }

  return {
    send(from, to, message) {
      const isCall = message.kind === 'forward' || message.kind === 'call'
      const { delay, fails } = isCall ? around.forwarding(from) : UNDISTURBED
      if (isCall && fails) return around.loseCall(from, message.call)
      lanes
        .get(linkId(from, to))
        ?.[laneOf(message)].send(messageDetail(message), () => around.receive(to, from, message), delay)
    },
    cut(link, oneWay) {
      const [from, to] = endsOf(link)
      if (oneWay) {
        silences.add(link)
        return forLanes(link, (lane) => lane.cut())
      }
      for (const way of [link, linkId(to, from)]) cuts.add(way)
      update(from, to)
    },
    heal(link) {
      const [from, to] = endsOf(link)
      const wasSilent = [link, linkId(to, from)].some((way) => silences.has(way))
      for (const way of [link, linkId(to, from)]) {
        cuts.delete(way)
        silences.delete(way)
      }
      update(from, to)
      if (!wasSilent || !runs(from) || !runs(to)) return
      for (const way of [link, linkId(to, from)])
        forLanes(way, (lane) => {
          lane.cut()
          lane.heal()
        })
      tell(from, to, false)
      tell(from, to, true)
    },
    refresh(node) {
      for (const other of nodes) if (other !== node) update(node, other)
    },
    reset() {
      cuts.clear()
      silences.clear()
      down.clear()
      for (const link of lanes.keys())
        forLanes(link, (lane) => {
          lane.cut()
          lane.heal()
        })
    },
  }
}

const UNDISTURBED = { delay: 0, fails: false } as const
