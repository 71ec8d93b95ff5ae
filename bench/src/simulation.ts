/**
 * How fast the simulation is: events a second with the stand-in cryptography and with the real one, in one run, interleaved.
 * `npm run bench` prints a table and writes bench/results/simulation.json. Figures are medians of rounds; ratios are medians of
 * paired rounds. Every round does the same work: seeds and keys are fixed, and a round whose answers are not 200 is an error.
 */

import { createRealCrypto } from '@fourtwelve/live'
import {
  DEFAULT_SERVER_CONFIG,
  isJsonObject,
  micros,
  milliseconds,
  nodeId,
  vaultRequest,
  type CryptoPort,
  type JsonObject,
  type NodeId,
  type RequestBody,
  type VaultRequest,
} from '@fourtwelve/protocol'
import { createSimulation, createStandInCrypto, type SimulationOptions, type Stream } from '@fourtwelve/simulation'
import { machine, median, writeResult } from './result.ts'

const ROUNDS = 7
const SIMULATED_SECONDS = 8
const SESSIONS = 16
const THINK = milliseconds(5)
const STANDBYS = 3

type CryptoName = 'stand-in' | 'real'
type MakeCrypto = (random: Stream) => CryptoPort

const constant = (value: number): SimulationOptions['flush'] => ({ dist: 'constant', value: micros(value) })
const json = (value: JsonObject): RequestBody => ({ kind: 'json', value })
const standby = (n: number): NodeId => nodeId(1 + (n % STANDBYS))

interface Workload {
  next(root: string, token: string): VaultRequest
  node(n: number): NodeId
}

const WORKLOADS: Readonly<Record<string, Workload>> = {
  'service tokens made on the active node': {
    next: (token) =>
      vaultRequest('POST', 'auth/token/create', { token, body: json({ policies: ['default'], ttl: '1h' }) }),
    node: () => nodeId(0),
  },
  'batch tokens made on standbys': {
    next: (token) =>
      vaultRequest('POST', 'auth/token/create', {
        token,
        body: json({ type: 'batch', policies: ['default'], ttl: '1h' }),
      }),
    node: standby,
  },
  'lookups on standbys': {
    next: (_, token) => vaultRequest('GET', 'auth/token/lookup-self', { token }),
    node: standby,
  },
}

/** The real port is made once; each simulation feeds it its own stream. */
async function realCrypto(): Promise<MakeCrypto> {
  const keys = {
    indexKey: '0f8fad5b-d9cb-469f-a165-70867728950e',
    sealKey: new Uint8Array(32).fill(7),
    saltKey: new Uint8Array(32).fill(9),
  }
  let source: Stream | null = null
  const port = await createRealCrypto(keys, (length) => source?.bytes(length) ?? new Uint8Array(length))
  return (random) => {
    source = random
    return port
  }
}

interface Round {
  readonly eventsPerSecond: number
  readonly requestsPerSecond: number
}

function playRound(workload: Workload, crypto: MakeCrypto): Round {
  const simulation = createSimulation({
    scenario: 'bench',
    seed: 1,
    standbys: STANDBYS,
    config: DEFAULT_SERVER_CONFIG,
    lag: { default: { kind: 'drawn', from: constant(20_000), sample: 'batch', spikes: null }, links: {} },
    network: { client: constant(0), delivery: constant(200), forward: constant(500) },
    flush: constant(100),
    cost: { read: micros(0), write: micros(0), login: micros(0) },
    given: [],
    rootToken: null,
    crypto,
    observe: () => undefined,
  })
  const end = micros(SIMULATED_SECONDS * 1_000_000)
  let id = 0
  let answered = 0
  let token = ''
  const ask = (node: NodeId, request: VaultRequest, done: (body: JsonObject | null) => void): void => {
    id += 1
    simulation.send(node, id, request, (answer) => {
      if (answer.kind === 'lost' || answer.value.reply.status !== 200)
        throw new Error('a request failed: this round measures nothing')
      done(answer.value.reply.body)
    })
  }
  const loop = (): void =>
    ask(workload.node(id), workload.next(simulation.rootToken, token), () => {
      answered += 1
      if (simulation.now() < end) simulation.after(THINK, loop)
    })
  const first = vaultRequest('POST', 'auth/token/create', {
    token: simulation.rootToken,
    body: json({ policies: ['default'] }),
  })
  ask(nodeId(0), first, (body) => {
    const auth = body?.['auth']
    if (isJsonObject(auth) && typeof auth['client_token'] === 'string') token = auth['client_token']
  })
  simulation.run(milliseconds(100), () => false)
  for (let session = 0; session < SESSIONS; session++) loop()
  const events = simulation.events()
  const began = process.hrtime.bigint()
  simulation.run(end, () => false)
  const seconds = Number(process.hrtime.bigint() - began) / 1e9
  return { eventsPerSecond: (simulation.events() - events) / seconds, requestsPerSecond: answered / seconds }
}

const cryptos: Readonly<Record<CryptoName, MakeCrypto>> = {
  'stand-in': (random) => createStandInCrypto('bench', random),
  real: await realCrypto(),
}
const names: readonly CryptoName[] = ['stand-in', 'real']
const results: Record<string, Record<string, number>> = {}
for (const [name, workload] of Object.entries(WORKLOADS)) {
  const rounds: Record<CryptoName, Round[]> = { 'stand-in': [], real: [] }
  for (const crypto of names) playRound(workload, cryptos[crypto]) // warms up
  for (let round = 0; round < ROUNDS; round++)
    for (const crypto of names) rounds[crypto].push(playRound(workload, cryptos[crypto]))
  const ratios = rounds['stand-in'].map(
    ({ eventsPerSecond }, at) => eventsPerSecond / (rounds.real[at]?.eventsPerSecond ?? Number.NaN),
  )
  results[name] = {
    'events/s, stand-in': Math.round(median(rounds['stand-in'].map((round) => round.eventsPerSecond))),
    'events/s, real': Math.round(median(rounds.real.map((round) => round.eventsPerSecond))),
    'requests/s, stand-in': Math.round(median(rounds['stand-in'].map((round) => round.requestsPerSecond))),
    'stand-in : real': Number(median(ratios).toFixed(2)),
  }
}
console.table(results)
writeResult('simulation', {
  what: 'speed of the simulation: events and requests a second of wall-clock time',
  rounds: ROUNDS,
  simulated_seconds: SIMULATED_SECONDS,
  sessions: SESSIONS,
  standbys: STANDBYS,
  machine: machine(),
  results,
})
