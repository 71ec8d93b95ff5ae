/**
 * The entry of a node's thread: the node, and its HTTP server beside it, so that a request crosses no thread.
 * Always holds: the node is said to be ready when its port answers; every request of a client has a number of its own.
 */

import { parentPort, type MessagePort } from 'node:worker_threads'
import { callRecord, replyRecord } from '@fourtwelve/checker/attempt-records'
import type { Answer } from '@fourtwelve/cluster'
import { createVaultServer } from '@fourtwelve/http/vault-server'
import type { NodeThreadData } from '@fourtwelve/live'
import { hostNode, REQUESTS_PER_NODE, type NodeHost } from '@fourtwelve/live/node-host'
import { NOT_NEEDED } from '@fourtwelve/live/spare-threads'
import type { NodeId, VaultRequest } from '@fourtwelve/protocol'

/** What the thread gets beside the node's setup. */
export interface WorkerExtra {
  readonly host: string
  readonly port: number
  /** How often this node was started before: numbers of requests never come twice. */
  readonly starts: number
  readonly addresses: Readonly<Record<NodeId, string>>
  readonly tls: { readonly key: string; readonly cert: string } | null
  readonly tellWhoServed: boolean
  /** Whether this node records what clients ask it: not when the one who plays the clients does. */
  readonly recordsCalls: boolean
}

const REQUESTS_PER_START = 2 ** 30
/** What load balancers ask all day: it would bury everything else in a history. */
const UNRECORDED_PATH = 'sys/health'

await startWorker()

async function startWorker(): Promise<void> {
  if (parentPort === null) throw new Error('this module is the entry of a thread: start it as a worker')
  const first = await firstMessage(parentPort)
  if (first === NOT_NEEDED) return
  const { setup, extra } = first
  const { host, port, starts, addresses, tls, tellWhoServed, recordsCalls } = extra as WorkerExtra
  const node = await hostNode(setup, parentPort)
  const firstRequest = (setup.nodes.indexOf(setup.id) + 1) * REQUESTS_PER_NODE + starts * REQUESTS_PER_START
  const server = createVaultServer({
    node: setup.id,
    serve: numbered(node, setup.id, firstRequest, recordsCalls),
    addressOf: (id) => addresses[id] ?? null,
    tellWhoServed,
    limits: { answer: setup.config.max_request_duration },
    ...(tls === null ? {} : { tls }),
  })
  await server.listen(port, host)
  node.ready(null)
}

/** A thread may be started before it is known which node it is, and in vain. */
function firstMessage(port: MessagePort): Promise<NodeThreadData | typeof NOT_NEEDED> {
  return new Promise((resolve) => port.once('message', (data: NodeThreadData | typeof NOT_NEEDED) => resolve(data)))
}

type Serve = (request: VaultRequest, answered: (answer: Answer) => void) => void

/** Gives requests their numbers, and the history what was asked and answered. */
function numbered(host: NodeHost, node: NodeId, first: number, isRecording: boolean): Serve {
  let next = first
  return (request, answered) => {
    const id = next++
    if (!isRecording || request.path === UNRECORDED_PATH) return host.serve(request, answered, id)
    host.record(callRecord(host.clock(), { id, operation: id, attempt: 1, session: 'http', node, request }))
    host.serve(
      request,
      (answer) => {
        host.record(replyRecord(host.clock(), { id, request }, answer))
        answered(answer)
      },
      id,
    )
  }
}
