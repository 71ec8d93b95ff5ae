/**
 * A cluster of worker threads: starts them, links them, hands on what is done to it.
 * Always holds: a node that is killed or stopped is linked to nobody; whatever a fault says is carried out on both ends before
 * it is said to be done; a folder holds a cluster when every node has it on its disk, and no node serves a cluster that its folder
 * does not hold; after `stop` nothing is started any more.
 */

import type { LagModel } from '@fourtwelve/cluster'
import {
  linkId,
  nodeId,
  term,
  type ClusterId,
  type HistoryRecord,
  type LinkId,
  type NodeId,
  type ServedReply,
  type Term,
  epoch,
} from '@fourtwelve/protocol'
import {
  diskOf,
  emptyClusterFolder,
  nodeFolder,
  readClusterFolder,
  removeClusterFile,
  writeClusterFolder,
} from './cluster-folder.ts'
import { checkDisk } from './disk-check.ts'
import { epochIn, FIRST_TERM, found, refound, UNKNOWN, type Founded } from './founding.ts'
import type { LiveOptions } from './live-options.ts'
import type { ClusterIdentity, LiveStatus, NodeOrder, NodeSetup } from './node-setup.ts'
import { startNodeThread } from './node-thread.ts'
import { createNodeThreads } from './node-threads.ts'
import { clockFrom, epochOffset, type Clock } from './wall-clock.ts'

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
  /** Null for a node that does not run, or ends before it answers. */
  status(node: NodeId): Promise<LiveStatus | null>
  order(node: NodeId, what: NodeOrder): Promise<LiveStatus>
  /** Who is active. Waits for an election that is under way; throws when none comes to an end. */
  leader(): Promise<NodeId>
  /** Both ends that run are told; tell one that does not when it is restarted. */
  cut(link: LinkId, oneWay: boolean): Promise<void>
  heal(link: LinkId): Promise<void>
  kill(node: NodeId): Promise<void>
  /** `before` is carried out by the node before it is linked to any other: its link may be held or cut. */
  restart(node: NodeId, before?: readonly NodeOrder[]): Promise<void>
  /** An empty cluster with new keys: nothing that was issued before is accepted. A node that does not run, or has to be ended because
   *  it cannot be reset, finds it when it is restarted. */
  reset(): Promise<void>
  /** Everything that is committed, packed. */
  copy(): Promise<Uint8Array>
  /** The log begins anew with this state, or with what is committed now, on all nodes, as with `reset`: keys stay, so that what was
   *  issued before may be accepted. */
  renumber(backup: Uint8Array | null, why: 'promote' | 'restore'): Promise<void>
  /** Waits for what is under way; what is asked for from then on is refused. */
  stop(): Promise<void>
}

