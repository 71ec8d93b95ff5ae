/** A process of its own: reads all that a node's disk holds, and ends with 0 when it could. Its argument is the database's file. */

import { dirname } from 'node:path'
import { openLmdbStorage } from './lmdb-storage.ts'

const [path] = process.argv.slice(2)
if (path === undefined) throw new Error('usage: read-disk.js <folder of a node>/data.mdb')
const storage = openLmdbStorage(dirname(path), 'durable', () => undefined)
const loaded = storage.load()
let pairs = 0
for (const _pair of loaded?.pairs ?? []) pairs += 1
await storage.close()
process.stdout.write(`${pairs} pairs, ${loaded?.entries.length ?? 0} entries\n`)
