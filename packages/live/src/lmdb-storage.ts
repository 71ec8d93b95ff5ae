/**
 * A node's disk in LMDB: append-only rows, group-committed by LMDB itself; checkpoints in one of two places, by turns.
 * Always holds: all writes go through one environment in order, so whatever a crash leaves is a prefix of what was written;
 * the record that names a checkpoint is written after its slices, and log rows are removed after that record. Of checkpoints only
 * the one that began last is written: an earlier one that goes on comes to nothing.
 */

import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { walIndex, NO_INDEX, type WalEntry, type WalIndex } from '@fourtwelve/protocol'
import type { Ballot } from '@fourtwelve/vault-node'
import { open, type Database } from 'lmdb'
import type { CheckpointWriter, LoadedState, NodeStorage, StatePlace, StorageMode } from './node-storage.ts'
import { packMeta, packPairs, unpackMeta, unpackPairs, unpackRow, type StoredPair } from './rows.ts'

type Place = 'state-a' | 'state-b'

/** What names the checkpoint that counts. */
interface CheckpointRecord extends StatePlace {
  readonly place: Place
  readonly slices: number
}

/** Pairs in one row of an installed snapshot. */
const INSTALL_SLICE_PAIRS = 1024

export function openLmdbStorage(
  folder: string,
  mode: Exclude<StorageMode, 'memory'>,
  flushed: (through: WalIndex) => void,
): NodeStorage {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'data.mdb')
  const root = open({
    path,
    noSubdir: true,
    encoding: 'binary',
    maxDbs: 8,
    ...(mode === 'nosync' ? { noSync: true } : { overlappingSync: false }),
  })
  for (const file of [path, `${path}-lock`]) chmodSync(file, 0o600)
  const log: Database<Uint8Array, number> = root.openDB({ name: 'log', encoding: 'binary', keyEncoding: 'uint32' })
  const places: Readonly<Record<Place, Database<Uint8Array, number>>> = {
    'state-a': root.openDB({ name: 'state-a', encoding: 'binary', keyEncoding: 'uint32' }),
    'state-b': root.openDB({ name: 'state-b', encoding: 'binary', keyEncoding: 'uint32' }),
  }
  const meta: Database<Uint8Array, string> = root.openDB({ name: 'meta', encoding: 'binary' })
  let wanted = 0
  let isFlushing = false
  /** The least that was kept since the wait for the disk began. */
  let kept = Number.POSITIVE_INFINITY
  /** Rises when everything is forgotten or closed: what was under way before goes no further. */
  let lives = 0
  /** Numbers the checkpoints. */
  let begun = 0

  const readMeta = <T>(key: string): T | null => {
    const bytes = meta.get(key)
    return bytes === undefined ? null : (unpackMeta(bytes) as T)
  }

  // Kept here too: what was put is read back only when LMDB has committed it.
  let counting = readMeta<CheckpointRecord>('checkpoint')

  /** One wait for the disk at a time; whatever was appended meanwhile is covered by the next. */
  const flush = async (): Promise<void> => {
    isFlushing = true
    const through = wanted
    kept = Number.POSITIVE_INFINITY
    const life = lives
    await (mode === 'nosync' ? root.committed : root.flushed)
    if (life !== lives) return
    isFlushing = false
    const durable = Math.min(through, kept)
    flushed(walIndex(durable))
    if (wanted > durable) void flush()
  }

  const beginCheckpoint = ({ index, term, chain }: StatePlace): CheckpointWriter => {
    const mine = ++begun
    const life = lives
    const before = counting
    const place: Place = before?.place === 'state-a' ? 'state-b' : 'state-a'
    let slices = 0
    void places[place].clearAsync()
    return {
      slice(pairs) {
        if (mine !== begun) return
        void places[place].put(slices, packPairs(pairs))
        slices += 1
      },
      async finish() {
        if (mine !== begun) return
        const record: CheckpointRecord = { place, slices, index, term, chain }
        void meta.put('checkpoint', packMeta(record))
        counting = record
        await root.flushed
        if (life !== lives) return
        // One that began meanwhile is being written there.
        if (mine === begun && before !== null) void places[before.place].clearAsync()
        // The row that holds `index` may go on behind it, so it stays.
        const keys = [...log.getKeys({ end: index + 1 })]
        for (const key of keys.slice(0, -1)) void log.remove(key)
      },
    }
  }

  return {
    load: () => loadState(log, places, readMeta),
    append(row) {
      wanted = row.last
      void log.put(row.first, row.bytes)
      if (!isFlushing) void flush()
    },
    truncate(after, last) {
      wanted = Math.min(wanted, after)
      kept = Math.min(kept, after)
      for (let index = after + 1; index <= last; index++) void log.remove(index)
    },
    noteBallot(ballot) {
      meta.putSync('ballot', packMeta(ballot))
    },
    noteCommitted(index) {
      void meta.put('committed', packMeta(index))
    },
    beginCheckpoint,
    async install(at, pairs) {
      const { index } = at
      const life = lives
      const writer = beginCheckpoint(at)
      let slice: StoredPair[] = []
      for (const pair of pairs) {
        slice.push(pair)
        if (slice.length < INSTALL_SLICE_PAIRS) continue
        writer.slice(slice)
        slice = []
      }
      if (slice.length > 0) writer.slice(slice)
      await writer.finish()
      if (life !== lives) return
      // The snapshot stands in place of the whole log before it.
      const keys = Array.from(log.getKeys({ end: index + 1 }))
      for (const key of keys) void log.remove(key)
      await root.flushed
    },
    async clear() {
      for (const db of [log, meta, ...Object.values(places)]) void db.clearAsync()
      wanted = 0
      lives += 1
      begun += 1
      counting = null
      isFlushing = false
      await root.flushed
    },
    async close() {
      lives += 1
      await root.flushed
      await root.close()
    },
  }
}

function loadState(
  log: Database<Uint8Array, number>,
  places: Readonly<Record<Place, Database<Uint8Array, number>>>,
  readMeta: <T>(key: string) => T | null,
): LoadedState | null {
  const checkpoint = readMeta<CheckpointRecord>('checkpoint')
  if (checkpoint === null) return null
  const { index, term, chain } = checkpoint
  return {
    index,
    term,
    chain,
    entries: entriesOf(
      index,
      Array.from(log.getRange({}), ({ value }) => unpackRow(Uint8Array.from(value))),
    ),
    ballot: readMeta<Ballot>('ballot'),
    committed: readMeta<WalIndex>('committed') ?? NO_INDEX,
    pairs: slicesOf(places[checkpoint.place], checkpoint.slices),
  }
}

/** The log behind `after`. A row that begins inside an earlier one stands over the rest of that one. */
function entriesOf(after: WalIndex, rows: readonly (readonly WalEntry[])[]): readonly WalEntry[] {
  const entries: WalEntry[] = []
  for (const row of rows) {
    const begins = row[0]?.index ?? 0
    while ((entries.at(-1)?.index ?? 0) >= begins) entries.pop()
    for (const entry of row) if (entry.index > after) entries.push(entry)
  }
  return entries
}

function* slicesOf(place: Database<Uint8Array, number>, slices: number): Generator<StoredPair> {
  for (let slice = 0; slice < slices; slice++) {
    const bytes = place.get(slice)
    if (bytes === undefined)
      throw new Error(`slice ${slice} of ${slices} of the checkpoint is missing: the data folder is damaged`)
    yield* unpackPairs(Uint8Array.from(bytes))
  }
}
