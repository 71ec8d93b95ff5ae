/** Where a node's thread begins. Apart from all else, so that threads can be started before anything is loaded. */

export const WORKER_ENTRY: URL = new URL('./node-worker.js', import.meta.url)
