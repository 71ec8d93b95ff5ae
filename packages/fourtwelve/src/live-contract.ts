/**
 * A live cluster behind the contract of a cluster: scenarios and the conformance suite play on it over real HTTP.
 * Always holds: times count from the start of the run; what is done to the cluster is done before the next request leaves.
 */

import type { Chance, Cluster, Fault, NodeStatus } from '@fourtwelve/cluster'
import { createTransport } from '@fourtwelve/http'
import { micros, type HistoryRecord, type Micros, type NodeId, type WalIndex } from '@fourtwelve/protocol'
import { createEntropy } from '@fourtwelve/simulation'
import type { Serving } from './serve-cluster.ts'

export interface LiveContract {
  readonly contract: Cluster
  /** Ends the clients' connections. */
  close(): Promise<void>
}

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
  // What was ordered and is not carried out yet.
  let orders: Promise<unknown> = Promise.resolve()
  const applied = new Map<NodeId, WalIndex>(cluster.nodes.map((node) => [node, 0 as WalIndex]))
  let read = 0
  let written = 0 as WalIndex

  /** How far everybody is, as far as it has been told here. */
  const state = (): readonly NodeStatus[] => {
    for (; read < records.length; read++) {
      const record = records[read]
      if (record?.kind === 'apply') applied.set(record.node, record.index)
      if (record?.kind === 'entry' && record.index > written) written = record.index
    }
    return cluster.nodes.map((node, at) => {
      const index = at === 0 ? written : (applied.get(node) ?? (0 as WalIndex))
      return {
        node,
        role: at === 0 ? 'active' : 'performance-standby',
        received: index,
        applied: index,
        committed: index,
      }
    })
  }

  const inflict = (fault: Fault): void => {
    orders = orders.then(
      () =>
        new Promise<void>((resolve, reject) => {
          control.carryOut(fault, (outcome) => (outcome.kind === 'done' ? resolve() : reject(new Error(outcome.why))))
        }),
    )
  }

  const contract: Cluster = {
    id: cluster.id,
    runtime: 'live',
    nodes: cluster.nodes,
    rootToken: rootToken() ?? '',
    now,
    state,
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
  return { contract, close: () => transport.close() }
}
