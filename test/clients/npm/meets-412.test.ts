/** No npm client of these retries a 412; one logs in again, and never gets further. */

import type { TestCluster } from 'fourtwelve'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callsTo, carryOut, clusterForClients, STANDBY, tokensMinted } from '../cluster-for-clients.ts'
import { runNpmClient } from './npm-driver.ts'
import { NPM_DRIVERS } from './npm-drivers.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await clusterForClients()
})
afterAll(() => cluster.stop())

describe.each(NPM_DRIVERS)('$client', (driver) => {
  test('gives up at the first 412 that a fresh token gets on a standby', async () => {
    const wish = { node: STANDBY, lag: '6s', CLIENT_TASK: 'fresh-token', CLIENT_SETTING: 'default' } as const
    const seen = await carryOut(cluster, wish, (task) => runNpmClient(driver, task))
    expect(callsTo(seen, STANDBY).map(({ reply }) => reply?.status)).toEqual([412])
    expect(seen.done).toMatchObject([{ ok: true }, { ok: false, status: 412 }])
    expect(tokensMinted(seen)).toBe(1)
  })
})
