// How fast the simulation is: events a second with the stand-in cryptography and with the real one, in one run, interleaved.
// `npm run bench` prints a table and writes bench/results/simulation.json. Figures are medians; ratios are of paired rounds.
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { createRealCrypto } from '@fourtwelve/live'
import { DEFAULT_SERVER_CONFIG, micros, milliseconds, vaultRequest } from '@fourtwelve/protocol'
import { createSimulation, createStandInCrypto } from '@fourtwelve/simulation'

const ROUNDS = 7
const SIMULATED_SECONDS = 5
const SESSIONS = 64
const constant = (value) => ({ dist: 'constant', value: micros(value) })
const json = (value) => ({ kind: 'json', value })

// Keys are fixed: the benchmark measures speed, and every round must do the same work.
const keys = {
  indexKey: '0f8fad5b-d9cb-469f-a165-70867728950e',
  sealKey: new Uint8Array(32).fill(7),
  saltKey: new Uint8Array(32).fill(9),
}

const CRYPTO = {
  'stand-in': (random) => createStandInCrypto('bench', random),
  real: await realCrypto(),
}

async function realCrypto() {
  let source = null
  const port = await createRealCrypto(keys, (length) => source.bytes(length))
  return (random) => {
    source = random
    return port
  }
}

/** Sessions in closed loops, 1 ms of think time. */
const WORKLOADS = {
  'create service token': {
    standbys: 3,
    next: (root) =>
      vaultRequest('POST', 'auth/token/create', { token: root, body: json({ policies: ['default'], ttl: '1h' }) }),
    node: () => 0,
  },
  'create batch token on standbys': {
    standbys: 3,
    next: (root) =>
      vaultRequest('POST', 'auth/token/create', {
        token: root,
        body: json({ type: 'batch', policies: ['default'], ttl: '1h' }),
      }),
    node: (n) => 1 + (n % 3),
  },
  'lookup-self on standbys': {
    standbys: 3,
    next: (root, token) => vaultRequest('GET', 'auth/token/lookup-self', { token }),
    node: (n) => 1 + (n % 3),
  },
}

function round(workload, crypto) {
  const simulation = createSimulation({
    scenario: 'bench',
    seed: 1,
    standbys: workload.standbys,
    config: DEFAULT_SERVER_CONFIG,
    lag: { default: { kind: 'drawn', from: constant(20_000), sample: 'batch', spikes: null }, links: {} },
    network: { client: constant(0), delivery: constant(200), forward: constant(500) },
    flush: constant(100),
    cost: { read: 0, write: 0, login: 0 },
    given: [],
    rootToken: null,
    crypto,
    observe: () => undefined,
  })
  let id = 0
  let answered = 0
  let token = null
  const end = micros(SIMULATED_SECONDS * 1_000_000)
  const loop = () => {
    id += 1
    const node = simulation.nodes[workload.node(id)]
    simulation.send(node, id, workload.next(simulation.rootToken, token), (answer) => {
      if (answer.value.reply.status !== 200)
        throw new Error(`status ${answer.value.reply.status}: the benchmark measures nothing`)
      answered += 1
      if (simulation.now() < end) simulation.after(milliseconds(1), loop)
    })
  }
  simulation.send(
    simulation.nodes[0],
    ++id,
    vaultRequest('POST', 'auth/token/create', { token: simulation.rootToken, body: json({ policies: ['default'] }) }),
    (answer) => {
      token = answer.value.reply.body.auth.client_token
    },
  )
  simulation.run(milliseconds(100), () => false)
  for (let i = 0; i < SESSIONS; i += 1) loop()
  const events = simulation.events()
  const began = process.hrtime.bigint()
  simulation.run(end, () => false)
  const seconds = Number(process.hrtime.bigint() - began) / 1e9
  return {
    eventsPerSecond: (simulation.events() - events) / seconds,
    requestsPerSecond: answered / seconds,
    fingerprint: simulation.fingerprint(),
  }
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
const results = {}
for (const [name, workload] of Object.entries(WORKLOADS)) {
  const rounds = { 'stand-in': [], real: [] }
  for (const crypto of Object.keys(rounds)) round(workload, CRYPTO[crypto])
  for (let i = 0; i < ROUNDS; i += 1)
    for (const crypto of Object.keys(rounds)) rounds[crypto].push(round(workload, CRYPTO[crypto]))
  const figures = (crypto) => ({
    events_per_second: Math.round(median(rounds[crypto].map((r) => r.eventsPerSecond))),
    requests_per_second: Math.round(median(rounds[crypto].map((r) => r.requestsPerSecond))),
  })
  const ratio = median(rounds['stand-in'].map((r, i) => r.eventsPerSecond / rounds.real[i].eventsPerSecond))
  results[name] = { 'stand-in': figures('stand-in'), real: figures('real'), ratio: Number(ratio.toFixed(2)) }
}

console.table(
  Object.fromEntries(
    Object.entries(results).map(([name, { real, ratio, ...rest }]) => [
      name,
      {
        'events/s stand-in': rest['stand-in'].events_per_second,
        'events/s real': real.events_per_second,
        'requests/s stand-in': rest['stand-in'].requests_per_second,
        ratio,
      },
    ]),
  ),
)
const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, platform: process.platform }
const measured = {
  what: 'simulation speed',
  rounds: ROUNDS,
  simulated_seconds: SIMULATED_SECONDS,
  sessions: SESSIONS,
  standbys: 3,
  machine,
  results,
}
mkdirSync(new URL('results/', import.meta.url), { recursive: true })
writeFileSync(new URL('results/simulation.json', import.meta.url), `${JSON.stringify(measured, null, 2)}\n`)
