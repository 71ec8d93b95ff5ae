/**
 * Clients in other languages do all that they do, and meet a 412 as they are known to. Runs with CI=true or FOURTWELVE_CLIENTS=1, each
 * client whose language is on the machine: building them takes minutes.
 */

import type { TestCluster } from 'fourtwelve'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ACTIVE, callsTo, carryOut, clusterForClients, OPERATIONS, STANDBY } from './cluster-for-clients.ts'
import { build, BUILD_MS_MAX, FOREIGN_CLIENTS, runForeignClient, whyNot } from './foreign-clients.ts'

/** Longer than any of these clients retries. */
const ENDLESS = '30s'
/** Less than any of these clients waits before its first retry, but for hvac's, which begins at once. */
const SHORT = '800ms'

/** What a standby answers a fresh token that it will never know, and one that it will know soon. */
const ANSWERS: Readonly<Record<string, { readonly endless: readonly number[]; readonly short?: readonly number[] }>> = {
  'hvac, default': { endless: [412] },
  'hvac, retry-recipe': { endless: [412, 412, 412, 412] },
  'github.com/hashicorp/vault/api, default': { endless: [412, 412, 412], short: [412, 200] },
  'github.com/hashicorp/vault/api, bare-config': { endless: [412] },
  'vault-java-driver (jopenlibs), default': { endless: [412] },
  'vault-java-driver (jopenlibs), with-retries': { endless: [412, 412, 412, 412, 412, 412], short: [412, 200] },
  'vaultrs, default': { endless: [412] },
}

const clients = await Promise.all(FOREIGN_CLIENTS.map(async (client) => ({ ...client, skipped: await whyNot(client) })))
for (const { client, skipped } of clients) if (skipped !== null) console.info(`${client} is left out: ${skipped}`)

let cluster: TestCluster
beforeAll(async () => {
  cluster = await clusterForClients()
})
afterAll(() => cluster.stop())

describe.each(clients)('$client', (client) => {
  describe.skipIf(client.skipped !== null)(`in ${client.language}`, () => {
    beforeAll(() => build(client), BUILD_MS_MAX)

    test.each([
      [ACTIVE, '0ms'],
      [STANDBY, '0ms'],
      [ACTIVE, '400ms'],
      [STANDBY, '400ms'],
    ])('logs in, makes tokens, writes, reads, lists, renews and revokes on %s at a lag of %s', async (node, lag) => {
      const wish = { node, lag, CLIENT_TASK: 'everyday', CLIENT_SETTING: 'default' } as const
      const seen = await carryOut(cluster, wish, (task) => runForeignClient(client, task))
      expect(seen.done.filter(({ ok }) => !ok)).toEqual([])
      expect(seen.done.map(({ op }) => op)).toEqual(OPERATIONS)
      expect(callsTo(seen, node).length).toBeGreaterThanOrEqual(OPERATIONS.length)
    })

    test.each(client.settings)('retries a 412 as often as it is known to, set up as %s', async (setting) => {
      const expected = ANSWERS[`${client.client}, ${setting}`]
      if (expected === undefined) throw new Error(`say in ANSWERS what ${client.client}, ${setting} does`)
      for (const [lag, statuses] of [
        [ENDLESS, expected.endless],
        [SHORT, expected.short],
      ] as const) {
        if (statuses === undefined) continue
        const wish = { node: STANDBY, lag, CLIENT_TASK: 'fresh-token', CLIENT_SETTING: setting } as const
        const seen = await carryOut(cluster, wish, (task) => runForeignClient(client, task))
        expect(callsTo(seen, STANDBY).map(({ reply }) => reply?.status)).toEqual(statuses)
        expect(seen.done.map(({ ok }) => ok)).toEqual([true, statuses.at(-1) === 200])
      }
    })
  })
})
