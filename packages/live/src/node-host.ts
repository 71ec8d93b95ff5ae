/**
 * A node's thread from the inside: opens the disk, makes or recovers the node, obeys the cluster's orders.
 * Always holds: orders are carried out one after the other; each is answered once, with the node's status.
 */

import { randomBytes } from 'node:crypto'
import type { MessagePort } from 'node:worker_threads'
import type { Answer, Chance } from '@fourtwelve/cluster'
import type { HistoryRecord, Term, VaultRequest, WalIndex } from '@fourtwelve/protocol'
import { committedState, epochOf, type NodeState } from '@fourtwelve/vault-node'
import { createLiveNode, type LiveNode } from './live-node.ts'
import { openLmdbStorage } from './lmdb-storage.ts'
import { createMemoryStorage } from './memory-storage.ts'
import { createNodeLinks } from './node-links.ts'
import { diskRefusal, loadNode } from './node-disk.ts'
import type { ClusterIdentity, LiveStatus, NodeOrder, NodeReport, NodeSetup, NumberedOrder } from './node-setup.ts'
import type { NodeStorage } from './node-storage.ts'
import { createRealCrypto } from './real-crypto.ts'
import { packPairs } from './rows.ts'
import { clockFrom, type Clock } from './wall-clock.ts'

export interface NodeHost {
  serve(request: VaultRequest, answered: (answer: Answer) => void, id?: number): void
  /** The cluster's time. */
  readonly clock: Clock
  /** Adds a record to those that the node itself makes. */
  record(record: HistoryRecord): void
  /** Says that the node serves; from here on orders are taken. */
  ready(details: unknown): void
}

/** Every node numbers its clients' requests in a range of its own, above those that a scenario numbers. */
export const REQUESTS_PER_NODE: number = 2 ** 40

