// One run of a small busy cluster, printed: its fingerprint and its whole history. In JavaScript, so that a bare process can
// play it too. Arguments: a seed.
import { pathToFileURL } from 'node:url'
import { DEFAULT_SERVER_CONFIG, micros, milliseconds, nodeId, vaultRequest } from '@fourtwelve/protocol'
import { createSimulation, createStandInCrypto } from '@fourtwelve/simulation'

const uniform = (max) => ({ dist: 'uniform', min: micros(0), max: micros(max) })
const body = (value) => ({ kind: 'json', value })

/** @param {number} seed */
export function runOnce(seed) {
  /** @type {string[]} */
  const lines = []
  const observe = (record) => lines.push(JSON.stringify(record))
  const simulation = createSimulation({
    scenario: 'run once',
    seed,
    standbys: 3,
    config: DEFAULT_SERVER_CONFIG,
    lag: {
      default: {
        kind: 'drawn',
        from: { dist: 'lognormal', median: milliseconds(20), sigma: 0.8 },
        sample: 'batch',
        spikes: null,
      },
      links: { 'n0->n2': { kind: 'raft' } },
    },
    network: {
      client: uniform(900),
      delivery: { dist: 'exponential', mean: micros(300), min: micros(50) },
      forward: uniform(700),
    },
    flush: { dist: 'normal', mean: micros(400), stddev: micros(150), min: micros(100) },
    cost: { read: micros(20), write: micros(80), login: micros(500) },
    given: [
      vaultRequest('POST', 'sys/auth/userpass', { body: body({ type: 'userpass' }) }),
      vaultRequest('POST', 'auth/userpass/users/ann', { body: body({ password: 'pw' }) }),
    ],
    rootToken: null,
    crypto: (random) => createStandInCrypto('run once', random),
    observe,
  })
  const chance = simulation.chance('load')
  const root = simulation.rootToken
  const kinds = [
    () => vaultRequest('POST', 'secret/data/a', { token: root, body: body({ data: { n: chance.below(1000) } }) }),
    () => vaultRequest('GET', 'secret/data/a', { token: root }),
    () => vaultRequest('POST', 'auth/token/create', { token: root, body: body({ policies: ['default'], ttl: '2s' }) }),
    () => vaultRequest('POST', 'auth/userpass/login/ann', { body: body({ password: 'pw' }) }),
  ]
  for (let id = 1; id <= 300; id += 1) {
    simulation.after(micros(chance.below(1_000_000)), () => {
      const kind = kinds[chance.below(kinds.length)]
      simulation.send(nodeId(chance.below(4)), id, kind(), (answer) => observe({ t: simulation.now(), id, answer }))
    })
  }
  simulation.after(milliseconds(300), () => simulation.inflict({ kind: 'cut', link: 'n0->n1' }))
  simulation.after(milliseconds(500), () => simulation.inflict({ kind: 'heal', link: 'n0->n1' }))
  simulation.run(milliseconds(5_000), () => false)
  return `${simulation.fingerprint()}\n${lines.join('\n')}\n`
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.stdout.write(runOnce(Number(process.argv[2])))
}
