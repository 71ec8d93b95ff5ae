/** One real cluster for all tests: nodes in threads, HTTP on ports of the loopback. */

import { ALL_LAWS, startChecks } from '@fourtwelve/checker'
import { startCluster, type StartOptions, type TestCluster } from 'fourtwelve'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { call, createToken, tokenStatus } from './vault-calls.ts'

let cluster: TestCluster
let [n0, n1, n2] = ['', '', '']
beforeAll(async () => {
  cluster = await startCluster({
    standbys: 2,
    lag: '100ms',
    config: { election_timeout: '2s' },
    balancer: 'perfstandbyok',
    given: {
      policies: { app: 'path "secret/data/app" { capabilities = ["read"] }' },
      users: { alice: { password: 'wonderland', token_policies: ['app'] } },
      secrets: { 'secret/data/app': { colour: 'blue' } },
    },
  })
  ;[n0 = '', n1 = '', n2 = ''] = cluster.addresses
})
afterAll(() => cluster.stop())
beforeEach(async () => {
  await cluster.control.reset()
})

const node = async (name: string): Promise<Readonly<Record<string, unknown>>> => {
  const { nodes } = await cluster.control.state()
  const found = Array.isArray(nodes) ? nodes.find((one: { node: string }) => one.node === name) : undefined
  return found as Readonly<Record<string, unknown>>
}

