/** No npm client of these retries a 412; one logs in again, and never gets further. */

import type { TestCluster } from 'fourtwelve'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callsTo, carryOut, clusterForClients, STANDBY, tokensMinted } from '../cluster-for-clients.ts'
import { keepTheToken, logInAnewEachTime } from './asks-again.ts'
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
    expect(seen.done.map(({ ok }) => ok)).toEqual([true, false])
    expect(seen.done[1]?.error).toMatch(/412|required index state not present/)
    expect(tokensMinted(seen)).toBe(1)
  })
})

describe('a program that asks again every 50 ms', () => {
  const wish = { node: STANDBY, lag: '1s', CLIENT_TASK: 'fresh-token', CLIENT_SETTING: 'default' } as const

  test('gets its secret once the standby has its token, with node-vault', async () => {
    const seen = await carryOut(cluster, wish, keepTheToken)
    expect(seen.done).toMatchObject([{ ok: true }])
    expect(callsTo(seen, STANDBY)[0]?.reply?.status).toBe(412)
    expect(tokensMinted(seen)).toBe(1)
  })

  test('never gets it with node-vault-client, which logs in again after each 412 and so always has a fresh token', async () => {
    const seen = await carryOut(cluster, wish, logInAnewEachTime)
    expect(seen.done).toMatchObject([{ ok: false }])
    expect(new Set(callsTo(seen, STANDBY).map(({ reply }) => reply?.status))).toEqual(new Set([412]))
    expect(tokensMinted(seen)).toBe(callsTo(seen, STANDBY).length)
    expect(tokensMinted(seen)).toBeGreaterThan(10)
  })

  test('gets it at the first attempt with node-vault-client when standbys forward what they lack', async () => {
    const forwarding = await clusterForClients({ allow_forwarding_via_token: 'new_token' })
    try {
      const seen = await carryOut(forwarding, wish, logInAnewEachTime)
      expect(seen.done).toMatchObject([{ ok: true }])
      expect(tokensMinted(seen)).toBe(1)
    } finally {
      await forwarding.stop()
    }
  })
})
