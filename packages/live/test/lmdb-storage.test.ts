/** A node's disk: rows, checkpoints, snapshots, and what a crash leaves of them. */

import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { nodeId, term, walIndex } from '@fourtwelve/protocol'
import { afterAll, describe, expect, test } from 'vitest'
import { openLmdbStorage } from '../dist/lmdb-storage.js'
import type { CheckpointWriter, NodeStorage } from '../dist/node-storage.js'
import { packRow, type StoredPair } from '../dist/rows.js'
import { replay, stateOnDisk, type DiskState } from './disk-state.ts'
import { entry, place } from './entries.ts'

const folder = mkdtempSync(join(tmpdir(), 'fourtwelve-disk-'))
afterAll(() => rmSync(folder, { recursive: true }))
let disks = 0
const newFolder = (): string => join(folder, String(++disks))

type Mode = 'durable' | 'nosync'
const MODES: readonly Mode[] = ['durable', 'nosync']

interface Disk {
  readonly path: string
  readonly storage: NodeStorage
  /** Appends a row, and waits until it is said to be safe. */
  append(...entries: Parameters<typeof entry>[]): Promise<void>
}

function open(mode: Mode, path: string = newFolder()): Disk {
  let safe = 0
  const waits: { readonly through: number; readonly done: () => void }[] = []
  const storage = openLmdbStorage(path, mode, (through) => {
    safe = through
    for (const wait of waits) if (wait.through <= safe) wait.done()
  })
  return {
    path,
    storage,
    async append(...given) {
      const row = packRow(given.map((one) => entry(...one)))
      const done = new Promise<void>((resolve) => waits.push({ through: row.last, done: resolve }))
      storage.append(row)
      await done
    },
  }
}

/** What a process finds that comes after a crash: a copy of the folder as it is now. */
async function afterCrash(path: string): Promise<DiskState | null> {
  const copy = newFolder()
  cpSync(path, copy, { recursive: true })
  const { storage } = open('nosync', copy)
  const state = stateOnDisk(storage)
  await storage.close()
  return state
}

describe.each(MODES)('a disk, %s', (mode) => {
  test('is new until something is installed, and readable by its owner alone', async () => {
    const { storage, path } = open(mode)
    expect(storage.load()).toBeNull()
    expect(statSync(join(path, 'data.mdb')).mode & 0o777).toBe(0o600)
    await storage.close()
  })

  test('has what was appended behind a snapshot, and what was known to be committed', async () => {
    const { storage, append, path } = open(mode)
    await storage.install(place(10, 77), [['a', { v: 1 }]])
    await append([11, 'b', { v: 2 }], [12, 'a', null])
    await append([13, 'c', { v: 3 }])
    storage.noteCommitted(walIndex(12))
    await storage.close()
    const again = open(mode, path).storage
    expect(again.load()).toMatchObject({ index: 10, chain: 77, committed: 12 })
    const values = new Map([
      ['b', { v: 2 }],
      ['c', { v: 3 }],
    ])
    expect(stateOnDisk(again)).toEqual({ head: 13, values, held: 3 })
    await again.close()
  })

  test('forgets what was dropped, also in the middle of a row, and says of it that it is safe to nobody', async () => {
    const { storage, append, path } = open(mode)
    await storage.install(place(0, 0), [])
    await append([1, 'a', { v: 1 }])
    await append([2, 'a', { v: 2 }], [3, 'a', { v: 3 }], [4, 'a', { v: 4 }])
    await append([5, 'a', { v: 5 }])
    storage.truncate(walIndex(3), walIndex(5))
    await append([4, 'a', { v: 'new' }])
    expect(await afterCrash(path)).toEqual({ head: 4, values: new Map([['a', { v: 'new' }]]), held: 4 })
    await storage.close()
  })

  test('keeps a promise from the moment that it is noted', async () => {
    const { storage, path } = open(mode)
    await storage.install(place(0, 0), [])
    const ballot = { term: term(7), votedFor: nodeId(2) }
    storage.noteBallot(ballot)
    const copy = newFolder()
    cpSync(path, copy, { recursive: true })
    const again = open('nosync', copy)
    expect(again.storage.load()?.ballot).toEqual(ballot)
    for (const disk of [again.storage, storage]) await disk.close()
  })

  test('cuts the log behind a checkpoint, but for the row that may go on behind it', async () => {
    const { storage, append } = open(mode)
    await storage.install(place(0, 0), [])
    for (let index = 1; index <= 20; index += 2)
      await append([index, `k${index}`, { v: index }], [index + 1, 'k', { v: index + 1 }])
    const before = stateOnDisk(storage)
    expect(before?.held).toBe(20)
    const writer = storage.beginCheckpoint(place(15, 5))
    writer.slice([...(before?.values ?? [])] as StoredPair[])
    await writer.finish()
    await append([21, 'z', { v: 21 }])
    expect(storage.load()).toMatchObject({ index: 15, chain: 5 })
    expect(stateOnDisk(storage)).toEqual({
      head: 21,
      values: new Map([...(before?.values ?? []), ['z', { v: 21 }]]),
      held: 6,
    })
    await storage.close()
  })

  test('knows nothing after it was cleared, and begins anew at once', async () => {
    const { storage, append, path } = open(mode)
    await storage.install(place(5, 1), [['old', { v: 1 }]])
    await append([6, 'old', { v: 2 }])
    const unfinished = storage.beginCheckpoint(place(6, 2))
    unfinished.slice([['old', { v: 2 }]])
    const ended = unfinished.finish()
    await storage.clear()
    expect(storage.load()).toBeNull()
    await storage.install(place(1, 0), [['new', { v: 1 }]])
    await append([2, 'new', { v: 2 }])
    await ended
    expect(await afterCrash(path)).toEqual({ head: 2, values: new Map([['new', { v: 2 }]]), held: 1 })
    await storage.close()
  })

  test('has of two checkpoints at once only the one that began last', async () => {
    const { storage } = open(mode)
    await storage.install(place(0, 0), [])
    const early = storage.beginCheckpoint(place(1, 1))
    early.slice([['early', {}]])
    const installed = storage.install(place(9, 9), [['late', {}]])
    early.slice([['early too', {}]])
    await early.finish()
    await installed
    // One that begins while the snapshot is on its way to the disk does not write over it.
    const second = storage.install(place(12, 12), [['later', {}]])
    storage.beginCheckpoint(place(13, 13)).slice([['never finished', {}]])
    await second
    expect(storage.load()).toMatchObject({ index: 12, chain: 12 })
    expect(stateOnDisk(storage)?.values).toEqual(new Map([['later', {}]]))
    await storage.close()
  })
})

