/**
 * A cluster of worker threads: starts them, links them, hands on what is done to it.
 * Always holds: a node that is killed or stopped is linked to nobody; whatever a fault says is carried out on both ends before
 * it is said to be done.
 */

import { rmSync } from 'node:fs'
import { MessageChannel } from 'node:worker_threads'
import type { LagModel } from '@fourtwelve/cluster'
import {
  linkId,
  nodeId,
  randomUuid,
  term,
  type ClusterId,
  type HistoryRecord,
  type LinkId,
  type NodeId,
  type ServedReply,
  type ServerConfig,
  type VaultRequest,
  DIGEST_START,
  entryRecord,
  mixNumber,
  NO_INDEX,
  type Micros,
  type WalEntry,
} from '@fourtwelve/protocol'
import { foundCluster } from '@fourtwelve/vault-node'
import {
  emptyClusterFolder,
  nodeFolder,
  readClusterFolder,
  removeClusterFile,
  writeClusterFolder,
} from './cluster-folder.ts'
import type { ClusterIdentity, LiveStatus, NodeOrder, NodeSetup } from './node-setup.ts'
import type { StorageMode } from './node-storage.ts'
import { startNodeThread, type NodeThread } from './node-thread.ts'
import { createRealCrypto, generateKeys } from './real-crypto.ts'
import { packRow } from './rows.ts'
import { clockFrom, epochOffset, type Clock } from './wall-clock.ts'

export interface LiveOptions {
  readonly standbys: number
  readonly config: ServerConfig
  /** Where each node is found, for answers that name one; without it, by its name. */
  readonly addresses?: NodeSetup['addresses']
  readonly lag: { readonly default: LagModel; readonly links: Readonly<Record<LinkId, LagModel>> }
  readonly storage: StorageMode
  /** The folder that keeps the cluster; null keeps nothing. */
  readonly folder: string | null
  /** Entries from one checkpoint to the next. Default: as many as is usual. */
  readonly checkpointEvery?: number
  /** The text of the root token; null draws one. */
  readonly rootToken: string | null
  /** Served while the cluster is founded, by a node of its own. */
  readonly given: readonly VaultRequest[]
  /** Hears how they were answered, before anything is written or started; throws to let it be. */
  readonly hearGiven?: (replies: readonly ServedReply[]) => void
  /** The thread's entry: a module that calls `hostNode`. */
  readonly entry: URL
  /** What each node's entry gets beside its setup. */
  readonly extra: (node: NodeId) => unknown
  /** Hears the nodes' own records; null records nothing. */
  readonly observe: ((records: readonly HistoryRecord[]) => void) | null
  /** A thread ended that nobody ended. */
  readonly died: (node: NodeId, why: string) => void
}

export interface LiveCluster {
  readonly id: ClusterId
  readonly nodes: readonly NodeId[]
  /** Null when the cluster was opened from its folder: the token is stored only as a hash. */
  readonly rootToken: string | null
  readonly given: readonly ServedReply[]
  /** How the cluster came to be, as the nodes would have told it; nothing for one that was opened from its folder. */
  readonly founding: readonly HistoryRecord[]
  readonly clock: Clock
  detailsOf(node: NodeId): unknown
  /** Null for a node that does not run. */
  status(node: NodeId): Promise<LiveStatus | null>
  order(node: NodeId, what: NodeOrder): Promise<LiveStatus>
  /** Both ends that run are told; tell one that does not when it is restarted. */
  cut(link: LinkId): Promise<void>
  heal(link: LinkId): Promise<void>
  kill(node: NodeId): Promise<void>
  /** `before` is carried out by the node before it is linked to any other: its link may be held or cut. */
  restart(node: NodeId, before?: readonly NodeOrder[]): Promise<void>
  /** An empty cluster with new keys, of all its nodes: nothing that was issued before is accepted. */
  reset(): Promise<void>
  stop(): Promise<void>
}

interface Founded {
  readonly identity: ClusterIdentity
  readonly rootToken: string
  readonly row: Uint8Array
  readonly given: readonly ServedReply[]
  readonly records: readonly HistoryRecord[]
}

