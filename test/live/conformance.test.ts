/**
 * The conformance suite on the live runtime: worker threads, LMDB, clients over real HTTP. The simulation plays the same cases.
 * A lot of clusters is started before any of them plays: starting takes the processor, playing is mostly waiting.
 */

import { CONFORMANCE_CASES, playCase, type ConformanceCase } from '@fourtwelve/cluster'
import { DEFAULT_SERVER_CONFIG, micros, type HistoryRecord } from '@fourtwelve/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { liveCluster, type LiveContract } from '../../packages/fourtwelve/dist/live-contract.js'
import { playedCluster } from '../../packages/fourtwelve/dist/played-cluster.js'
import type { Serving } from '../../packages/fourtwelve/dist/serve-cluster.js'

/** Cases that play at the same time. */
const LOT = 4

interface Started {
  readonly serving: Serving
  readonly played: LiveContract
}

async function start({ name, wanted }: ConformanceCase): Promise<Started> {
  const { standbys, lag, replication, given } = wanted
  const records: HistoryRecord[] = []
  const serving = await playedCluster(
    {
      standbys,
      config: { ...DEFAULT_SERVER_CONFIG, replication: { ...DEFAULT_SERVER_CONFIG.replication, ...replication } },
      lag: {
        default: { kind: 'drawn', from: { dist: 'constant', value: micros(lag) }, sample: 'batch', spikes: null },
        links: [],
      },
      given: {
        policies: [],
        users: [],
        secrets: [],
        requests: given.map(({ path, body }) => ({ place: name, path, body: body.kind === 'json' ? body.value : {} })),
      },
    },
    (heard) => void records.push(...heard),
  )
  return { serving, played: liveCluster(serving, 1, serving.cluster.clock(), records) }
}

const lots = Array.from({ length: Math.ceil(CONFORMANCE_CASES.length / LOT) }, (_, at) =>
  CONFORMANCE_CASES.slice(at * LOT, (at + 1) * LOT),
)

describe.each(lots.map((rows, at) => ({ rows, at: at + 1 })))('lot $at', ({ rows }) => {
  const started = new Map<ConformanceCase, Started>()
  beforeAll(async () => {
    for (const row of rows) started.set(row, await start(row))
  })
  afterAll(async () => {
    for (const { serving, played } of started.values()) {
      await played.close()
      await serving.stop()
    }
  })

  test.concurrent.each(rows)('$name', async (row) => {
    const cluster = started.get(row)?.played.contract
    if (cluster === undefined) throw new Error('its cluster was not started')
    expect(await new Promise((ended) => playCase(cluster, row, ended))).toBeNull()
  })
})
