/**
 * Threads that explore, side by side.
 * Always holds: whoever starts them ends them; a thread that dies without a word is an error.
 */

import { Worker } from 'node:worker_threads'
import type { ExploreNews, ExploreOrder, Found, Progress } from './explore-messages.ts'

const ENTRY = new URL('./explore-worker.js', import.meta.url)

/** Megabytes for what is young, in each thread. A run leaves much behind and keeps little: with V8's own 48, a sixth of the time goes into
 *  looking through it. */
const YOUNG_MB = 192

export interface Explorer {
  /** What it found; null when its seeds or its time were over. Rejects when the thread failed. */
  readonly found: Promise<Found | null>
  stop(): Promise<void>
}

export function startExplorer(order: ExploreOrder, onProgress: (progress: Progress) => void): Explorer {
  const worker = new Worker(ENTRY, { workerData: order, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } })
  const found = new Promise<Found | null>((resolve, reject) => {
    let result: Found | null = null
    worker.on('message', (news: ExploreNews) => {
      switch (news.kind) {
        case 'progress':
          return onProgress(news)
        case 'found':
          result = news
          return
        case 'over':
          return resolve(result)
        case 'failed':
          return reject(new Error(`an exploring thread failed: ${news.why}`))
      }
    })
    worker.on('error', reject)
    worker.on('exit', () => resolve(result))
  })
  return {
    found,
    stop: async () => void (await worker.terminate()),
  }
}

/** What threads judged together. */
export type Judged = Omit<Progress, 'kind'>

export const NOTHING_JUDGED: Judged = { scenarios: 0, events: 0, operations: 0, unended: 0, broken: [] }

export const addProgress = (sum: Judged, more: Progress): Judged => ({
  scenarios: sum.scenarios + more.scenarios,
  events: sum.events + more.events,
  operations: sum.operations + more.operations,
  unended: sum.unended + more.unended,
  broken: [...new Set([...sum.broken, ...more.broken])],
})
