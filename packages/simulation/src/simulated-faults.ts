/**
 * What is done to a simulated cluster. One case a fault.
 * Always holds: every fault is in the history before it takes effect; what is done to a link or to forwarding outlives a restart of its
 * node, what is done to the node itself does not.
 */

import { faultNote, faultTarget, type Fault, type LagModel } from '@fourtwelve/cluster'
import {
  epoch,
  type Epoch,
  micros,
  term,
  type CryptoPort,
  type HistoryRecord,
  type LinkId,
  type Micros,
  type NodeId,
  type Term,
  type WalEntry,
} from '@fourtwelve/protocol'
import {
  committedState,
  durableState,
  epochOf,
  recoverNode,
  refoundCluster,
  type NodeState,
  type Snapshot,
} from '@fourtwelve/vault-node'
import type { Kernel } from './kernel.ts'
import { endsOf, type SimulatedLinks } from './simulated-links.ts'
import { RUN_BEGINS_AT, type SimulatedNode } from './simulated-node.ts'

export interface FaultSurroundings {
  readonly observe: (record: HistoryRecord) => void
  readonly kernel: Kernel
  readonly crypto: CryptoPort
  readonly founding: Parameters<typeof refoundCluster>[0]
  readonly nodes: ReadonlyMap<NodeId, SimulatedNode>
  readonly dead: ReadonlySet<NodeId>
  readonly lags: Map<LinkId, LagModel>
  readonly held: Set<LinkId>
  readonly forwarding: Map<NodeId, { readonly delay: Micros; readonly fails: boolean }>
  readonly links: SimulatedLinks
  /** The node whose commits come by this link now; null when none do. */
  readonly gateBehind: (link: LinkId) => SimulatedNode | null
  readonly kill: (node: NodeId, loses: 'unflushed' | 'nothing') => void
  readonly restart: (node: NodeId) => void
  /** Every node begins a life with this log. */
  readonly begin: (entries: readonly WalEntry[], from: Term, now: Micros) => void
}

/** The generation of tokens in a copy. */
const epochIn = ({ values }: Snapshot): Epoch => epochOf({ store: new Map(values) })

export function createInflict(around: FaultSurroundings): (fault: Fault) => void {
  const { observe, kernel, nodes, dead, lags, held, links } = around
  let backup: Snapshot | null = null

  /** Null for a node that does not run: nothing can be done to it. */
  const running = (id: NodeId): SimulatedNode | null => {
    const node = nodes.get(id)
    if (node === undefined) throw new Error(`there is no node ${id}: this cluster has ${[...nodes.keys()].join(', ')}`)
    return dead.has(id) ? null : node
  }

  /** The one that knows most to be committed, whoever leads. */
  const mostCommitted = (): NodeState => {
    const states = Array.from(nodes.values(), ({ state }) => state)
    const [most] = states.toSorted((a, b) => b.log.committed - a.log.committed || b.term - a.term)
    if (most === undefined) throw new Error('a cluster has at least one node')
    return most
  }

  /** All that a node knows to be committed, what its lag still hides from reads too. */
  const committedIn = (state: NodeState): Snapshot => {
    const { id, nodes: all, log } = state
    const options = { ...around.founding, id, nodes: all, electionSeed: 0 }
    const now = micros(RUN_BEGINS_AT + kernel.now())
    return committedState(recoverNode(options, durableState(state, log.head), now, around.crypto))
  }

  const renumber = (why: 'promote' | 'restore', from: Snapshot): void => {
    const last = mostCommitted()
    const raises = why === 'promote' || last.config.switches.epoch_on_restore === 'rises'
    const next = term(Math.max(...Array.from(nodes.values(), ({ state }) => state.term)) + 1)
    for (const id of nodes.keys()) around.kill(id, 'nothing')
    links.reset()
    const now = micros(RUN_BEGINS_AT + kernel.now())
    const raised = raises ? epoch(epochOf(last) + 1) : null
    const entries = refoundCluster({ ...around.founding, term: next }, from.values, raised, now, around.crypto)
    observe({ kind: 'renumber', t: kernel.now(), why, epoch: raised ?? epochIn(from) })
    around.begin(entries, next, now)
  }

  return (fault) => {
    if ('link' in fault) for (const end of endsOf(fault.link)) running(end)
    if ('node' in fault) running(fault.node)
    observe({ kind: 'fault', t: kernel.now(), fault: fault.kind, target: faultTarget(fault), note: faultNote(fault) })
    switch (fault.kind) {
      case 'lag': {
        lags.set(fault.link, fault.lag)
        const node = around.gateBehind(fault.link)
        node?.gate().setLag(fault.lag, kernel.now())
        return node?.askGate()
      }
      case 'hold':
        held.add(fault.link)
        return around.gateBehind(fault.link)?.gate().hold()
      case 'release': {
        held.delete(fault.link)
        const node = around.gateBehind(fault.link)
        node?.gate().release()
        return node?.askGate()
      }
      case 'cut':
        return links.cut(fault.link, fault.oneWay)
      case 'heal':
        return links.heal(fault.link)
      case 'pause':
      case 'resume':
        return running(fault.node)?.[fault.kind]()
      case 'kill':
        return around.kill(fault.node, fault.loses)
      case 'restart':
        return around.restart(fault.node)
      case 'forwarding':
        around.forwarding.set(fault.node, { delay: fault.delay, fails: fault.fails })
        return
      case 'slow-disk':
        return running(fault.node)?.disk.slow(fault.by)
      case 'slow-apply':
        return running(fault.node)?.applyLater(fault.by)
      case 'clock-skew':
        return running(fault.node)?.setSkew(fault.by)
      case 'shipper-buffer':
        return running(fault.node)?.happen({ kind: 'shipper-buffer', entries: fault.entries })
      case 'step-down':
        return running(fault.node)?.happen({ kind: 'step-down' })
      case 'promote':
        return renumber('promote', committedIn(mostCommitted()))
      case 'backup':
        backup = committedIn(mostCommitted())
        return
      case 'restore':
        // Without a backup there is nothing to go back to.
        return backup === null ? undefined : renumber('restore', backup)
    }
  }
}
