/**
 * What may be done to a live cluster from outside, carried out on its nodes.
 * Always holds: one order at a time; what was done to a link or to forwarding outlives a restart of its node, what was done to
 * the node's process does not; after `reset` everything is as it was at the start.
 */

import {
  faultNote,
  faultTarget,
  type ClusterControl,
  type ClusterState,
  type ControlOrder,
  type ControlOutcome,
  type LagModel,
  type LinkControlState,
  type NodeControlState,
} from '@fourtwelve/cluster'
import type { LiveCluster, NodeOrder } from '@fourtwelve/live'
import { linkId, micros, MICROS_PER_MS, type FaultRecord, type LinkId, type NodeId } from '@fourtwelve/protocol'
import type { LiveHistory } from './live-history.ts'

export interface LiveControlOptions {
  readonly cluster: LiveCluster
  readonly addressOf: (node: NodeId) => string
  /** The lag of each link at the start. */
  readonly lagOf: (link: LinkId) => LagModel
  readonly history: LiveHistory
  /** Whether a node that was killed finds its log again. */
  readonly keepsLogs: boolean
  /** The text of the root token, where the cluster itself does not know it. */
  readonly rootToken: () => string | null
  /** Called after each reset. */
  readonly wasReset: () => void
}

type Changes<T> = { -readonly [K in keyof T]: T[K] }
type NodeChanges = Changes<Pick<NodeControlState, 'paused' | 'condition' | 'forwarding'>>
type LinkChanges = Changes<Omit<LinkControlState, 'link'>>

const STEADY_FORWARDING: NodeControlState['forwarding'] = { delay: micros(0), fails: false }

export function createLiveControl(options: LiveControlOptions): ClusterControl {
  const { cluster, history } = options
  const nodes = new Map(cluster.nodes.map((node) => [node, steadyNode()]))
  /** Only links to which something was done. */
  const links = new Map<LinkId, LinkChanges>()
  let backup: Uint8Array | null = null

  const nodeOf = (node: NodeId): NodeChanges => found(nodes, node)
  const steadyLink = (link: LinkId): LinkChanges => ({ lag: options.lagOf(link), held: false, cut: false })
  const linkOf = (link: LinkId): LinkChanges => {
    for (const end of endsOf(link)) nodeOf(end)
    const changes = links.get(link) ?? steadyLink(link)
    links.set(link, changes)
    return changes
  }
  const runs = async (node: NodeId): Promise<boolean> => (await cluster.status(node)) !== null
  /** A node that does not run is told when it is started again. */
  const tell = async (node: NodeId, order: NodeOrder): Promise<void> => {
    if (await runs(node)) await cluster.order(node, order)
  }

  /** What a node must be told when it comes back: all that was done to its links. */
  const afterRestart = (node: NodeId): readonly NodeOrder[] => [
    ...[...links].flatMap(([link, changes]): readonly NodeOrder[] => {
      const [from, to] = endsOf(link)
      return node === to ? ordersOfLink(from, changes) : node === from && changes.cut ? [{ kind: 'cut', to }] : []
    }),
    forwardingOrder(nodeOf(node).forwarding),
  ]

  const restart = async (node: NodeId): Promise<void> => {
    if (!options.keepsLogs) {
      throw new Error(`${node} keeps nothing on disk, so its log would be lost: use another --storage, or reset`)
    }
    if (await runs(node)) await cluster.kill(node)
    Object.assign(nodeOf(node), NEW_PROCESS)
    await cluster.restart(node, afterRestart(node))
  }

  /** The nodes that did not run find on their disks what all others began anew with. */
  const startTheRest = async (): Promise<void> => {
    const failed: string[] = []
    for (const node of cluster.nodes) {
      if (await runs(node)) continue
      await cluster.restart(node).catch((error: unknown) => failed.push(`${node} (${messageOf(error)})`))
    }
    if (failed.length > 0) throw new NotWhole(`it was done, but could not be started: ${failed.join(', ')}`)
  }

  /** Everything is as it was at the start, but for what the nodes hold. */
  const steady = async (): Promise<void> => {
    for (const [link, { cut }] of links) if (cut) await cluster.heal(link)
    for (const [link, { held }] of links) {
      const [from, to] = endsOf(link)
      if (held) await tell(to, { kind: 'release', from })
      await tell(to, { kind: 'lag', from, lag: options.lagOf(link) })
    }
    for (const node of cluster.nodes) await tell(node, forwardingOrder(STEADY_FORWARDING))
    for (const node of nodes.keys()) nodes.set(node, steadyNode())
    links.clear()
  }

  const reset = async (): Promise<void> => {
    await steady()
    backup = null
    await cluster.reset()
    history.begin(cluster)
    options.wasReset()
    await startTheRest()
  }

  const renumber = async (copy: Uint8Array | null, why: 'promote' | 'restore'): Promise<void> => {
    await steady()
    await cluster.renumber(copy, why)
    // It is another cluster: all its nodes run.
    for (const node of cluster.nodes) if (!(await runs(node))) await cluster.restart(node)
    await startTheRest()
  }

  const carryOut = async (order: ControlOrder): Promise<void> => {
    switch (order.kind) {
      case 'lag':
        linkOf(order.link).lag = order.lag
        return tell(endsOf(order.link)[1], { kind: 'lag', from: endsOf(order.link)[0], lag: order.lag })
      case 'hold':
      case 'release':
        linkOf(order.link).held = order.kind === 'hold'
        return tell(endsOf(order.link)[1], { kind: order.kind, from: endsOf(order.link)[0] })
      case 'cut':
        linkOf(order.link).cut = true
        return cluster.cut(order.link, order.oneWay)
      case 'heal':
        linkOf(order.link).cut = false
        return cluster.heal(order.link)
      case 'pause':
      case 'resume':
        await cluster.order(order.node, { kind: order.kind })
        nodeOf(order.node).paused = order.kind === 'pause'
        return
      case 'kill':
        Object.assign(nodeOf(order.node), NEW_PROCESS)
        return (await runs(order.node)) ? cluster.kill(order.node) : undefined
      case 'restart':
        return restart(order.node)
      case 'forwarding': {
        const { delay, fails } = order
        nodeOf(order.node).forwarding = { delay, fails }
        return tell(order.node, forwardingOrder({ delay, fails }))
      }
      case 'slow-disk':
      case 'slow-apply':
      case 'clock-skew':
        return tell(order.node, { kind: order.kind, by: order.by })
      case 'shipper-buffer':
        return tell(order.node, { kind: order.kind, entries: order.entries })
      case 'step-down':
        return tell(order.node, { kind: order.kind })
      case 'backup':
        backup = await cluster.copy()
        return
      case 'promote':
        return renumber(null, order.kind)
      case 'restore':
        if (backup === null) throw new Error('there is no backup to restore: take one with `backup` first')
        return renumber(backup, order.kind)
      case 'condition':
        await cluster.order(order.node, { kind: 'condition', condition: order.condition })
        nodeOf(order.node).condition = order.condition
        return
      case 'reset':
        return reset()
    }
  }

  /** The links that commits come by now, and those to which something was done. */
  const linksNow = (states: readonly NodeControlState[]): readonly LinkControlState[] => {
    const active = leaderOf(states) ?? cluster.nodes[0]
    const shown = new Set(links.keys())
    for (const node of cluster.nodes) if (active !== undefined && node !== active) shown.add(linkId(active, node))
    return Array.from(shown, (link) => ({ link, ...(links.get(link) ?? steadyLink(link)) }))
  }

  const stateNow = async (): Promise<ClusterState> => {
    const states = await Promise.all(
      cluster.nodes.map(async (node): Promise<NodeControlState> => {
        const status = await cluster.status(node)
        const { role = null, term = null, received = null, applied = null, chain = null } = status ?? {}
        const changes = status === null ? { ...nodeOf(node), ...NEW_PROCESS } : nodeOf(node)
        const address = options.addressOf(node)
        return { node, address, running: status !== null, role, term, received, applied, chain, ...changes }
      }),
    )
    const rootToken = cluster.rootToken ?? options.rootToken()
    return { cluster: cluster.id, rootToken, nodes: states, links: linksNow(states) }
  }

  /** Never rejects: the next order waits for it. */
  const outcomeOf = async (order: ControlOrder): Promise<ControlOutcome> => {
    const t = cluster.clock()
    const wasDone = (): void => {
      if (order.kind !== 'reset') history.add([faultRecord(t, order)])
    }
    try {
      await carryOut(order)
      wasDone()
      return { kind: 'done', state: await stateNow() }
    } catch (error) {
      if (error instanceof NotWhole) wasDone()
      return { kind: 'refused', why: messageOf(error) }
    }
  }

  let queue: Promise<unknown> = Promise.resolve()
  return {
    nodes: cluster.nodes,
    state: (told) => void stateNow().then(told),
    carryOut(order, done) {
      const carried = queue.then(() => outcomeOf(order))
      queue = carried
      void carried.then(done)
    },
    history(told) {
      // A node that answers has told of everything before.
      void Promise.allSettled(cluster.nodes.map((node) => cluster.status(node))).then(() => told(history.records()))
    },
  }
}

