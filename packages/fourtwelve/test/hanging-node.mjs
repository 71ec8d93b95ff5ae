/** Loaded into every thread of a served cluster: n0's stops in the middle of a turn of its event loop once a file is there. */

import { existsSync, writeFileSync } from 'node:fs'
import { isMainThread, threadId } from 'node:worker_threads'

const file = process.env.HANG_WHEN
/** How often the file is looked for, in milliseconds. */
const LOOK_EVERY_MS = 10

// Threads are numbered as they are made, and the first is taken for n0.
if (!isMainThread && threadId === 1 && file !== undefined) {
  setInterval(() => {
    if (!existsSync(file)) return
    writeFileSync(`${file}.hangs`, '')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  }, LOOK_EVERY_MS).unref()
}
