/** What npm clients do all day works, on the active node and on a standby, whatever the lag. */

import type { TestCluster } from 'fourtwelve'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ACTIVE, callsTo, carryOut, clusterForClients, OPERATIONS, STANDBY } from '../cluster-for-clients.ts'
import { runNpmClient } from './npm-driver.ts'
import { NPM_DRIVERS } from './npm-drivers.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await clusterForClients()
})
afterAll(() => cluster.stop())

describe.each(NPM_DRIVERS)('$client', (driver) => {
  test.each([
    [ACTIVE, '0ms'],
    [STANDBY, '0ms'],
    [ACTIVE, '400ms'],
    [STANDBY, '400ms'],
  ])('logs in, makes tokens, writes, reads, lists, renews and revokes on %s at a lag of %s', async (node, lag) => {
    const wish = { node, lag, CLIENT_TASK: 'everyday', CLIENT_SETTING: 'default' } as const
    const seen = await carryOut(cluster, wish, (task) => runNpmClient(driver, task))
    expect(seen.done.filter(({ ok }) => !ok)).toEqual([])
    expect(seen.done.map(({ op }) => op)).toEqual(OPERATIONS)
    expect(callsTo(seen, node).length).toBeGreaterThanOrEqual(OPERATIONS.length)
  })
})