/** An order was carried out, but a node that should run after it does not. */
class NotWhole extends Error {}

/** A process that has just begun is neither paused nor in any condition. */
const NEW_PROCESS: Pick<NodeControlState, 'paused' | 'condition'> = { paused: false, condition: 'normal' }

const steadyNode = (): NodeChanges => ({ ...NEW_PROCESS, forwarding: STEADY_FORWARDING })

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const forwardingOrder = ({ delay, fails }: NodeControlState['forwarding']): NodeOrder => ({
  kind: 'forwarding',
  delayMs: delay / MICROS_PER_MS,
  fails,
})

function found<K extends string, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key)
  if (value === undefined) throw new Error(`there is no ${key}: there are ${[...map.keys()].join(', ')}`)
  return value
}

const endsOf = (link: LinkId): readonly [NodeId, NodeId] => link.split('->') as [NodeId, NodeId]

const ordersOfLink = (from: NodeId, { lag, held, cut }: LinkChanges): readonly NodeOrder[] => [
  { kind: 'lag', from, lag },
  ...(held ? [{ kind: 'hold', from } as const] : []),
  ...(cut ? [{ kind: 'cut', to: from } as const] : []),
]

/** Of two that take themselves for active, the one with the higher term is. */
const leaderOf = (states: readonly NodeControlState[]): NodeId | undefined =>
  states.filter(({ role }) => role === 'active').toSorted((a, b) => (b.term ?? 0) - (a.term ?? 0))[0]?.node

function faultRecord(t: FaultRecord['t'], order: Exclude<ControlOrder, { kind: 'reset' }>): FaultRecord {
  if (order.kind === 'condition')
    return { kind: 'fault', t, fault: order.kind, target: order.node, note: order.condition }
  return { kind: 'fault', t, fault: order.kind, target: faultTarget(order), note: faultNote(order) }
}
