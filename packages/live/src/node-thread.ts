/** A node's thread from the outside: starts it, gives it orders, hears what it reports. */

import type { TransferListItem } from 'node:worker_threads'
import type { HistoryRecord } from '@fourtwelve/protocol'
import type { LiveStatus, NodeOrder, NodeReport, NodeSetup } from './node-setup.ts'
import { takeThread } from './spare-threads.ts'

/** The thread of a node has ended, or ended before it answered. */
export class NodeGone extends Error {}

export interface NodeThread {
  /** What the thread's entry said of itself when it was ready. */
  readonly details: unknown
  /** Throws when the node could not obey; NodeGone when it is gone. */
  order(what: NodeOrder, transfer?: readonly TransferListItem[]): Promise<LiveStatus>
  /** Ends the thread where it stands: between two turns of its event loop, or in the middle of one that takes too long. */
  kill(): Promise<void>
}

/** How long a thread may take to start. */
const START_MS_MAX = 30_000

/** How long a thread may take to end by itself. */
const DIE_MS_MAX = 1_000

/** What a thread's entry gets as its first message. `extra` is for the entry alone. */
export interface NodeThreadData {
  readonly setup: NodeSetup
  readonly extra: unknown
}

export async function startNodeThread(
  entry: URL,
  data: NodeThreadData,
  heard: (records: readonly HistoryRecord[]) => void,
  died: (why: string) => void,
): Promise<NodeThread> {
  const worker = takeThread(entry)
  worker.postMessage(data)
  const open = new Map<
    number,
    { readonly resolve: (status: LiveStatus) => void; readonly reject: (error: Error) => void }
  >()
  let orders = 0
  let isGone = false
  let isKilled = false

  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const end = (why: string): void => {
    if (isGone) return
    isGone = true
    for (const { reject } of open.values()) reject(new NodeGone(why))
    open.clear()
    if (!isKilled) died(why)
  }

  const details = await new Promise<unknown>((resolve, reject) => {
    const late = setTimeout(
      () => fail(new Error(`${data.setup.id} did not start within ${START_MS_MAX / 1000} s`)),
      START_MS_MAX,
    )
    // Nobody will end a thread that nobody got.
    const fail = (error: Error): void => {
      clearTimeout(late)
      void worker.terminate()
      reject(error)
    }
    worker.on('message', (report: NodeReport) => {
      switch (report.kind) {
        case 'ready':
          clearTimeout(late)
          return resolve(report.details)
        case 'records':
          return heard(report.records)
        case 'done':
          open.get(report.order)?.resolve(report.status)
          return void open.delete(report.order)
        case 'failed':
          open.get(report.order)?.reject(new Error(report.why))
          return void open.delete(report.order)
      }
    })
    worker.on('error', (error: Error) => {
      fail(error)
      end(`${data.setup.id} failed: ${error.message}`)
    })
    worker.on('exit', () => {
      fail(new Error(`${data.setup.id} ended before it was ready`))
      end(`${data.setup.id} has ended`)
    })
  })

  return {
    details,
    order: (what, transfer = []) =>
      new Promise((resolve, reject) => {
        if (isGone) return reject(new NodeGone(`${data.setup.id} is not running: restart it first`))
        const order = ++orders
        open.set(order, { resolve, reject })
        worker.postMessage({ order, what }, [...transfer])
      }),
    async kill() {
      isKilled = true
      if (!isGone) worker.postMessage({ order: ++orders, what: { kind: 'die' } satisfies NodeOrder })
      await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, DIE_MS_MAX).unref())])
      await worker.terminate()
      end(`${data.setup.id} was killed`)
    },
  }
}
