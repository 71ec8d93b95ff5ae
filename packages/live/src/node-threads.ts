/**
 * The threads of a cluster's nodes that run, each linked to each.
 * Always holds: a node that has ended, however it ended, is linked to nobody; links are made and ended on both ends.
 */

import { MessageChannel } from 'node:worker_threads'
import type { NodeId } from '@fourtwelve/protocol'
import type { LiveStatus, NodeOrder } from './node-setup.ts'
import { NodeGone, type NodeThread } from './node-thread.ts'

export interface NodeThreads {
  isRunning(id: NodeId): boolean
  /** Throws, with what to do, for a node that does not run. */
  of(id: NodeId): NodeThread
  /** Adds one that `launch` starts; `launch` is given what its thread must call when it ends by itself. */
  start(id: NodeId, launch: (died: (why: string) => void) => Promise<NodeThread>): Promise<void>
  /** Null for one that does not run, or ends before it answers. */
  status(id: NodeId): Promise<LiveStatus | null>
  /** Tells a node, if it runs. */
  tell(id: NodeId, what: NodeOrder): Promise<void>
  /** Tells all that run. Rejects when one that goes on running could not obey, after all have answered. */
  tellAll(what: NodeOrder): Promise<void>
  /** Links a node to all others that run and go on running. */
  join(id: NodeId): Promise<void>
  joinAll(): Promise<void>
  kill(id: NodeId): Promise<void>
  /** Ends all; each finishes what it was told before. */
  end(): Promise<void>
}

/** `died` hears of a thread that ended and that nobody ended. */
export function createNodeThreads(nodes: readonly NodeId[], died: (id: NodeId, why: string) => void): NodeThreads {
  const threads = new Map<NodeId, NodeThread>()

  const of = (id: NodeId): NodeThread => {
    const thread = threads.get(id)
    if (thread !== undefined) return thread
    throw new Error(
      nodes.includes(id)
        ? `${id} is not running: restart it first`
        : `there is no node ${id}: this cluster has ${nodes.join(', ')}`,
    )
  }

  /** One that ends meanwhile is left again by the other. */
  const link = async (a: NodeId, b: NodeId): Promise<void> => {
    const { port1, port2 } = new MessageChannel()
    await unlessGone(
      Promise.all([
        threads.get(a)?.order({ kind: 'join', to: b, port: port1 }, [port1]),
        threads.get(b)?.order({ kind: 'join', to: a, port: port2 }, [port2]),
      ]),
    )
  }

  const settled = (what: NodeOrder): Promise<readonly PromiseSettledResult<LiveStatus>[]> =>
    Promise.allSettled(Array.from(threads.values(), (thread) => thread.order(what)))

  /** The others learn that a node is gone. One that goes at the same time needs to know nothing. */
  const leave = async (id: NodeId): Promise<void> => void (await settled({ kind: 'leave', to: id }))

  return {
    isRunning: (id) => threads.has(id),
    of,
    async start(id, launch) {
      if (threads.has(id)) throw new Error(`${id} is running: kill it first`)
      const thread = await launch((why) => {
        if (!threads.delete(id)) return
        void leave(id).finally(() => died(id, why))
      })
      threads.set(id, thread)
    },
    status: (id) => unlessGone(threads.get(id)?.order({ kind: 'status' })),
    async tell(id, what) {
      await threads.get(id)?.order(what)
    },
    async tellAll(what) {
      for (const result of await settled(what))
        if (result.status === 'rejected' && !(result.reason instanceof NodeGone)) throw result.reason
    },
    async join(id) {
      for (const other of threads.keys()) if (other !== id) await link(id, other)
    },
    async joinAll() {
      const running = [...threads.keys()]
      for (const [at, a] of running.entries()) for (const b of running.slice(at + 1)) await link(a, b)
    },
    async kill(id) {
      const thread = of(id)
      threads.delete(id)
      await thread.kill()
      await leave(id)
    },
    async end() {
      await settled({ kind: 'stop' })
      const running = [...threads.values()]
      threads.clear()
      await Promise.all(running.map((thread) => thread.kill()))
    },
  }
}

/** Null when a node has ended that was to answer. */
async function unlessGone<T>(answer: Promise<T> | undefined): Promise<T | null> {
  try {
    return (await answer) ?? null
  } catch (error) {
    if (error instanceof NodeGone) return null
    throw error
  }
}
