/**
 * What may be done to a live cluster from outside, carried out on its nodes.
 * Always holds: one order at a time; what was done to a link or to forwarding outlives a restart of its node, what was done to
 * the node's process does not; after `reset` everything is as it was at the start.
 */

import {
  lagWords,
  type ClusterControl,
  type ClusterState,
  type ControlOrder,
  type ControlOutcome,
  type LagModel,
  type LinkControlState,
  type NodeControlState,
} from '@fourtwelve/cluster'
import type { LiveCluster, NodeOrder } from '@fourtwelve/live'
import {
  formatDuration,
  linkId,
  micros,
  MICROS_PER_MS,
  type FaultRecord,
  type LinkId,
  type NodeId,
} from '@fourtwelve/protocol'
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
  const [active, ...standbys] = cluster.nodes
  if (active === undefined) throw new Error('a cluster has at least one node')
  const links = new Map<LinkId, LinkChanges>()
  const steadyLinks = (): void => {
    for (const standby of standbys)
      links.set(linkId(active, standby), { lag: options.lagOf(linkId(active, standby)), held: false, cut: false })
  }
  steadyLinks()

  const nodeOf = (node: NodeId): NodeChanges => found(nodes, node)
  const linkOf = (link: LinkId): LinkChanges => found(links, link)
  const runs = async (node: NodeId): Promise<boolean> => (await cluster.status(node)) !== null
  /** A node that does not run is told when it is started again. */
  const tell = async (node: NodeId, order: NodeOrder): Promise<void> => {
    if (await runs(node)) await cluster.order(node, order)
  }

  /** What a node must be told when it comes back: all that was done to its links. */
  const afterRestart = (node: NodeId): readonly NodeOrder[] => [
    ...[...links].flatMap(([link, { lag, held, cut }]): NodeOrder[] => {
      const [from, to] = endsOf(link)
      if (node !== to) return node === from && cut ? [{ kind: 'cut', to }] : []
      return [
        { kind: 'lag', lag },
        ...(held ? [{ kind: 'hold' } as const] : []),
        ...(cut ? [{ kind: 'cut', to: from } as const] : []),
      ]
    }),
    forwardingOrder(nodeOf(node).forwarding),
  ]

  const restart = async (node: NodeId): Promise<void> => {
    if (node === active && !options.keepsLogs) {
      throw new Error(`${node} keeps nothing on disk, so its log would be lost: use another --storage, or reset`)
    }
    if (await runs(node)) await cluster.kill(node)
    Object.assign(nodeOf(node), NEW_PROCESS)
    await cluster.restart(node, afterRestart(node))
  }

  const reset = async (): Promise<void> => {
    for (const [link, { cut }] of links) if (cut) await cluster.heal(link)
    for (const node of cluster.nodes) await tell(node, forwardingOrder(STEADY_FORWARDING))
    await cluster.reset()
    for (const node of nodes.keys()) nodes.set(node, steadyNode())
    steadyLinks()
    history.begin(cluster)
    options.wasReset()
  }

  const carryOut = async (order: ControlOrder): Promise<void> => {
    switch (order.kind) {
      case 'lag':
        linkOf(order.link).lag = order.lag
        return tell(endsOf(order.link)[1], order)
      case 'hold':
      case 'release':
        linkOf(order.link).held = order.kind === 'hold'
        return tell(endsOf(order.link)[1], { kind: order.kind })
      case 'cut':
      case 'heal':
        linkOf(order.link).cut = order.kind === 'cut'
        return cluster[order.kind](order.link)
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
      case 'condition':
        await cluster.order(order.node, { kind: 'condition', condition: order.condition })
        nodeOf(order.node).condition = order.condition
        return
      case 'reset':
        return reset()
    }
  }

  const stateNow = async (): Promise<ClusterState> => ({
    cluster: cluster.id,
    rootToken: cluster.rootToken ?? options.rootToken(),
    nodes: await Promise.all(
      cluster.nodes.map(async (node): Promise<NodeControlState> => {
        const status = await cluster.status(node)
        const { role = null, received = null, applied = null, chain = null } = status ?? {}
        const changes = status === null ? { ...nodeOf(node), ...NEW_PROCESS } : nodeOf(node)
        const address = options.addressOf(node)
        return { node, address, running: status !== null, role, received, applied, chain, ...changes }
      }),
    ),
    links: Array.from(links, ([link, changes]) => ({ link, ...changes })),
  })

  let queue: Promise<unknown> = Promise.resolve()
  return {
    nodes: cluster.nodes,
    state: (told) => void stateNow().then(told),
    carryOut(order, done) {
      queue = queue.then(async () => {
        const t = cluster.clock()
        const outcome = await carryOut(order).then(
          async (): Promise<ControlOutcome> => ({ kind: 'done', state: await stateNow() }),
          (error: unknown): ControlOutcome => ({ kind: 'refused', why: messageOf(error) }),
        )
        if (outcome.kind === 'done' && order.kind !== 'reset') history.add([faultRecord(t, order)])
        done(outcome)
      })
    },
    history(told) {
      // A node that answers has told of everything before.
      void Promise.allSettled(cluster.nodes.map((node) => cluster.status(node))).then(() => told(history.records()))
    },
  }
}

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

function faultRecord(t: FaultRecord['t'], order: Exclude<ControlOrder, { kind: 'reset' }>): FaultRecord {
  const target = 'link' in order ? order.link : order.node
  return { kind: 'fault', t, fault: order.kind, target, note: noteOf(order) }
}

function noteOf(order: ControlOrder): string {
  switch (order.kind) {
    case 'lag': {
      const words = lagWords(order.lag)
      return typeof words === 'string' ? words : JSON.stringify(words)
    }
    case 'forwarding':
      return order.fails ? 'fails' : formatDuration(order.delay)
    case 'condition':
      return order.condition
    case 'hold':
    case 'release':
    case 'cut':
    case 'heal':
    case 'pause':
    case 'resume':
    case 'kill':
    case 'restart':
    case 'reset':
      return ''
  }
}
