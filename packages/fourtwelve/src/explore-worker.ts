/**
 * The entry of a thread that explores. Apart from all else, so that a mutant is loaded before what it replaces.
 * Always holds: a thread that was to carry a mutant and does not says so, and judges nothing.
 */

import { parentPort, workerData } from 'node:worker_threads'
import type { ExploreNews, ExploreOrder } from './explore-messages.ts'

const port = parentPort
if (port === null) throw new Error('this module is the entry of a thread: start it as a worker')
const tell = (news: ExploreNews): void => port.postMessage(news)

try {
  const order = workerData as ExploreOrder
  if (order.mutant !== null) (await import('./mutant-loader.ts')).loadMutant(order.mutant)
  const { explore } = await import('./explore-thread.ts')
  if (order.mutant !== null) (await import('./mutant-loader.ts')).requireMutant(order.mutant)
  explore(order, tell)
  tell({ kind: 'over' })
} catch (error) {
  tell({ kind: 'failed', why: error instanceof Error ? (error.stack ?? error.message) : String(error) })
}
