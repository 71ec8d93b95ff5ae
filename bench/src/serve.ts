/**
 * Requests a second and CPU a request of `fourtwelve serve`, beside a bare node:http server that answers the same payload, in
 * one run, interleaved. `npm run bench:serve` prints a table and writes bench/results/serve.json.
 * Both servers are processes of their own; the load comes from this one, in closed loops over CONNECTIONS connections, so on two
 * cores the load takes a part of the machine: the ratio to the bare server says more than the absolute figures.
 */

import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pool } from 'undici'
import { machine, median, writeResult } from './result.ts'

const ROUNDS = 5
const ROUND_MS = 2000
const CONNECTIONS = 64
/** Linux counts a process's CPU in hundredths of a second. */
const TICK_US = 10_000
const PAYLOAD = JSON.stringify({
  request_id: 'x'.repeat(36),
  data: null,
  auth: { client_token: 'y'.repeat(100), policies: ['default'], lease_duration: 2764800 },
  warnings: null,
})

interface Target {
  readonly pid: number
  readonly address: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

interface Round {
  readonly perSecond: number
  readonly cpuMicros: number
}

/** User and system time of a process, threads included. */
function cpuMicrosOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * TICK_US
}

async function playRound({ pid, address, path, headers, body }: Target): Promise<Round> {
  const pool = new Pool(address, { connections: CONNECTIONS, pipelining: 1 })
  let answered = 0
  const cpu = cpuMicrosOf(pid)
  const began = process.hrtime.bigint()
  const end = performance.now() + ROUND_MS
  const loop = async (): Promise<void> => {
    while (performance.now() < end) {
      const { statusCode, body: answer } = await pool.request({
        path,
        method: body === null ? 'GET' : 'POST',
        headers,
        body,
      })
      await answer.dump()
      if (statusCode !== 200) throw new Error(`${path} was answered with ${statusCode}: this round measures nothing`)
      answered += 1
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, loop))
  const seconds = Number(process.hrtime.bigint() - began) / 1e9
  await pool.close()
  return { perSecond: answered / seconds, cpuMicros: (cpuMicrosOf(pid) - cpu) / answered }
}

interface Ready {
  readonly addresses: Readonly<Record<string, string>>
}

const children: ChildProcess[] = []

async function startServe(standbys: number, data: string): Promise<{ readonly pid: number; readonly ready: Ready }> {
  const bin = new URL('../../packages/fourtwelve/bin/fourtwelve.js', import.meta.url).pathname
  const child = spawn(
    process.execPath,
    [
      bin,
      'serve',
      '--standbys',
      String(standbys),
      '--lag',
      '20ms',
      '--port',
      '0',
      '--root-token',
      'root',
      '--data',
      data,
      '--storage',
      'durable',
      '--set',
      'replication.allow_forwarding_via_header=true',
      '--json',
      '--no-history',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  children.push(child)
  const ready = await new Promise<Ready>((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', (part: Buffer) => {
      text += part.toString()
      if (text.includes('\n')) resolve(JSON.parse(text.slice(0, text.indexOf('\n'))) as Ready)
    })
    child.on('exit', (code) => reject(new Error(`serve ended with ${code}`)))
  })
  return { pid: child.pid ?? 0, ready }
}

/** This very file, started again, is the bare server. */
async function startBare(): Promise<{ readonly pid: number; readonly address: string }> {
  const child = spawn(process.execPath, [new URL(import.meta.url).pathname, 'bare'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const port = await new Promise<string>((resolve) =>
    child.stdout?.on('data', (part: Buffer) => resolve(part.toString().trim())),
  )
  return { pid: child.pid ?? 0, address: `http://127.0.0.1:${port}` }
}

function serveBare(): void {
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      if (parts.length > 0) JSON.parse(Buffer.concat(parts).toString())
      response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
      response.end(PAYLOAD)
    })
  })
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`)
  })
}

async function bench(): Promise<void> {
  const folders = [0, 3].map(() => mkdtempSync(join(tmpdir(), 'fourtwelve-bench-')))
  try {
    const alone = await startServe(0, folders[0] ?? '')
    const group = await startServe(3, folders[1] ?? '')
    const bare = await startBare()
    const at = (of: typeof alone, node: number): string => of.ready.addresses[`n${node}`] ?? ''
    const root = { 'X-Vault-Token': 'root' }
    const json = { ...root, 'Content-Type': 'application/json' }
    const create = { path: '/v1/auth/token/create', headers: json, body: '{"policies":["default"],"ttl":"1h"}' }
    const batch = { ...create, body: '{"type":"batch","policies":["default"],"ttl":"1h"}' }
    const lookup = { path: '/v1/auth/token/lookup-self', headers: root, body: null }
    const targets: Readonly<Record<string, Target>> = {
      'bare node:http, POST': { pid: bare.pid, address: bare.address, ...create },
      'bare node:http, GET': { pid: bare.pid, address: bare.address, ...lookup },
      'service token, durable, no standby': { pid: alone.pid, address: at(alone, 0), ...create },
      'service token, durable, 3 standbys': { pid: group.pid, address: at(group, 0), ...create },
      'batch token on a standby': { pid: group.pid, address: at(group, 1), ...batch },
      'lookup-self on a standby': { pid: group.pid, address: at(group, 1), ...lookup },
      'lookup-self on a standby, forwarded': {
        pid: group.pid,
        address: at(group, 1),
        ...lookup,
        headers: { ...root, 'X-Vault-Forward': 'active-node' },
      },
    }
    const rounds = new Map<string, Round[]>(Object.keys(targets).map((name) => [name, []]))
    for (const target of Object.values(targets)) await playRound(target) // warms up
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, target] of Object.entries(targets)) rounds.get(name)?.push(await playRound(target))
    }
    const results: Record<string, Record<string, number>> = {}
    for (const [name, played] of rounds) {
      const base =
        rounds.get(name.includes('lookup') || name.includes('GET') ? 'bare node:http, GET' : 'bare node:http, POST') ??
        []
      results[name] = {
        'requests/s': Math.round(median(played.map(({ perSecond }) => perSecond))),
        'CPU us/request': Math.round(median(played.map(({ cpuMicros }) => cpuMicros))),
        'of bare': Number(
          median(played.map(({ perSecond }, round) => perSecond / (base[round]?.perSecond ?? Number.NaN))).toFixed(2),
        ),
      }
    }
    console.table(results)
    writeResult('serve', {
      what: 'requests a second of serve beside a bare node:http server',
      rounds: ROUNDS,
      round_ms: ROUND_MS,
      connections: CONNECTIONS,
      machine: machine(),
      results,
    })
  } finally {
    for (const child of children) child.kill('SIGKILL')
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv[2] === 'bare') serveBare()
else await bench()
