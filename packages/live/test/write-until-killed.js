// Writes rows, checkpoints and snapshots to a disk as fast as it can, until it is killed. Every value is the index that wrote
// it, so that whoever looks at the disk knows what must be there. Arguments: the folder, the storage mode. Prints what is safe.
import { term, walIndex } from '@fourtwelve/protocol'
import { openLmdbStorage } from '../dist/lmdb-storage.js'
import { packRow } from '../dist/rows.js'

const KEYS = 700
const place = (index, chain) => ({ index: walIndex(index), term: term(1), chain })
const [, , folder, mode] = process.argv
const storage = openLmdbStorage(folder, mode, (through) => process.stdout.write(`${through}\n`))
const values = new Map()
let head = 0
await storage.install(place(0, 0), [])

for (let turn = 1; ; turn++) {
  const entries = Array.from({ length: (turn % 7) + 1 }, () => {
    head += 1
    const key = `k${head % KEYS}`
    values.set(key, { v: head })
    return { index: head, changes: [{ key, value: { v: head } }] }
  })
  storage.append(packRow(entries))
  if (turn % 40 === 0) await checkpoint()
  if (turn % 150 === 0) {
    // What a standby gets that was away: a state further on than its own log.
    for (let n = 0; n < 10; n++) {
      head += 1
      values.set(`k${head % KEYS}`, { v: head })
    }
    await storage.install(place(head, 0), values)
  }
  await new Promise((goOn) => setImmediate(goOn))
}

async function checkpoint() {
  const writer = storage.beginCheckpoint(place(head, 0))
  const pairs = [...values]
  for (let at = 0; at < pairs.length; at += 100) writer.slice(pairs.slice(at, at + 100))
  await writer.finish()
}