export async function startLiveCluster(options: LiveOptions): Promise<LiveCluster> {
  const nodes = Array.from({ length: options.standbys + 1 }, (_, ordinal) => nodeId(ordinal))
  const active = nodeId(0)
  const clockOffset = epochOffset()
  const clock = clockFrom(clockOffset)
  const threads = createNodeThreads(nodes, options.died)
  const kept = options.folder === null ? null : readClusterFolder(options.folder, nodes)
  let founded: Founded | null = kept === null ? await found(options, clock) : null
  let identity = founded?.identity ?? kept
  if (identity === null) throw new Error('a cluster is founded or opened, never neither')
  if (founded !== null) options.hearGiven?.(founded.given)
  if (options.folder !== null && kept === null) emptyClusterFolder(options.folder, nodes)
  /** The term in which the log that all nodes began with begins. */
  let begins = FIRST_TERM
  /** Whether the folder does not hold yet what nodes are started with. */
  let isFounding = options.folder !== null && kept === null
  /** Whether the nodes know of each other. */
  let isLinked = false

  const setupOf = (id: NodeId, cluster: ClusterIdentity): NodeSetup => ({
    id,
    nodes,
    active,
    term: begins,
    config: options.config,
    addresses: options.addresses ?? {},
    identity: cluster,
    folder: options.folder === null ? null : nodeFolder(options.folder, id),
    storage: options.storage,
    lags: nodes.flatMap((from): [NodeId, LagModel][] => {
      const lag = options.lag.links[linkId(from, id)]
      return lag === undefined ? [] : [[from, lag]]
    }),
    lag: options.lag.default,
    checkpointEvery: options.checkpointEvery ?? null,
    founding: founded?.row ?? null,
    standsStill: isFounding,
    allBegin: !isLinked,
    clockOffset,
    isRecording: options.observe !== null,
  })

  let stopped: Promise<void> | null = null
  const refuseWhenStopped = (): void => {
    if (stopped !== null) throw new Error('the cluster stops')
  }
  /** What `stop` waits for: else it would leave a thread behind, or files in a folder that is gone. */
  const underWay = new Set<Promise<void>>()
  const whole = async (work: () => Promise<void>): Promise<void> => {
    refuseWhenStopped()
    const working = work()
    underWay.add(working)
    await working.finally(() => underWay.delete(working))
    refuseWhenStopped()
  }

  const start = async (id: NodeId, cluster: ClusterIdentity): Promise<void> => {
    refuseWhenStopped()
    if (options.folder !== null && !isFounding) checkDisk(diskOf(options.folder, id))
    await threads.start(id, (died) =>
      startNodeThread(
        options.entry,
        { setup: setupOf(id, cluster), extra: options.extra(id) },
        (records) => options.observe?.(records),
        died,
      ),
    )
  }

  const both = async (link: LinkId, kind: 'cut' | 'heal'): Promise<void> => {
    const [a, b] = endsOf(link)
    await Promise.all([threads.tell(a, { kind, to: b }), threads.tell(b, { kind, to: a })])
  }

  const restart = async (id: NodeId, before: readonly NodeOrder[]): Promise<void> => {
    await start(id, identity ?? cluster)
    for (const order of before) await threads.of(id).order(order)
    await threads.join(id)
  }

  /** One that could not obey. */
  const endNode = async (id: NodeId): Promise<void> => {
    if (threads.isRunning(id)) await threads.kill(id)
  }

  /** Every node begins a life with the same log. */
  const beginAnew = async (fresh: Founded, from: Term): Promise<void> => {
    // A standby first: it must not take what the old active node still sends for the new log.
    await threads.tellAll({ kind: 'pause' })
    const { folder } = options
    try {
      if (folder !== null) removeClusterFile(folder)
    } catch (error) {
      await threads.tellAll({ kind: 'resume' })
      throw error
    }
    founded = fresh
    identity = fresh.identity
    begins = from
    const order: NodeOrder = { kind: 'reset', identity: fresh.identity, founding: fresh.row, term: from }
    await Promise.all(nodes.map((id) => threads.tell(id, order).catch(() => endNode(id))))
    if (folder !== null) {
      // The disks of nodes that do not run have the old cluster's log.
      const gone = nodes.filter((id) => !threads.isRunning(id))
      emptyClusterFolder(folder, gone)
      // Only now, so that a cluster starts without it.
      if (gone.length > 0) {
        const { foundDisk } = await import('./node-disk.ts')
        for (const id of gone) await foundDisk(setupOf(id, fresh.identity), clock)
      }
      writeClusterFolder(folder, nodes, fresh.identity)
    }
    await threads.joinAll()
    await threads.tellAll({ kind: 'resume' })
  }

  /** Of all nodes that run, the one that has most of what is committed. */
  const mostCommitted = async (): Promise<LiveStatus> => {
    const statuses = await Promise.all(nodes.map((id) => threads.status(id)))
    const running = statuses.filter((status) => status !== null)
    const [most] = running.toSorted((a, b) => b.committed - a.committed || b.term - a.term)
    if (most === undefined) throw new Error('no node runs: restart one first')
    // Who leads may know less to be committed than another: the state is the one's, the term the highest.
    return { ...most, term: term(Math.max(...running.map((status) => status.term))) }
  }

  /** Who is active. Waits for an election that is under way. */
  const leader = async (): Promise<NodeId> => {
    for (let waited = 0; waited < LEADER_MS_MAX; waited += LEADER_LOOK_MS) {
      const statuses = await Promise.all(nodes.map((id) => threads.status(id)))
      const leaders = statuses.filter((status) => status !== null).filter(({ role }) => role === 'active')
      const [first] = leaders.toSorted((a, b) => b.term - a.term)
      if (first !== undefined) return first.node
      await new Promise((resolve) => setTimeout(resolve, LEADER_LOOK_MS))
    }
    throw new Error(`no node became active within ${LEADER_MS_MAX / 1000} s: see that a majority of the nodes runs`)
  }

  const copy = async (): Promise<Uint8Array> => {
    const { node } = await mostCommitted()
    const { copy: pairs } = await threads.of(node).order({ kind: 'copy' })
    if (pairs === undefined) throw new Error(`${node} answered an order for a copy without one`)
    return pairs
  }

  const end = async (): Promise<void> => {
    await Promise.allSettled(underWay)
    await threads.end()
  }
  const stop = (): Promise<void> => (stopped ??= end())

  const cluster = identity
  const started = await Promise.allSettled(nodes.map((id) => start(id, cluster)))
  const failed = started.find((result) => result.status === 'rejected')
  if (failed !== undefined) {
    await stop()
    throw failed.reason
  }
  // What a crash leaves before is founded anew.
  if (options.folder !== null && isFounding) writeClusterFolder(options.folder, nodes, identity)
  await threads.joinAll()
  if (isFounding) await threads.tellAll({ kind: 'resume' })
  isFounding = false
  isLinked = true
  // One that was opened from its folder elects.
  if (kept !== null) await leader()

  return {
    leader,
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
    detailsOf: (id) => threads.of(id).details,
    status: (id) => threads.status(id),
    order: (id, what) => threads.of(id).order(what),
    async cut(link, oneWay) {
      const [from, to] = endsOf(link)
      if (oneWay) await threads.tell(from, { kind: 'mute', to })
      else await both(link, 'cut')
    },
    heal: (link) => both(link, 'heal'),
    kill: (id) => whole(() => threads.kill(id)),
    restart: (id, before = []) => whole(() => restart(id, before)),
    reset: () =>
      whole(async () => {
        // Whatever the old cluster still does comes before the new one begins, by their clock.
        await threads.tellAll({ kind: 'pause' })
        const fresh = await found(options, clock).catch(async (error: unknown) => {
          await threads.tellAll({ kind: 'resume' })
          throw error
        })
        await beginAnew(fresh, FIRST_TERM)
      }),
    copy,
    renumber: (backup, why) =>
      whole(async () => {
        // From here on nothing happens in the old log, and all that did is told.
        await threads.tellAll({ kind: 'pause' })
        const { epoch: was, term: last } = await mostCommitted()
        const raises = why === 'promote' || options.config.switches.epoch_on_restore === 'rises'
        const next = term(last + 1)
        const state = backup ?? (await copy())
        const before = { ...(founded ?? UNKNOWN), identity: identity ?? cluster }
        const raised = raises ? epoch(was + 1) : null
        const fresh = await refound(options, before, next, state, raised, clock)
        const [{ t } = { t: clock() }] = fresh.records
        const renumbered: HistoryRecord = { kind: 'renumber', t, why, epoch: raised ?? epochIn(state) }
        options.observe?.([renumbered, ...fresh.records])
        await beginAnew(fresh, next)
      }),
    stop,
  }
}

/** How long an election may take, and how often it is looked for. */
const LEADER_MS_MAX = 60_000
const LEADER_LOOK_MS = 10

const endsOf = (link: LinkId): readonly [NodeId, NodeId] => link.split('->') as [NodeId, NodeId]
