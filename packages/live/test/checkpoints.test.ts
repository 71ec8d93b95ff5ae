/** Checkpoints of a node's state, on a real disk. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRealCrypto, generateKeys } from '@fourtwelve/live'
import {
  DEFAULT_SERVER_CONFIG,
  micros,
  nodeId,
  term,
  walIndex,
  type ClusterId,
  type NodeId,
  type WalEntry,
} from '@fourtwelve/protocol'
import { joinCluster, recoverNode, step, type NodeState } from '@fourtwelve/vault-node'
import { afterAll, expect, test } from 'vitest'
import { createCheckpoints } from '../dist/checkpoints.js'
import { openLmdbStorage } from '../dist/lmdb-storage.js'
import type { NodeStorage } from '../dist/node-storage.js'
import { packRow } from '../dist/rows.js'
import { stateOnDisk } from './disk-state.ts'
import { entry, SOME_TIME, place } from './entries.ts'

const folder = mkdtempSync(join(tmpdir(), 'fourtwelve-checkpoints-'))
afterAll(() => rmSync(folder, { recursive: true }))
const crypto = await createRealCrypto(generateKeys())
const [N0, N1] = [nodeId(0), nodeId(1)]
const optionsOf = (id: NodeId): Parameters<typeof joinCluster>[0] => ({
  id,
  nodes: [N0, N1],
  active: N0,
  term: term(1),
  config: DEFAULT_SERVER_CONFIG,
  cluster: 'c1' as ClusterId,
  clusterName: 'c',
})
const keys = (from: number, to: number): WalEntry[] =>
  Array.from({ length: to - from + 1 }, (_, at) => entry(from + at, `logical/m/k${from + at}`, { v: from + at }))
const NOW = micros(SOME_TIME)

let disks = 0
/** A node with so many keys, whose disk has an empty checkpoint and all of its log. */
async function node(id: NodeId, count: number): Promise<{ readonly state: NodeState; readonly storage: NodeStorage }> {
  const state = joinCluster(optionsOf(id), keys(1, count), NOW, crypto)
  const storage = openLmdbStorage(join(folder, String(++disks)), 'nosync', () => undefined)
  await storage.install(place(0, 0), [])
  storage.append(packRow(keys(1, count)))
  return { state, storage }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((goOn) => setTimeout(goOn, 2))
}

test.each([1, 511, 512, 513, 1024, 1025, 3000])('a checkpoint of %i keys holds every one of them', async (count) => {
  const { state, storage } = await node(N0, count)
  createCheckpoints(state, storage, 0, () => undefined).appended()
  await until(() => storage.load()?.index === count)
  expect(new Map(storage.load()?.pairs ?? [])).toEqual(new Map(state.store.entries()))
  await storage.close()
})

test('what the node writes while the slices are written is on the disk before the checkpoint counts', async () => {
  const { state, storage } = await node(N0, 2000)
  let settled = 0
  const checkpoints = createCheckpoints(state, storage, 0, () => {
    settled += 1
    expect(storage.load()?.index).toBe(0)
  })
  checkpoints.appended()
  await until(() => storage.load()?.index === 2000)
  expect(settled).toBe(1)
  await storage.close()
})

test('a standby that comes back shows nothing ahead of its index, though slices were newer than the checkpoint', async () => {
  const { state, storage } = await node(N1, 2000)
  createCheckpoints(state, storage, 0, () => undefined).appended()
  // Between two slices one entry more is received, committed and applied: it changes the first key and the last.
  const late: WalEntry = {
    ...entry(2001, 'logical/m/k2000', { v: 'new' }),
    changes: ['logical/m/k1', 'logical/m/k2000'].map((key) => ({
      scope: 'replicated',
      namespace: '',
      key,
      value: { v: 'new' },
    })),
  }
  storage.append(packRow([late]))
  const index = walIndex(2001)
  step(
    state,
    {
      kind: 'message',
      from: N0,
      message: {
        kind: 'append',
        term: term(1),
        after: walIndex(2000),
        entries: [late],
        commit: index,
        commitTime: NOW,
      },
    },
    NOW,
    crypto,
  )
  step(state, { kind: 'flushed', through: index }, NOW, crypto)
  step(state, { kind: 'apply', through: index }, NOW, crypto)
  expect(state.log.applied).toBe(2001)
  await until(() => storage.load()?.index === 2000)
  const loaded = storage.load()
  if (loaded === null) throw new Error('there is a checkpoint')
  const back = recoverNode(optionsOf(N1), { ...loaded, values: loaded.pairs, entries: [late] }, NOW, crypto)
  expect([back.log.applied, back.store.get('logical/m/k1'), back.store.get('logical/m/k2000')]).toEqual([
    2001,
    { v: 'new' },
    { v: 'new' },
  ])
  await storage.close()
})

test('the usual one begins only when as many entries came as there are keys: a large state costs an entry no more', async () => {
  const { state, storage } = await node(N0, 60_000)
  const checkpoints = createCheckpoints(state, storage, null, () => undefined)
  state.log.applied = walIndex(119_999)
  checkpoints.appended()
  await new Promise((goOn) => setTimeout(goOn, 50))
  expect(storage.load()?.index).toBe(0)
  Object.assign(state.log, { applied: 120_000, committed: 120_000, matched: 120_000 })
  checkpoints.appended()
  await until(() => storage.load()?.index === 120_000)
  await storage.close()
})

test('a checkpoint counts only when a majority has all that is in it, and never after the node was deposed', async () => {
  const { state, storage } = await node(N0, 600)
  const checkpoints = createCheckpoints(state, storage, 0, () => undefined)
  Object.assign(state.log, { applied: 601, matched: 601 })
  checkpoints.appended()
  await new Promise((goOn) => setTimeout(goOn, 50))
  checkpoints.committed()
  expect(storage.load()?.index).toBe(0)
  checkpoints.giveUp()
  Object.assign(state.log, { committed: 601 })
  checkpoints.committed()
  await new Promise((goOn) => setTimeout(goOn, 50))
  expect(storage.load()?.index).toBe(0)
  checkpoints.appended()
  await until(() => storage.load()?.index === 601)
  await storage.close()
})

test('a checkpoint that a snapshot overtakes comes to nothing', async () => {
  const { state, storage } = await node(N1, 3000)
  const checkpoints = createCheckpoints(state, storage, 0, () => undefined)
  checkpoints.appended()
  checkpoints.installing()
  const snapshot = new Map([['logical/m/only', { v: 1 }]])
  const installed = storage.install(place(5000, 1), snapshot)
  checkpoints.appended()
  await installed
  checkpoints.installed(walIndex(5000))
  checkpoints.appended()
  await new Promise((goOn) => setTimeout(goOn, 50))
  expect(stateOnDisk(storage)).toEqual({ head: 5000, values: snapshot, held: 0 })
  await storage.close()
})