/** What a node may do to its disk, one thing after the other. */
type Deed = 'append' | 'begin' | 'slice' | 'finish' | 'install' | 'clear'
const deed = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Deed>('append') },
  { weight: 4, arbitrary: fc.constantFrom<Deed>('begin', 'slice', 'finish') },
  { weight: 1, arbitrary: fc.constantFrom<Deed>('install', 'clear') },
)

test('a crash between any two writes leaves a checkpoint and the whole log after it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 5, maxLength: 25 }), async (deeds) => {
      const { storage, append, path } = open('nosync')
      await storage.install(place(0, 0), [])
      let values = new Map<string, unknown>()
      let head = 0
      let writer: CheckpointWriter | null = null
      let pairs: Iterator<[string, unknown]> = values.entries()
      const slice = (): boolean => {
        const next = pairs.next()
        writer?.slice(next.done === true ? [] : [next.value as StoredPair])
        return next.done !== true
      }
      const write = async (): Promise<void> => {
        head += 1
        const given: Parameters<typeof entry> = [head, `k${head % 5}`, head % 7 === 0 ? null : { v: head }]
        replay(values, entry(...given))
        await append(given)
      }
      for (const what of deeds) {
        switch (what) {
          case 'append':
            break
          case 'begin':
            writer = storage.beginCheckpoint(place(head, head))
            pairs = values.entries()
            break
          case 'slice':
            slice()
            break
          case 'finish':
            while (slice());
            await writer?.finish()
            writer = null
            break
          case 'install':
            head += 3
            values = new Map([...values, ['installed', { v: head }]])
            await storage.install(place(head, head), values as Map<string, object>)
            writer = null
            break
          case 'clear':
            await storage.clear()
            expect(await afterCrash(path)).toBeNull()
            values = new Map()
            head = 0
            writer = null
            await storage.install(place(0, 0), [])
        }
        // It is safe when it is said to be, and so is all that was put before it.
        await write()
        const left = await afterCrash(path)
        expect({ head: left?.head, values: left?.values }).toEqual({ head, values })
      }
      await storage.close()
    }),
    { numRuns: 15 },
  )
})

test.each(MODES)(
  'a process that is killed while it writes leaves everything that was said to be safe: %s',
  async (mode) => {
    for (let kill = 0; kill < 6; kill++) {
      const path = newFolder()
      const writing = spawn(process.execPath, [
        fileURLToPath(new URL('write-until-killed.js', import.meta.url)),
        path,
        mode,
      ])
      let told = ''
      const begun = new Promise((resolve) => writing.stdout.once('data', resolve))
      writing.stdout.on('data', (text: Buffer) => (told += text.toString()))
      const ended = new Promise((resolve) => writing.once('close', resolve))
      await begun
      await new Promise((goOn) => setTimeout(goOn, Math.random() * 400))
      writing.kill('SIGKILL')
      await ended
      // The last line may have been cut off.
      const safe = Number(told.slice(0, told.lastIndexOf('\n')).split('\n').at(-1))
      const { storage } = open('nosync', path)
      const left = stateOnDisk(storage)
      await storage.close()
      if (left === null) throw new Error('nothing is left')
      expect(left.head).toBeGreaterThanOrEqual(safe)
      expect(left.values).toEqual(lastWritten(left.head))
    }
  },
)

/** As `write-until-killed.js` writes: each index its own key, 700 of them by turns. */
function lastWritten(head: number): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>()
  for (let index = Math.max(1, head - 699); index <= head; index++) values.set(`k${index % 700}`, { v: index })
  return values
}