export async function startLiveCluster(options: LiveOptions): Promise<LiveCluster> {
  const nodes = Array.from({ length: options.standbys + 1 }, (_, ordinal) => nodeId(ordinal))
  const active = nodeId(0)
  const clockOffset = epochOffset()
  const clock = clockFrom(clockOffset)
  const threads = new Map<NodeId, NodeThread>()
  const kept = options.folder === null ? null : readClusterFolder(options.folder, nodes)
  let founded = kept === null ? await found(options, clock) : null
  let identity = founded?.identity ?? kept
  if (identity === null) throw new Error('a cluster is founded or opened, never neither')
  if (founded !== null) options.hearGiven?.(founded.given)
  if (options.folder !== null && kept === null) emptyClusterFolder(options.folder, nodes)

  const setupOf = (id: NodeId, cluster: ClusterIdentity): NodeSetup => ({
    id,
    nodes,
    active,
    term: term(1),
    config: options.config,
    addresses: options.addresses ?? {},
    identity: cluster,
    folder: options.folder === null ? null : nodeFolder(options.folder, id),
    storage: options.storage,
    lag: options.lag.links[linkId(active, id)] ?? options.lag.default,
    checkpointEvery: options.checkpointEvery ?? null,
    founding: founded?.row ?? null,
    clockOffset,
    isRecording: options.observe !== null,
  })

  const start = async (id: NodeId, cluster: ClusterIdentity): Promise<void> => {
    const thread = await startNodeThread(
      options.entry,
      { setup: setupOf(id, cluster), extra: options.extra(id) },
      (records) => options.observe?.(records),
      (why) => {
        if (!threads.delete(id)) return
        void leave(id).finally(() => options.died(id, why))
      },
    )
    threads.set(id, thread)
  }

  const threadOf = (id: NodeId): NodeThread => {
    const thread = threads.get(id)
    if (thread === undefined)
      throw new Error(
        nodes.includes(id)
          ? `${id} is not running: restart it first`
          : `there is no node ${id}: this cluster has ${nodes.join(', ')}`,
      )
    return thread
  }

  const join = async (a: NodeId, b: NodeId): Promise<void> => {
    const { port1, port2 } = new MessageChannel()
    await Promise.all([
      threadOf(a).order({ kind: 'join', to: b, port: port1 }, [port1]),
      threadOf(b).order({ kind: 'join', to: a, port: port2 }, [port2]),
    ])
  }

  const joinAll = async (): Promise<void> => {
    const running = [...threads.keys()]
    for (const [at, a] of running.entries()) for (const b of running.slice(at + 1)) await join(a, b)
  }

  /** The others learn that a node is gone. One that goes at the same time needs to know nothing. */
  const leave = async (id: NodeId): Promise<void> => {
    await Promise.allSettled(Array.from(threads.values(), (other) => other.order({ kind: 'leave', to: id })))
  }

  const both = async (link: LinkId, kind: 'cut' | 'heal'): Promise<void> => {
    const [a, b] = link.split('->') as [NodeId, NodeId]
    await Promise.all([threads.get(a)?.order({ kind, to: b }), threads.get(b)?.order({ kind, to: a })])
  }

  const stop = async (): Promise<void> => {
    await Promise.all([...threads.values()].map((thread) => thread.order({ kind: 'stop' }).catch(() => undefined)))
    const running = [...threads.values()]
    threads.clear()
    await Promise.all(running.map((thread) => thread.kill()))
  }

  const cluster = identity
  const started = await Promise.allSettled(nodes.map((id) => start(id, cluster)))
  const failed = started.find((result) => result.status === 'rejected')
  if (failed !== undefined) {
    await stop()
    throw failed.reason
  }
  // Only a cluster that every node has on its disk is one: what a crash leaves before is founded anew.
  if (options.folder !== null && kept === null) writeClusterFolder(options.folder, nodes, identity)
  await joinAll()

  return {
    get id() {
      return (identity ?? cluster).cluster
    },
    nodes,
    get rootToken() {
      return founded?.rootToken ?? null
    },
    get founding() {
      return founded?.records ?? []
    },
    get given() {
      return founded?.given ?? []
    },
    clock,
    detailsOf: (id) => threadOf(id).details,
    status: async (id) => (threads.has(id) ? threadOf(id).order({ kind: 'status' }) : null),
    order: (id, what) => threadOf(id).order(what),
    cut: (link) => both(link, 'cut'),
    heal: (link) => both(link, 'heal'),
    async kill(id) {
      const thread = threadOf(id)
      threads.delete(id)
      await thread.kill()
      await leave(id)
    },
    async restart(id, before = []) {
      if (threads.has(id)) throw new Error(`${id} is running: kill it first`)
      await start(id, identity ?? cluster)
      for (const order of before) await threadOf(id).order(order)
      for (const other of threads.keys()) if (other !== id) await join(id, other)
    },
    async reset() {
      const fresh = await found(options, clock)
      founded = fresh
      identity = fresh.identity
      const order: NodeOrder = { kind: 'reset', identity: fresh.identity, founding: fresh.row }
      // A standby first: it must not take what the old active node still sends for the new log.
      await Promise.all([...threads.values()].map((thread) => thread.order({ kind: 'pause' })))
      if (options.folder !== null) removeClusterFile(options.folder)
      await Promise.all([...threads.values()].map((thread) => thread.order(order)))
      for (const id of nodes) {
        if (threads.has(id)) continue
        // Its disk has the old cluster's log.
        if (options.folder !== null) rmSync(nodeFolder(options.folder, id), { recursive: true, force: true })
        await start(id, fresh.identity)
      }
      if (options.folder !== null) writeClusterFolder(options.folder, nodes, fresh.identity)
      await joinAll()
    },
    stop,
  }
}

async function found({ standbys, config, rootToken, given }: LiveOptions, clock: Clock): Promise<Founded> {
  const keys = generateKeys()
  const crypto = await createRealCrypto(keys)
  const cluster = randomUuid(crypto) as ClusterId
  const clusterName = `vault-cluster-${cluster.slice(0, 8)}`
  const founding = foundCluster({ cluster, clusterName, term: term(1), config }, rootToken, given, clock(), crypto)
  return {
    identity: { cluster, clusterName, keys },
    rootToken: founding.rootToken,
    row: packRow(founding.entries).bytes,
    given: founding.replies,
    records: foundingRecords(founding.entries, standbys, clock()),
  }
}

/** Every node begins with these entries, durable, committed and applied. */
function foundingRecords(entries: readonly WalEntry[], standbys: number, t: Micros): readonly HistoryRecord[] {
  const index = entries.at(-1)?.index ?? NO_INDEX
  const chain = entries.reduce((before, { digest }) => mixNumber(before, digest), DIGEST_START)
  const nodes = Array.from({ length: standbys + 1 }, (_, ordinal) => nodeId(ordinal))
  return [
    ...entries.map((entry) => entryRecord(t, nodeId(0), entry)),
    { kind: 'commit', t, node: nodeId(0), index },
    ...nodes.map((node): HistoryRecord => ({ kind: 'apply', t, node, from: NO_INDEX, index, chain })),
  ]
}