describe('a cluster for tests', () => {
  test('refuses a fresh token with 412 on a lagging standby, and takes it after the lag', async () => {
    const token = await createToken(n0, cluster.rootToken)
    const soon = await call(n1, 'GET', 'auth/token/lookup-self', { token })
    expect([soon.status, soon.body.errors]).toEqual([412, ['required index state not present']])
    await cluster.control.untilApplied('n1')
    expect(await tokenStatus(n1, token)).toBe(200)
  })

  test('has the data that it was given, on every node', async () => {
    for (const address of cluster.addresses) {
      const login = await call(address, 'POST', 'auth/userpass/login/alice', { body: { password: 'wonderland' } })
      const token = login.body.auth?.client_token ?? ''
      const read = await call(n0, 'GET', 'secret/data/app', { token })
      expect(read.body.data).toMatchObject({ data: { colour: 'blue' } })
    }
  })

  test('applies nothing on a held link, and everything when it is released', async () => {
    await cluster.control.hold('n1')
    const token = await createToken(n0, cluster.rootToken)
    await cluster.control.untilApplied('n2')
    expect([await tokenStatus(n1, token), await tokenStatus(n2, token)]).toEqual([412, 200])
    await cluster.control.release('n1')
    await cluster.control.untilApplied('n1')
    expect(await tokenStatus(n1, token)).toBe(200)
  })

  test('keeps a standby behind while its link is cut, and lets it catch up when it is healed', async () => {
    await cluster.control.cut('n1')
    const token = await createToken(n0, cluster.rootToken)
    await cluster.control.untilApplied('n2')
    expect(await node('n1')).toMatchObject({ behind: 4 })
    await cluster.control.heal('n1')
    await cluster.control.untilApplied('n1')
    expect(await tokenStatus(n1, token)).toBe(200)
  })

  test('lags as it is told from then on', async () => {
    await cluster.control.lag('n1', '0s')
    await cluster.control.lag('n2', '10s')
    const token = await createToken(n0, cluster.rootToken)
    await cluster.control.untilApplied('n1')
    expect([await tokenStatus(n1, token), await tokenStatus(n2, token)]).toEqual([200, 412])
    expect(await cluster.control.state()).toMatchObject({ links: [{ lag: '0s' }, { lag: '10s' }] })
  })

  test('lets a paused node accept connections and answer nothing until it goes on', async () => {
    await cluster.control.pause('n1')
    const late = call(n1, 'GET', 'sys/health')
    const first = await Promise.race([late, new Promise((done) => setTimeout(() => done('nothing'), 80))])
    expect(first).toBe('nothing')
    expect(await node('n1')).toMatchObject({ running: true, paused: true })
    await cluster.control.resume('n1')
    expect((await late).status).toBe(473)
  })

  test('refuses connections to a killed node, and has all its data when it is back', async () => {
    const token = await createToken(n0, cluster.rootToken)
    await cluster.control.untilApplied('n1')
    await cluster.control.kill('n1')
    await expect(call(n1, 'GET', 'sys/health')).rejects.toThrow()
    expect(await node('n1')).toMatchObject({ running: false, role: null })
    await expect(cluster.control.pause('n1')).rejects.toThrow('n1 is not running: restart it first')
    const later = await createToken(n0, cluster.rootToken)
    await cluster.control.restart('n1')
    await cluster.control.untilApplied('n1')
    expect([await tokenStatus(n1, token), await tokenStatus(n1, later)]).toEqual([200, 200])
  })

  test('remembers what was done to the links of a node that was killed', async () => {
    await cluster.control.hold('n1')
    await cluster.control.restart('n1')
    await cluster.control.cut('n2')
    await cluster.control.restart('n2')
    expect(await cluster.control.state()).toMatchObject({ links: [{ held: true }, { cut: true }] })
    const token = await createToken(n0, cluster.rootToken)
    await new Promise((done) => setTimeout(done, 200))
    // The second knows of no active node since it came back.
    expect([await tokenStatus(n1, token), await tokenStatus(n2, token)]).toEqual([412, 500])
    await cluster.control.release()
    await cluster.control.heal()
    await cluster.control.untilApplied('n1')
    await cluster.control.untilApplied('n2')
    expect([await tokenStatus(n1, token), await tokenStatus(n2, token)]).toEqual([200, 200])
  })

  test('keeps every write when the active node is killed and comes back', async () => {
    const token = await createToken(n0, cluster.rootToken)
    await cluster.control.kill('n0')
    const forwarded = await call(n1, 'POST', 'secret/data/x', { token: cluster.rootToken, body: { data: { a: 1 } } })
    expect([forwarded.status, forwarded.header('location')]).toEqual([307, `${n0}/v1/secret/data/x`])
    await cluster.control.restart('n0')
    const led = cluster.address(await cluster.control.untilLed())
    expect(await tokenStatus(led, token)).toBe(200)
    await createToken(led, cluster.rootToken)
  })

  test('hands the leadership on when it is told to, and goes on with what was issued before', async () => {
    const token = await createToken(n0, cluster.rootToken)
    await cluster.control.stepDown()
    const led = await cluster.control.untilLed()
    expect(led).not.toBe('n0')
    await createToken(cluster.address(led), cluster.rootToken)
    expect(await tokenStatus(cluster.address(led), token)).toBe(200)
    expect(await node('n0')).toMatchObject({ role: 'performance-standby' })
  })

  test('delays forwarding, and lets it fail', async () => {
    const write = (): ReturnType<typeof call> =>
      call(n1, 'POST', 'secret/data/x', { token: cluster.rootToken, body: { data: { a: 1 } } })
    await cluster.control.forwarding('n1', { delay: '150ms' })
    const began = performance.now()
    expect((await write()).header('x-fourtwelve-forwarded')).toBe('write')
    expect(performance.now() - began).toBeGreaterThan(149)
    await cluster.control.forwarding('n1', { fails: true })
    expect((await write()).status).toBe(307)
    await cluster.control.forwarding('n1')
    expect((await write()).status).toBe(200)
  })

  test.each([
    ['sealed', 503],
    ['dr-secondary', 472],
    ['plain-standby', 429],
    ['uninitialized', 501],
    ['normal', 473],
  ] as const)('answers a load balancer as a node does that is %s: %i', async (condition, status) => {
    await cluster.control.condition('n1', condition)
    expect((await call(n1, 'GET', 'sys/health')).status).toBe(status)
    expect(await node('n1')).toMatchObject({ condition })
  })

  test('has a load balancer that leaves out what is not healthy', async () => {
    const served = async (): Promise<Set<string | null>> => {
      const asked = new Set<string | null>()
      for (let at = 0; at < 6; at++) {
        asked.add((await call(cluster.balancerAddress ?? '', 'GET', 'sys/leader')).header('x-fourtwelve-node'))
      }
      return asked
    }
    const until = async (nodes: readonly string[]): Promise<void> => {
      for (;;) {
        const asked = await served()
        if (nodes.length === asked.size && nodes.every((name) => asked.has(name))) return
      }
    }
    await until(['n0', 'n1', 'n2'])
    await cluster.control.condition('n1', 'sealed')
    await until(['n0', 'n2'])
    expect(
      (await call(cluster.balancerAddress ?? '', 'LIST', 'sys/policies/acl', { token: cluster.rootToken })).status,
    ).toBe(200)
  })

  test('is empty after a reset, refuses what was issued before, and is as at its start', async () => {
    const before = cluster.rootToken
    const token = await createToken(n0, before)
    await cluster.control.hold()
    await cluster.control.cut('n2')
    await cluster.control.lag('n1', '9s')
    await cluster.control.forwarding('n1', { fails: true })
    await cluster.control.condition('n1', 'sealed')
    await cluster.control.kill('n2')
    const root = await cluster.control.reset()
    expect(root).toBe(cluster.rootToken)
    expect(root).not.toBe(before)
    expect(await cluster.control.state()).toMatchObject({
      nodes: [1, 2, 3].map(() => ({ running: true, condition: 'normal', forwarding: { delay: '0s', fails: false } })),
      links: [1, 2].map(() => ({ lag: '100ms', held: false, cut: false })),
    })
    for (const address of cluster.addresses) {
      expect([
        await tokenStatus(address, before),
        await tokenStatus(address, token),
        await tokenStatus(address, root),
      ]).toEqual([403, 403, 200])
    }
    const fresh = await createToken(n0, root)
    await cluster.control.untilApplied('n2')
    expect(await tokenStatus(n2, fresh)).toBe(200)
  })

  test('tells what happened, in order, and in a way that the laws can judge', async () => {
    const token = await createToken(n0, cluster.rootToken)
    await tokenStatus(n1, token)
    await cluster.control.hold('n1')
    await cluster.control.release('n1')
    await cluster.control.untilApplied('n1')
    await cluster.control.untilApplied('n2')
    await tokenStatus(n1, token)
    const history = await cluster.control.history()
    expect(history.map(({ t }) => t)).toEqual(history.map(({ t }) => t).toSorted((a, b) => a - b))
    expect(history[0]).toMatchObject({ kind: 'run', runtime: 'live', nodes: ['n0', 'n1', 'n2'] })
    expect(new Set(history.map(({ kind }) => kind))).toEqual(
      new Set(['run', 'call', 'reply', 'entry', 'commit', 'apply', 'fault']),
    )
    expect(history.flatMap((record) => (record.kind === 'reply' ? [record.status] : []))).toEqual([200, 412, 200])
    expect(JSON.stringify(history)).not.toContain(token)
    const checks = startChecks(ALL_LAWS)
    for (const record of history) checks.observe(record)
    const verdicts = checks.verdicts()
    expect(verdicts.filter(({ verdict }) => verdict === 'broken')).toEqual([])
    // What needs the whole log is judged too: the history has its founding, after a reset as at the start.
    for (const name of ['wal-prefix', 'acknowledged-survives', 'token-gate'])
      expect(verdicts.find((law) => law.name === name)?.verdict, name).toBe('holds')
  })

  test('refuses an order that makes no sense, in a sentence', async () => {
    await expect(cluster.control.hold('n9')).rejects.toThrow('control.hold: there is no link "n9"')
    await expect(cluster.control.lag('n1', 'soon')).rejects.toThrow('must be a duration')
  })
})

