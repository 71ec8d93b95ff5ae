/**
 * A live cluster behind HTTP: nodes, control API, load balancer, as `fourtwelve serve` and the test fixture start them.
 * Always holds: when it is there every port answers; when it could not be started, or is stopped, nothing of it is left:
 * no thread, no port, no temporary folder.
 */

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClusterControl } from '@fourtwelve/cluster'
import { createBalancer, createControlServer } from '@fourtwelve/http'
import { CONTROL_HOST } from '@fourtwelve/http/control-host'
import { startLiveCluster, type LiveCluster, type StorageMode } from '@fourtwelve/live'
import type { HistoryRecord, LinkId, NodeId } from '@fourtwelve/protocol'
import { historyLine } from '@fourtwelve/report'
import { lagOfLink, readLinkLag, type ServedCluster } from '@fourtwelve/scenario'
import { BadInput } from './exit-codes.ts'
import { givenRequests, refuseBadGivens } from './given-requests.ts'
import { removeAtEnd } from './leftovers.ts'
import { createLiveControl } from './live-control.ts'
import { createLiveHistory, type LiveHistory } from './live-history.ts'
import type { WorkerExtra } from './node-worker.ts'
import { WORKER_ENTRY } from './worker-entry.ts'
import { freePorts, nodesOf, wantedPorts, type Listening } from './free-ports.ts'
import { checkRootToken } from './root-token-check.ts'
import type { TlsFiles } from './tls-files.ts'

export interface ServeOptions extends Listening {
  readonly served: ServedCluster
  readonly tls: TlsFiles | null
  /** The text of the root token; null draws one. */
  readonly rootToken: string | null
  readonly storage: StorageMode
  /** The folder that keeps the cluster; null keeps it in a temporary one, or nowhere. */
  readonly data: string | null
  /** Entries from one checkpoint of a node to the next. Default: as many as is usual. */
  readonly checkpointEvery?: number
  readonly tellWhoServed: boolean
  readonly keepsHistory: boolean
  /** Takes what the nodes tell of themselves, in place of the history; clients are recorded by whoever plays them. */
  readonly hear?: (records: readonly HistoryRecord[]) => void
  /** A node ended that nobody ended. */
  readonly died: (node: NodeId, why: string) => void
  readonly wasReset: (serving: Serving) => void
}

export interface Serving {
  readonly cluster: LiveCluster
  /** Who was active when it was there. */
  readonly active: NodeId
  readonly control: ClusterControl
  readonly addresses: Readonly<Record<NodeId, string>>
  readonly controlAddress: string
  readonly balancerAddress: string | null
  /** Null when nobody here knows it: a cluster that was opened from its folder keeps only a hash. */
  rootToken(): string | null
  /** Whether the folder held the cluster already: then the data to start with was not written again. */
  readonly wasThere: boolean
  stop(): Promise<void>
}

/** Throws BadInput for what the user can correct: a port in use, a folder that cannot be used, data that is refused. */
export async function serveCluster(options: ServeOptions): Promise<Serving> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startWhole(options)
    } catch (error) {
      if (!isPortTaken(error)) throw error
      if (options.port !== 0 || attempt === STARTS_MAX)
        throw new BadInput(
          'a port was taken by another process while the cluster started: start it again, or give another --port',
        )
    }
  }
}

/** Free ports are looked for first and listened on a moment later: in between another process can take one. */
const STARTS_MAX = 3
const isPortTaken = (error: unknown): boolean => error instanceof Error && error.message.includes('EADDRINUSE')

