/**
 * Threads that are started before it is known what for: loading a node's code takes most of a start, and can go on meanwhile.
 * Always holds: one that nobody takes keeps no process alive; at most SPARES_MAX wait.
 */

import { Worker } from 'node:worker_threads'

interface Spare {
  readonly entry: string
  readonly worker: Worker
  hasEnded: boolean
}

/** As many as a cluster has nodes at most. */
const SPARES_MAX = 16
let spares: Spare[] = []

/** Starts threads that `takeThread` hands out. */
export function prepareThreads(entry: URL, count: number): void {
  for (let at = 0; at < count && spares.length < SPARES_MAX; at++) {
    const spare: Spare = { entry: entry.href, worker: new Worker(entry), hasEnded: false }
    const ended = (): void => {
      spare.hasEnded = true
    }
    // Whoever would have taken it starts another, and hears of the error then.
    spare.worker.on('error', ended).on('exit', ended)
    spare.worker.unref()
    spares.push(spare)
  }
}

/** A thread that runs `entry`, which waits for its first message. */
export function takeThread(entry: URL): Worker {
  const spare = spares.find((one) => one.entry === entry.href)
  if (spare === undefined) return new Worker(entry)
  spares = spares.filter((one) => one !== spare)
  if (spare.hasEnded) return takeThread(entry)
  spare.worker.removeAllListeners()
  spare.worker.ref()
  return spare.worker
}

/** The first message of a thread that is not needed: its entry ends by itself. Any other is for the entry to understand. */
export const NOT_NEEDED = null

/** How long a thread may take to load and end, in milliseconds. */
const END_MS_MAX = 30_000

/** Waits until they have loaded: a native module that is made in a thread just as it is terminated aborts the whole process. */
export async function endSpareThreads(): Promise<void> {
  const unused = spares.filter(({ hasEnded }) => !hasEnded)
  spares = []
  await Promise.all(unused.map(({ worker }) => endByItself(worker)))
}

function endByItself(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => void worker.terminate(), END_MS_MAX)
    worker.once('exit', () => {
      clearTimeout(late)
      resolve()
    })
    worker.ref()
    worker.postMessage(NOT_NEEDED)
  })
}
