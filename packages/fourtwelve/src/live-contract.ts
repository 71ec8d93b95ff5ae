/**
 * A live cluster behind the contract of a cluster: scenarios and the conformance suite play on it over real HTTP.
 * Always holds: times count from the start of the run; what is done to the cluster is done before the next request leaves; what is told
 * of its nodes is at most STATE_EVERY_MS older than the last thing that was done to it.
 */

import { faultNote, faultTarget, type Chance, type Cluster, type Fault, type NodeStatus } from '@fourtwelve/cluster'
import { createTransport } from '@fourtwelve/http/transport'
import { micros, NO_INDEX, term, walIndex, type HistoryRecord, type Micros, type NodeId } from '@fourtwelve/protocol'
import { createEntropy } from '@fourtwelve/simulation'
import type { Serving } from './serve-cluster.ts'

export interface LiveContract {
  readonly contract: Cluster
  /** Ends the clients' connections. */
  close(): Promise<void>
}

/** How often the nodes are asked how they are. */
const STATE_EVERY_MS = 20

/** `began` is the cluster's time at which the run starts; `records` is where its nodes' records arrive, and clients' are added. */
export function liveCluster(
  { cluster, addresses, control, rootToken }: Serving,
  seed: number,
  began: Micros,
  records: HistoryRecord[],
): LiveContract {
  const transport = createTransport((node) => addresses[node] ?? null)
  const entropy = createEntropy(seed)
  const now = (): Micros => micros(cluster.clock() - began)
  // Until they are asked for the first time they are as they were founded.
  const statuses = new Map<NodeId, NodeStatus>(
    cluster.nodes.map((node, at) => [node, { ...UNHEARD, role: at === 0 ? 'active' : 'performance-standby', node }]),
  )
  // What was ordered and is not carried out yet.
  let orders: Promise<unknown> = Promise.resolve()
  /** What a reply told of, and the nodes may not have told yet. */
  let written = NO_INDEX

  const ask = async (): Promise<void> => {
    for (const node of cluster.nodes) {
      const status = await cluster.status(node)
      const last = statuses.get(node) ?? { ...UNHEARD, node }
      statuses.set(node, status ?? { ...last, running: false })
    }
  }
  let asking: Promise<void> | null = null
  const timer = setInterval(() => {
    asking ??= ask().finally(() => {
      asking = null
    })
  }, STATE_EVERY_MS)

  const inflict = (fault: Fault): void => {
    orders = orders.then(async () => {
      // Before it is done: what follows from it comes later in the history. Laws look at some, such as a clock that is skewed.
      const target = faultTarget(fault)
      records.push({ kind: 'fault', t: cluster.clock(), fault: fault.kind, target, note: faultNote(fault) })
      await new Promise<void>((resolve, reject) => {
        control.carryOut(fault, (outcome) => (outcome.kind === 'done' ? resolve() : reject(new Error(outcome.why))))
      })
      // The log is numbered anew.
      if (fault.kind === 'promote' || fault.kind === 'restore') written = NO_INDEX
      await ask()
    })
  }

  const contract: Cluster = {
    id: cluster.id,
    runtime: 'live',
    nodes: cluster.nodes,
    rootToken: rootToken() ?? '',
    now,
    state: () =>
      Array.from(statuses.values(), (status) =>
        status.role === 'active' ? { ...status, committed: walIndex(Math.max(status.committed, written)) } : status,
      ),
    inflict,
    chance: (stream): Chance => entropy.stream(`scenario ${stream}`),
    // A client's deadline that nobody waits for any more must not hold up the end: the nodes' threads keep the process running.
    after: (delay, then) => void setTimeout(then, Math.ceil(delay / 1000)).unref(),
    send(node, _id, request, answered) {
      void orders.then(() =>
        transport.send(node, request, (answer) => {
          if (answer.kind === 'reply' && answer.value.served.wrote > written) written = answer.value.served.wrote
          answered(answer)
        }),
      )
    },
    record: (record) => records.push({ ...record, t: micros(record.t + began) }),
  }
  return {
    contract,
    async close() {
      clearInterval(timer)
      await asking
      await transport.close()
    },
  }
}

const UNHEARD: Omit<NodeStatus, 'node'> = {
  running: true,
  role: 'standby',
  term: term(1),
  received: NO_INDEX,
  committed: NO_INDEX,
  applied: NO_INDEX,
  chain: 0,
}