describe('starting a cluster for tests', () => {
  test('refuses options that cannot be, each in a line', async () => {
    await expect(startCluster({ standbys: 99, lag: '5' })).rejects.toThrow(
      /standbys must be at most 15[^]*lag must be a duration/,
    )
  })

  test.each([
    [{ nope: 1 }, 'nope: is no known option'],
    [{ standby: 1 }, 'standby: is no known option (did you mean "standbys"?)'],
    [{ rootToken: 'a b' }, 'rootToken: a token of your own choice'],
    [{ rootToken: '' }, 'rootToken: a token of your own choice'],
    [{ balancer: 'foo' }, 'balancer: must be one of plain, perfstandbyok'],
    [{ storage: 'zzz' }, 'storage: must be one of durable, nosync, memory'],
    [{ storage: 'memory', data: '/tmp/x' }, 'storage: memory keeps nothing'],
    [{ port: 1.5 }, 'port: a port is a whole number'],
  ])('refuses %j', async (options, line) => {
    await expect(startCluster(options as StartOptions)).rejects.toThrow(`startCluster: ${line}`)
  })

  test('is undone at the end of a block that uses it', async () => {
    let address = ''
    {
      // The linter looks at tests without the library that knows Symbol.asyncDispose.
      // oxlint-disable-next-line typescript/await-thenable
      await using other = await startCluster({ standbys: 0, storage: 'memory' })
      address = other.address('n0')
      expect((await call(address, 'GET', 'sys/health')).status).toBe(200)
    }
    await expect(call(address, 'GET', 'sys/health')).rejects.toThrow()
  })

  test('takes its own part of the configuration, and another cluster beside it', async () => {
    const other = await startCluster({
      standbys: 1,
      lag: '50ms',
      storage: 'memory',
      rootToken: 'other-root',
      replication: { allow_forwarding_via_token: 'new_token' },
    })
    const token = await createToken(other.addresses[0] ?? '', 'other-root')
    const answer = await call(other.address('n1'), 'GET', 'auth/token/lookup-self', { token })
    expect([answer.status, answer.header('x-fourtwelve-forwarded')]).toEqual([200, 'new-token'])
    await expect(other.control.restart('n0')).rejects.toThrow('n0 keeps nothing on disk')
    await other.stop()
  })

  test('speaks TLS with a certificate that clients can trust', async () => {
    const tls = await startCluster({ standbys: 0, tls: true, storage: 'memory' })
    const { request } = await import('node:https')
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(`${tls.address('n0')}/v1/sys/health`, { ca: tls.ca ?? '', agent: false }, (reply) => {
        reply.resume()
        resolve(reply.statusCode)
      })
        .on('error', reject)
        .end()
    })
    expect(status).toBe(200)
    await tls.stop()
  })
})