async function startWhole(options: ServeOptions): Promise<Serving> {
  const undo: Undo = []
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step()
  }
  try {
    return await start(options, undo, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

type Undo = (() => void | Promise<void>)[]

async function start(options: ServeOptions, undo: Undo, stop: () => Promise<void>): Promise<Serving> {
  const { served, host, tls, balancer } = options
  const nodes = nodesOf(served.standbys)
  const ports = await freePorts(wantedPorts(options, served.standbys))
  const scheme = tls === null ? 'http' : 'https'
  const addressAt = (port: number | undefined): string => `${scheme}://${nameOf(host)}:${port}`
  const addresses = Object.fromEntries(nodes.map((node, at) => [node, addressAt(ports[at])])) as Record<NodeId, string>

  const history = createLiveHistory(served.config, options.keepsHistory)
  const folder = folderFor(options, undo)
  const cluster = await startNodes(options, { nodes, ports, addresses, history, folder })
  undo.push(() => cluster.stop())
  history.begin(cluster)

  const told = cluster.rootToken === null ? options.rootToken : null
  const active = await cluster.leader()
  const first = addresses[active] ?? ''
  if (told !== null) await checkRootToken(first, told, options.data ?? '')
  const rootToken = (): string | null => cluster.rootToken ?? told
  const wasThere = cluster.rootToken === null

  let serving: Serving | null = null
  const control = createLiveControl({
    cluster,
    addressOf: (node) => addresses[node] ?? '',
    lagOf: (link) => lagOfLink(served.lag, link),
    history,
    keepsLogs: folder !== null,
    rootToken: () => told,
    wasReset: () => {
      if (serving !== null) options.wasReset(serving)
    },
  })
  const controlServer = createControlServer({ control, readLag: readLinkLag, writeRecord: historyLine })
  const controlPort = await controlServer.listen(ports[nodes.length] ?? 0)
  undo.push(() => controlServer.close())

  let balancerAddress: string | null = null
  if (balancer !== null) {
    const server = createBalancer({
      backends: nodes.map((node) => ({ node, address: addresses[node] ?? '' })),
      perfStandbyOk: balancer.perfStandbyOk,
      ...(tls === null ? {} : { tls }),
    })
    undo.push(() => server.close())
    balancerAddress = addressAt(await server.listen(ports[nodes.length + 1] ?? 0, host))
  }
  serving = {
    cluster,
    active,
    control,
    addresses,
    controlAddress: `http://${CONTROL_HOST}:${controlPort}`,
    balancerAddress,
    rootToken,
    wasThere,
    stop,
  }
  return serving
}

/** What listens everywhere is found on the loopback. */
function nameOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return CONTROL_HOST
  return host.includes(':') ? `[${host}]` : host
}

/** Null: nothing is kept, not even while the cluster runs. */
function folderFor({ storage, data }: ServeOptions, undo: Undo): string | null {
  if (storage === 'memory') return null
  if (data !== null) return data
  const folder = mkdtempSync(join(tmpdir(), 'fourtwelve-'))
  undo.push(removeAtEnd(folder))
  return folder
}

interface NodePlaces {
  readonly nodes: readonly NodeId[]
  readonly ports: readonly number[]
  readonly addresses: Readonly<Record<NodeId, string>>
  readonly history: LiveHistory
  readonly folder: string | null
}

/** Vault's nodes speak to each other on a port of their own. These do not: it is only named where Vault names it. */
const CLUSTER_PORT_AFTER = 1_000

async function startNodes(options: ServeOptions, places: NodePlaces): Promise<LiveCluster> {
  const { served, host, tls, tellWhoServed, rootToken, storage } = options
  const { nodes, ports, addresses, history, folder } = places
  const starts = new Map<NodeId, number>()
  const extra = (node: NodeId): WorkerExtra => {
    const before = starts.get(node) ?? 0
    starts.set(node, before + 1)
    return {
      host,
      port: ports[nodes.indexOf(node)] ?? 0,
      starts: before,
      addresses,
      tls,
      tellWhoServed,
      recordsCalls: options.keepsHistory,
    }
  }
  const given = givenRequests(served.given)
  return startLiveCluster({
    standbys: served.standbys,
    config: served.config,
    addresses: Object.fromEntries(
      nodes.map((node, at) => [
        node,
        { api: addresses[node] ?? '', cluster: `https://${nameOf(host)}:${(ports[at] ?? 0) + CLUSTER_PORT_AFTER}` },
      ]),
    ),
    lag: {
      default: served.lag.default,
      links: Object.fromEntries(served.lag.links.map(({ link, lag }) => [link, lag])) as Record<
        LinkId,
        typeof served.lag.default
      >,
    },
    storage,
    folder,
    ...(options.checkpointEvery === undefined ? {} : { checkpointEvery: options.checkpointEvery }),
    rootToken,
    given,
    hearGiven: (replies) => refuseBadGivens(given, replies),
    entry: WORKER_ENTRY,
    extra,
    observe: options.hear ?? (options.keepsHistory ? (records) => history.add(records) : null),
    died: options.died,
  })
}
