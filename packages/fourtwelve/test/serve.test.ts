/** `fourtwelve serve` as a shell starts it: processes, ports, files, signals. */

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Worker } from 'node:worker_threads'
import { afterAll, describe, expect, test } from 'vitest'
import { command } from './memory-ports.ts'
import { serve } from './serve-process.ts'
import { call, createToken, tokenStatus } from './vault-calls.ts'

const BIN = fileURLToPath(new URL('../bin/fourtwelve.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'fourtwelve-serve-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('a cluster that is served', () => {
  test('plays a lagging standby to real clients, and tells its addresses in the ready file until it ends', async () => {
    const file = join(folder, 'deep/ready.json')
    const { ready, end } = await serve(
      {},
      '--standbys',
      '1',
      '--lag',
      '400ms',
      '--root-token',
      'root',
      '--ready-file',
      file,
      '--balancer',
    )
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(ready)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const { n0 = '', n1 = '' } = ready.addresses
    expect([ready.vault_addr, ready.root_token]).toEqual([n0, 'root'])

    expect((await call(n0, 'LIST', 'sys/policies/acl', { token: 'root' })).body.data).toEqual({
      keys: ['default', 'root'],
    })
    const token = await createToken(n0, 'root')
    expect(await tokenStatus(n1, token)).toBe(412)
    expect(await tokenStatus(ready.balancer ?? '', token)).toBe(200)
    await new Promise((done) => setTimeout(done, 500))
    expect(await tokenStatus(n1, token)).toBe(200)

    const reset = await fetch(`${ready.control}/reset`, { method: 'POST' })
    expect(await reset.json()).toMatchObject({ root_token: 'root' })
    expect(await tokenStatus(n0, token)).toBe(403)

    expect(await end('SIGINT')).toBe(0)
    expect(existsSync(file)).toBe(false)
    await expect(call(n0, 'GET', 'sys/health')).rejects.toThrow()
  })

  test('forwards a fresh token with new_token: 200 at the first attempt, after about the lag', async () => {
    const { ready, end } = await serve(
      {},
      '--standbys',
      '1',
      '--lag',
      '400ms',
      '--root-token',
      'root',
      '--tls',
      '--set',
      'replication.allow_forwarding_via_token=new_token',
    )
    // The certificate was made at the start; node's fetch has no way to name it.
    const { request } = await import('node:https')
    const ca = readFileSync(ready.ca_file ?? '', 'utf8')
    const curl = (
      node: string,
      path: string,
      token: string,
      body: string | null,
    ): Promise<{ headers: string; text: string; status: number }> =>
      new Promise((resolve, reject) => {
        const options = {
          ca,
          agent: false as const,
          method: body === null ? 'GET' : 'POST',
          headers: { 'X-Vault-Token': token },
        }
        request(`${ready.addresses[node] ?? ''}/v1/${path}`, options, (reply) => {
          let text = ''
          reply.on('data', (part: Buffer) => (text += part.toString()))
          reply.on('end', () =>
            resolve({ headers: JSON.stringify(reply.headers), text, status: reply.statusCode ?? 0 }),
          )
        })
          .on('error', reject)
          .end(body ?? undefined)
      })
    const made = await curl('n0', 'auth/token/create', 'root', '{"policies":["default"]}')
    const token = (JSON.parse(made.text) as { auth: { client_token: string } }).auth.client_token
    const began = performance.now()
    const first = await curl('n1', 'auth/token/lookup-self', token, null)
    const took = performance.now() - began
    expect(first.status).toBe(200)
    expect(first.headers).toContain('"x-fourtwelve-forwarded":"new-token"')
    expect(first.headers).toContain('"x-fourtwelve-by":"n0"')
    expect(took).toBeGreaterThan(200)
    expect(await end('SIGTERM')).toBe(0)
    expect(existsSync(ready.ca_file ?? '')).toBe(false)
  })

  test('finds its data again, after an end and after a kill, with the root token that it was made with', async () => {
    const data = join(folder, 'kept')
    const flags = ['--standbys', '0', '--data', data]
    const first = await serve({}, ...flags, '--root-token', 'mine')
    expect(
      (await call(first.ready.vault_addr, 'PUT', 'secret/data/a', { token: 'mine', body: { data: { x: 1 } } })).status,
    ).toBe(200)
    const inUse = await command(['serve', '--port', '0', ...flags])
    expect([inUse.code, inUse.err]).toEqual([
      4,
      `fourtwelve: --data ${data} is in use by process ${first.process.pid}: end that, or use another folder\n`,
    ])
    await first.end('SIGKILL')

    const second = await serve({}, ...flags)
    expect(second.ready.root_token).toBeNull()
    expect((await call(second.ready.vault_addr, 'GET', 'secret/data/a', { token: 'mine' })).body.data).toMatchObject({
      data: { x: 1 },
    })
    expect(await second.end('SIGTERM')).toBe(0)

    const other = await command(['serve', '--port', '0', ...flags, '--root-token', 'other'])
    expect([other.code, other.err]).toEqual([4, expect.stringContaining('holds a cluster with another root token')])
    const more = await command(['serve', '--port', '0', '--standbys', '1', '--data', data])
    expect([more.code, more.err]).toEqual([4, expect.stringContaining('start it with --standbys 0')])
    const same = await command(['serve', '--port', '0', ...flags, '--root-token', 'mine', '--json'])
    expect([same.code, JSON.parse(same.out)]).toEqual([0, expect.objectContaining({ root_token: 'mine' })])
  })
})

describe('what serve prints', () => {
  test('is what vault server -dev would: addresses, exports, the root token, and a warning', async () => {
    const { code, out, err } = await command([
      'serve',
      '--port',
      '0',
      '--storage',
      'memory',
      '--standbys',
      '1',
      '--root-token',
      'root',
    ])
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('NO PLACE FOR REAL SECRETS')
    expect(out).toMatch(/n1 +http:\/\/127\.0\.0\.1:\d+ +performance standby, lag raft/)
    expect(out).toMatch(
      /export VAULT_ADDR='http:\/\/127\.0\.0\.1:\d+'\n {2}export VAULT_TOKEN='root'\n\n {2}Root Token: root\n/,
    )
  })

  test('warns of an address that others reach', async () => {
    const { err } = await command([
      'serve',
      '--port',
      '0',
      '--storage',
      'memory',
      '--standbys',
      '0',
      '--host',
      '0.0.0.0',
      '--json',
    ])
    expect(err).toContain('WARNING: listening on 0.0.0.0: whoever reaches this machine reaches this cluster')
  })
})

describe('what cannot be served', () => {
  const CONFIG = 'standbys: 1\nreplication: { allow_forwarding_via_tokn: new_token }\n'
  test.each([
    [['--standbys', '16'], 'There are 0 to 15 standbys.'],
    [['--port', '70000'], 'A port is a whole number'],
    [['--port', '65535'], 'there is no port 65536 for n1'],
    [['--port', '47120', '--control-port', '47121'], 'port 47121 is for n1 and for the control API'],
    [['--lag', '5'], '--lag 5: must have a unit: write "5s" or "5ms"'],
    [['--lag', 'rafd'], '--lag rafd: must be a duration'],
    [['--storage', 'disk'], 'It is one of durable, nosync, memory.'],
    [['--storage', 'memory', '--data', 'd'], '--storage: memory keeps nothing'],
    [['--balancer', 'some'], 'It is one of plain, perfstandbyok.'],
    [['--balancer-port', '1'], '--balancer-port is for --balancer'],
    [['--root-token', 'a b'], '--root-token: a token of your own choice'],
    [['--data', BIN], 'is a file: name a folder'],
    [['--tls-cert', 'a.pem'], '--tls-cert and --tls-key go together'],
    [['--tls-cert', 'a.pem', '--tls-key', 'b.pem'], 'a.pem cannot be read: there is no such file'],
    [['--host', '203.0.113.1'], '203.0.113.1 is no address of this machine'],
    [['--config', 'nope.yaml'], '--config nope.yaml: cannot be read: there is no such file'],
    [
      ['--config', 'c.yaml'],
      'c.yaml:2:16 replication.allow_forwarding_via_tokn is no known key (did you mean "allow_forwarding_via_token"?)',
    ],
    [
      ['--set', 'switches.token_create=rcp'],
      '--set switches.token_create=rcp: switches.token_create must be one of rpc, forward',
    ],
    [['--set', 'given.policies={a: "path"}', '--port', '0'], 'given: sys/policies/acl/a was answered with 400'],
    [['--port', '0', '--data', `${BIN}/x`], 'cannot be made: '],
    [['--port', '0', '--storage', 'memory', '--standbys', '0', '--ready-file', `${BIN}/x`], 'cannot be written'],
  ])('%j is one clear line and code 4', async (flags, line) => {
    const { code, err, out } = await command(['serve', ...flags], { files: { 'c.yaml': CONFIG } })
    expect(err).toContain(line)
    // What commander refuses ends with a pointer to the help.
    const lines = err
      .trimEnd()
      .split('\n')
      .filter((text) => !text.startsWith('see `fourtwelve serve --help`'))
    expect([code, out, lines.length]).toEqual([4, '', 1])
  })

  test.each([
    [['--port', '65535'], 4, 0],
    [['--port', '47120', '--control-port', '47121'], 4, 0],
    [['--host', '203.0.113.1'], 4, 0],
    [['--lag', '5'], 4, 0],
    [['--config', 'nope.yaml'], 4, 0],
    [['--set', 'switches.token_create=rcp'], 4, 0],
    [['--balancer-port', '1'], 4, 0],
    [['--tls-cert', 'a.pem'], 4, 0],
    [['--data', BIN], 4, 0],
    [['--port', '0', '--ready-file', `${BIN}/x`], 4, 0],
    [['--port', '0', '--storage', 'memory'], 0, 3],
  ])('%j ends with code %d and has started %d threads', async (flags, code, threads) => {
    let started = 0
    const count = (): void => void (started += 1)
    process.on('worker', count)
    expect((await command(['serve', ...flags])).code).toBe(code)
    // A thread is told of a little later than it is started.
    await new Promise((later) => setImmediate(later))
    process.off('worker', count)
    // One that is still loading native code when the process ends can crash it.
    expect(started).toBe(threads)
  })

  test('a port that is in use is named, and by whom it was wanted', async () => {
    const other = createServer()
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done))
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { code, err } = await command(['serve', '--port', String(port), '--standbys', '0', '--control-port', '0'])
    other.close()
    expect([code, err]).toEqual([
      4,
      `fourtwelve: port ${port} for n0 is in use: give another, or end what listens there\n`,
    ])
  })

  test('a folder of another format is left as it is', async () => {
    const data = mkdtempSync(join(folder, 'other-'))
    writeFileSync(join(data, 'cluster.json'), '{"format":99}')
    const ends: number[] = []
    const watch = (thread: Worker): void => void thread.on('exit', (code) => ends.push(code))
    process.on('worker', watch)
    const { code, err } = await command(['serve', '--port', '0', '--data', data])
    process.off('worker', watch)
    expect([code, err]).toEqual([4, expect.stringContaining('has format 99')])
    // Its threads were under way. They ended by themselves: one that is terminated while it loads can abort the process.
    expect(ends).toEqual([0, 0, 0])
    expect(readFileSync(join(data, 'cluster.json'), 'utf8')).toBe('{"format":99}')
  })

  test('a folder that is not whole is told in a line, and left as it is', async () => {
    const data = join(folder, 'damaged')
    const flags = ['serve', '--port', '0', '--standbys', '1', '--data', data]
    expect((await command(flags)).code).toBe(0)
    const [cluster, disk] = [join(data, 'cluster.json'), join(data, 'n1', 'data.mdb')]
    expect(['data.mdb', 'data.mdb-lock'].map((file) => statSync(join(data, 'n1', file)).mode & 0o777)).toEqual([
      0o600, 0o600,
    ])
    const whole = { [cluster]: readFileSync(cluster), [disk]: readFileSync(disk) }
    const text = whole[cluster]?.toString() ?? ''
    const bytes = whole[disk] ?? Buffer.alloc(0)
    const damages: readonly (readonly [string, Uint8Array | string, string])[] = [
      [cluster, text.replace('"sealKey"', '"sealkey"'), 'cluster.json is not whole'],
      [cluster, '[]', 'cluster.json holds no cluster'],
      [disk, '', 'data.mdb is damaged (it is no LMDB database)'],
      [disk, Buffer.from(bytes).fill(7, 0, 4096), 'data.mdb is damaged (it is no LMDB database)'],
      [disk, bytes.subarray(0, 3 * 4096), 'data.mdb is damaged (it ends before its data)'],
      [disk, bytes.subarray(0, bytes.length - 2 * 4096), 'data.mdb is damaged (it ends before its data)'],
    ]
    for (const [file, content, line] of damages) {
      writeFileSync(file, content)
      const { code, err } = await command(flags)
      expect([code, err.trimEnd().split('\n')]).toEqual([4, [expect.stringContaining(line)]])
      writeFileSync(file, whole[file] ?? '')
    }
    rmSync(disk)
    expect(await command(flags)).toMatchObject({ code: 4, err: expect.stringContaining('n1/data.mdb is missing') })
    writeFileSync(disk, bytes)
    expect((await command(flags)).code).toBe(0)
  })

  test.runIf(existsSync('/proc/self'))('a folder that cannot be made is told at once', async () => {
    const { code, err } = await command(['serve', '--port', '0', '--data', '/proc/fourtwelve/x'])
    expect([code, err]).toEqual([
      4,
      expect.stringContaining('--data /proc/fourtwelve/x cannot be made: /proc/fourtwelve'),
    ])
  })

  test('a certificate that is none is told by its name', async () => {
    const files = { 'c.pem': 'none', 'k.pem': 'none' }
    const flags = ['serve', '--port', '0', '--tls-cert', 'c.pem', '--tls-key', 'k.pem']
    expect(await command(flags, { files })).toMatchObject({
      code: 4,
      err: expect.stringContaining('--tls-cert c.pem is no certificate in PEM'),
    })
  })
})
