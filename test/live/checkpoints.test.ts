/**
 * Checkpoints, snapshots and resets of a live cluster under load: what nodes show and what is on their disks stays the same.
 * Checkpoints come every hundred entries here, so that the log is cut many times while clients write.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEFAULT_SERVER_CONFIG, micros } from '@fourtwelve/protocol'
import { afterAll, afterEach, expect, test } from 'vitest'
import { serveCluster, type Serving } from '../../packages/fourtwelve/dist/serve-cluster.js'
import { testControl, type TestControl } from '../../packages/fourtwelve/dist/test-control.js'
import { agree } from './agree.ts'
import { readDisks } from './read-disks.ts'
import { ask, missingOn, nothingAcknowledged, writeLoad } from './write-load.ts'

const folder = mkdtempSync(join(tmpdir(), 'fourtwelve-checkpoints-'))
const CHECKPOINT_EVERY = 100
let clusters = 0
const running = new Set<Serving>()
const deaths: string[] = []
afterEach(async () => {
  for (const one of running) await one.stop()
  running.clear()
  expect(deaths.splice(0)).toEqual([])
})
afterAll(() => rmSync(folder, { recursive: true }))

interface Cluster {
  readonly serving: Serving
  readonly control: TestControl
  readonly data: string
  readonly addresses: readonly string[]
  /** Ends it, and reads its disks. */
  disks(): ReturnType<typeof readDisks>
}

async function start(replication: Partial<typeof DEFAULT_SERVER_CONFIG.replication> = {}): Promise<Cluster> {
  const data = join(folder, String(++clusters))
  const serving = await serveCluster({
    served: {
      standbys: 2,
      config: { ...DEFAULT_SERVER_CONFIG, replication: { ...DEFAULT_SERVER_CONFIG.replication, ...replication } },
      lag: {
        default: { kind: 'drawn', from: { dist: 'constant', value: micros(20_000) }, sample: 'batch', spikes: null },
        links: [],
      },
      given: { policies: [], users: [], secrets: [], requests: [] },
    },
    host: '127.0.0.1',
    port: 0,
    controlPort: 0,
    balancer: null,
    tls: null,
    rootToken: 'root',
    storage: 'nosync',
    data,
    checkpointEvery: CHECKPOINT_EVERY,
    tellWhoServed: true,
    keepsHistory: false,
    died: (node, why) => void deaths.push(`${node}: ${why}`),
    wasReset: () => undefined,
  })
  running.add(serving)
  return {
    serving,
    control: testControl(serving.control),
    data,
    addresses: Object.values(serving.addresses),
    async disks() {
      running.delete(serving)
      await serving.stop()
      return readDisks(data)
    },
  }
}

const sleep = (ms: number): Promise<void> => new Promise((goOn) => setTimeout(goOn, ms))

async function untilWritten({ serving }: Cluster, entries: number): Promise<void> {
  const head = async (): Promise<number> =>
    (await serving.cluster.status(serving.cluster.nodes[0] ?? never()))?.received ?? 0
  const end = (await head()) + entries
  while ((await head()) < end) await sleep(20)
}

function never(): never {
  throw new Error('a cluster has at least one node')
}

test('checkpoints under load lose nothing, and the log behind them is cut', async () => {
  const cluster = await start()
  const known = nothingAcknowledged()
  const load = writeLoad([...cluster.addresses, ...cluster.addresses], known)
  await untilWritten(cluster, 8 * CHECKPOINT_EVERY)
  await load.stop()
  await agree(cluster.serving.controlAddress)
  for (const address of cluster.addresses) expect(await missingOn(address, known, known.tokens)).toEqual([])
  const [active, ...standbys] = await cluster.disks()
  for (const standby of standbys) expect([standby.head, standby.values]).toEqual([active?.head, active?.values])
  for (const { head, held } of [active, ...standbys].filter((disk) => disk !== undefined)) {
    expect(head).toBeGreaterThan(8 * CHECKPOINT_EVERY)
    expect(held).toBeLessThan(4 * CHECKPOINT_EVERY)
  }
})

test.each(['the active node stays up', 'the active node is restarted too'])(
  'a standby that was down until the log behind it was cut gets a snapshot, under load: %s',
  async (variant) => {
    const cluster = await start({ logshipper_buffer_length: 50 })
    const { control, addresses } = cluster
    const known = nothingAcknowledged()
    const load = writeLoad([addresses[0] ?? '', addresses[0] ?? '', addresses[2] ?? ''], known)
    await untilWritten(cluster, 100)
    await control.kill('n1')
    await untilWritten(cluster, 4 * CHECKPOINT_EVERY)
    if (variant === 'the active node is restarted too') await control.restart('n0')
    await control.restart('n1')
    await untilWritten(cluster, 2 * CHECKPOINT_EVERY)
    await load.stop()
    await agree(cluster.serving.controlAddress)
    for (const address of addresses) expect(await missingOn(address, known, known.tokens)).toEqual([])
    // And again from the disk that the snapshot was put on.
    await control.restart('n1')
    await agree(cluster.serving.controlAddress)
    expect(await missingOn(addresses[1] ?? '', known, known.tokens)).toEqual([])
    const [active, ...standbys] = await cluster.disks()
    for (const standby of standbys) expect([standby.head, standby.values]).toEqual([active?.head, active?.values])
  },
)

test('a reset under load leaves nothing of the old cluster, in memory and on disk', async () => {
  const cluster = await start()
  const { control, addresses } = cluster
  for (let round = 0; round < 3; round++) {
    const before = nothingAcknowledged()
    const load = writeLoad([...addresses, ...addresses], before)
    await untilWritten(cluster, CHECKPOINT_EVERY + 50)
    if (round === 1) await control.kill('n2')
    await control.reset()
    await load.stop()
    await agree(cluster.serving.controlAddress)
    const [token = ''] = before.tokens
    for (const address of addresses)
      expect((await ask(address, 'GET', 'auth/token/lookup-self', token))?.status, `in round ${round}`).toBe(403)
  }
  const known = nothingAcknowledged()
  const load = writeLoad(addresses, known)
  await untilWritten(cluster, 100)
  await load.stop()
  await agree(cluster.serving.controlAddress)
  for (const address of addresses) expect(await missingOn(address, known, known.tokens)).toEqual([])
  const [active, ...standbys] = await cluster.disks()
  for (const standby of standbys) expect([standby.head, standby.values]).toEqual([active?.head, active?.values])
})
