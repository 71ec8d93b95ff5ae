/** Orders that nodes, ports and signals come between. Real clusters, real processes. */

import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCluster, type TestCluster } from 'fourtwelve'
import { afterAll, describe, expect, test } from 'vitest'
import { serve } from './serve-process.ts'
import { call, createToken, tokenStatus } from './vault-calls.ts'

const folder = mkdtempSync(join(tmpdir(), 'fourtwelve-interrupted-'))
afterAll(() => rmSync(folder, { recursive: true }))

const HANGING_NODE = new URL('./hanging-node.mjs', import.meta.url).href
/** What comes within this time of the first signal is taken for the same one. */
const SAME_SIGNAL_MS = 1_000

/** Looks again and again; whoever waits in vain is ended by the test's own time-out. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((later) => setTimeout(later, 10))
}

const post = (control: string, verb: string, body: object = {}): Promise<Response> =>
  fetch(`${control}/${verb}`, { method: 'POST', body: JSON.stringify(body) })

function listen(address: string): Promise<Server> {
  const { hostname, port } = new URL(address)
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', reject)
    server.listen(Number(port), hostname, () => resolve(server))
  })
}

describe('a node that ends', () => {
  test('while it is asked how it is, is told as one that does not run, and later orders are answered', async () => {
    const cluster = await startCluster({ standbys: 1 })
    const states = async (): Promise<void> => {
      for (let at = 0; at < 40; at++) {
        const answer = await fetch(`${cluster.controlAddress}/state`)
        expect(answer.status).toBe(200)
      }
    }
    try {
      for (let round = 0; round < 3; round++) {
        const asked = [states(), states()]
        expect((await post(cluster.controlAddress, 'kill', { node: 'n1' })).status).toBe(200)
        await Promise.all(asked)
        expect(await cluster.control.state()).toMatchObject({ nodes: [{ running: true }, { running: false }] })
        expect((await post(cluster.controlAddress, 'restart', { node: 'n1' })).status).toBe(200)
      }
    } finally {
      await cluster.stop()
    }
  })
})

describe('a reset that cannot start a node again', () => {
  test('says so, and keeps what is written afterwards', async () => {
    const options = { standbys: 2, lag: '0s', data: join(folder, 'data'), rootToken: 'root' }
    let token = ''
    const first: TestCluster = await startCluster(options)
    try {
      await first.control.hold('n1')
      await first.control.kill('n2')
      const other = await listen(first.address('n2'))
      await expect(first.control.reset()).rejects.toThrow(/was done, but could not be started: n2 \(.*EADDRINUSE/)
      expect(await first.control.state()).toMatchObject({
        nodes: [{ running: true }, { running: true }, { running: false }],
        links: [{ held: false }, { held: false }],
      })
      const history = await first.control.history()
      expect(history[0]).toMatchObject({ kind: 'run', cluster: (await first.control.state())['cluster_id'] })
      token = await createToken(first.address('n0'), 'root')
      await new Promise((closed) => other.close(closed))
    } finally {
      await first.stop()
    }
    const second = await startCluster(options)
    try {
      await second.control.untilApplied('n2')
      for (const address of second.addresses) expect(await tokenStatus(address, token)).toBe(200)
    } finally {
      await second.stop()
    }
  })
})

describe('a signal', () => {
  test.each(['restart', 'reset'])('during %s ends the process, and leaves nothing behind', async (verb) => {
    const temporary = mkdtempSync(join(folder, 'tmp-'))
    const file = join(folder, `${verb}.json`)
    const { ready, end } = await serve({ env: { TMPDIR: temporary } }, '--standbys', '2', '--ready-file', file)
    await post(ready.control, 'kill', { node: 'n2' })
    const ordered = post(ready.control, verb, verb === 'reset' ? {} : { node: 'n2' }).catch(() => undefined)
    // It has begun when the other nodes have been told, or the thread has been made.
    await new Promise((later) => setTimeout(later, 30))
    expect(await end('SIGTERM')).toBe(0)
    await ordered
    expect(existsSync(file)).toBe(false)
    expect(readdirSync(temporary).filter((name) => name.startsWith('fourtwelve'))).toEqual([])
    await expect(call(ready.vault_addr, 'GET', 'sys/health')).rejects.toThrow()
  })

  test('twice in a moment, as from a terminal and its shell, ends the process as once does', async () => {
    const temporary = mkdtempSync(join(folder, 'tmp-'))
    const { process: child, end } = await serve({ env: { TMPDIR: temporary } }, '--standbys', '1')
    const ended = end('SIGINT')
    setTimeout(() => child.kill('SIGINT'), 10)
    expect(await ended).toBe(0)
    expect(readdirSync(temporary).filter((name) => name.startsWith('fourtwelve'))).toEqual([])
  })

  test('again, while the end that the first asked for hangs, ends the process at once with 130, and leaves nothing behind', async () => {
    const temporary = mkdtempSync(join(folder, 'tmp-'))
    const [hang, file] = [join(folder, 'hang'), join(folder, 'forced.json')]
    const env = { TMPDIR: temporary, HANG_WHEN: hang, NODE_OPTIONS: `--import ${HANGING_NODE}` }
    const { ready, process: child, end } = await serve({ env }, '--standbys', '1', '--ready-file', file)
    writeFileSync(hang, '')
    await until(() => existsSync(`${hang}.hangs`))
    const hangs = call(ready.vault_addr, 'GET', 'sys/health').then(
      () => 'answered',
      () => 'lost',
    )
    const ended = end('SIGINT')
    await new Promise((later) => setTimeout(later, SAME_SIGNAL_MS + 500))
    expect([child.exitCode, child.signalCode, existsSync(file)]).toEqual([null, null, false])
    // More than one, because the first may have been heard late.
    const impatient = setInterval(() => child.kill('SIGINT'), SAME_SIGNAL_MS / 2)
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    clearInterval(impatient)
    expect(await hangs).toBe('lost')
    expect(readdirSync(temporary).filter((name) => name.startsWith('fourtwelve'))).toEqual([])
  })
})