export async function hostNode(setup: NodeSetup, port: MessagePort): Promise<NodeHost> {
  const clock = clockFrom(setup.clockOffset)
  const recorder = createRecordSender(port)
  const observe = setup.isRecording ? recorder.record : (): void => undefined
  const report = (message: NodeReport): void => {
    // Whoever hears of an order has heard of all that happened before it was done.
    recorder.flush()
    port.postMessage(message)
  }
  let node: LiveNode | null = null
  const current = (): LiveNode => {
    if (node === null) throw new Error(`${setup.id} is not made yet: give orders after it said ready`)
    return node
  }
  const flushed = (through: WalIndex): void => node?.flushed(through)
  const storage: NodeStorage =
    setup.folder === null || setup.storage === 'memory'
      ? createMemoryStorage(flushed)
      : openLmdbStorage(setup.folder, setup.storage, flushed)
  // A write that the disk refuses ends the node: nothing that is not written may be acknowledged.
  process.on('unhandledRejection', (error) => {
    throw diskRefusal(error, setup.folder) ?? error
  })
  const links = createNodeLinks(current)

  const make = async (identity: ClusterIdentity, founding: Uint8Array | null, begins: Term): Promise<LiveNode> => {
    const crypto = await createRealCrypto(identity.keys)
    const { id, nodes } = setup
    const { state, isRecovered } = await loadNode(storage, setup, { identity, founding, term: begins }, clock, crypto)
    if (isRecovered) {
      const { log, term } = state
      observe({ kind: 'recover', t: clock(), node: id, term, index: log.applied, chain: log.chain })
    }
    const firstRequest = (nodes.indexOf(id) + 1) * REQUESTS_PER_NODE
    const made = createLiveNode({
      state,
      crypto,
      storage,
      links,
      lags: setup.lags,
      lag: setup.lag,
      chance: hostChance(),
      firstRequest,
      checkpointEvery: setup.checkpointEvery,
      clock,
      observe,
    })
    for (const peer of state.peers.keys()) if (!links.isJoined(peer)) made.disconnected(peer)
    return made
  }

  const obey = async (order: NodeOrder): Promise<void> => {
    switch (order.kind) {
      case 'join':
        links.join(order.to, order.port)
        return links.isCut(order.to) ? undefined : current().connected(order.to)
      case 'leave':
        links.leave(order.to)
        return current().disconnected(order.to)
      case 'cut':
        links.cut(order.to)
        return current().disconnected(order.to)
      case 'mute':
        return links.mute(order.to)
      case 'heal':
        links.heal(order.to)
        if (!links.isJoined(order.to)) return
        // What was lost unnoticed would be a gap: both ends begin anew.
        current().disconnected(order.to)
        return current().connected(order.to)
      case 'hold':
      case 'release':
        return current()[order.kind](order.from)
      case 'pause':
      case 'resume':
        return current()[order.kind]()
      case 'lag':
        return current().setLag(order.from, order.lag)
      case 'slow-disk':
        return current().slowDisk(order.by)
      case 'slow-apply':
        return current().slowApply(order.by)
      case 'clock-skew':
        return current().setSkew(order.by)
      case 'shipper-buffer':
        return current().setShipperBuffer(order.entries)
      case 'step-down':
        return current().stepDown()
      case 'condition':
        return current().setCondition(order.condition)
      case 'forwarding':
        return links.setForwarding(order.delayMs, order.fails)
      case 'status':
      case 'copy':
        return
      case 'reset':
        current().stop('the cluster was reset')
        // What is still under way belongs to the old cluster: new links are made afterwards.
        for (const peer of setup.nodes) links.leave(peer)
        await storage.clear()
        node = await make(order.identity, order.founding, order.term)
        node.pause()
        node.begin()
        return
      case 'die':
        recorder.flush()
        return process.exit()
      case 'stop':
        current().stop('the cluster stops')
        await storage.close()
    }
  }

  node = await make(setup.identity, setup.founding, setup.term)
  if (setup.standsStill) node.pause()
  let queue = Promise.resolve()
  const take = ({ order, what }: NumberedOrder): void => {
    queue = queue
      .then(() => obey(what))
      .then(
        () => report({ kind: 'done', order, status: statusOf(current().state, what.kind === 'copy') }),
        (error: unknown) =>
          report({ kind: 'failed', order, why: error instanceof Error ? error.message : String(error) }),
      )
  }

  return {
    serve: (request, answered, id = 0) => current().serve(id, request, answered),
    clock,
    record: observe,
    ready(details) {
      port.on('message', take)
      current().begin()
      report({ kind: 'ready', details })
    },
  }
}

const statusOf = (state: NodeState, withCopy: boolean): LiveStatus => ({
  ...statusAlone(state),
  ...(withCopy ? { copy: packPairs(committedState(state).values) } : {}),
})

const statusAlone = (state: NodeState): LiveStatus => ({
  node: state.id,
  running: true,
  role: state.role,
  term: state.term,
  epoch: epochOf(state),
  ...placesIn(state.log),
})

const placesIn = (log: NodeState['log']): Pick<LiveStatus, 'received' | 'committed' | 'applied' | 'chain'> => ({
  received: log.received,
  committed: log.committed,
  applied: log.applied,
  chain: log.chain,
})

/** Chance from the host: a live cluster is not repeatable. */
function hostChance(): Chance {
  const unit = (): number => randomBytes(6).readUIntBE(0, 6) / 2 ** 48
  return { unit, below: (bound) => Math.floor(unit() * bound) }
}

interface RecordSender {
  record(record: HistoryRecord): void
  /** Sends at once what waits for the turn's end. */
  flush(): void
}

/** Sends records in batches, one a turn of the event loop. */
function createRecordSender(port: MessagePort): RecordSender {
  let batch: HistoryRecord[] = []
  const flush = (): void => {
    if (batch.length === 0) return
    const records = batch
    batch = []
    port.postMessage({ kind: 'records', records } satisfies NodeReport)
  }
  return {
    record(record) {
      if (batch.push(record) === 1) setImmediate(flush)
    },
    flush,
  }
}
