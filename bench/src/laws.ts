/**
 * How fast histories are judged: calls a second of processor time by all laws in one pass, over a history that a simulation makes beforehand.
 * `npm run bench:laws` prints a table and writes bench/results/laws.json. The history is the same in every round; a law that is broken in
 * it is an error, since then something else is measured. Figures are medians of rounds.
 */

import { ALL_LAWS, callRecord, replyRecord, startChecks } from '@fourtwelve/checker'
import {
  DEFAULT_SERVER_CONFIG,
  isJsonObject,
  micros,
  milliseconds,
  nodeId,
  vaultRequest,
  type HistoryRecord,
  type JsonObject,
  type VaultRequest,
} from '@fourtwelve/protocol'
import { createSimulation, createStandInCrypto, type SimulationOptions } from '@fourtwelve/simulation'
import { machine, median, writeResult } from './result.ts'

const ROUNDS = 21
const CALLS = 50_000
const SESSIONS = 64
const STANDBYS = 3
const THINK = milliseconds(2)

const constant = (value: number): SimulationOptions['flush'] => ({ dist: 'constant', value: micros(value) })

const POLICY =
  'path "secret/*" { capabilities = ["create", "read", "update"] }\npath "auth/token/*" { capabilities = ["create", "update", "read"] }'
const post = (path: string, value: JsonObject): VaultRequest =>
  vaultRequest('POST', path, { body: { kind: 'json', value } })

/** What one session remembers. */
interface Session {
  readonly name: string
  token: string | null
  index: string | null
  turn: number
}

type Ask = (session: Session) => VaultRequest

const read: Ask = ({ name }) => vaultRequest('GET', `secret/data/${name}`)
const lookUp: Ask = () => vaultRequest('GET', 'auth/token/lookup-self')
/** As in the field: many reads and lookups, some writes, few tokens. A session goes through these again and again. */
const MIX: readonly Ask[] = [
  () => post('auth/token/create', { policies: ['app'], ttl: '1h' }),
  lookUp,
  ({ name, turn }) => post(`secret/data/${name}`, { data: { turn } }),
  read,
  lookUp,
  read,
  read,
  () => post('auth/token/create', { policies: ['app'], type: 'batch', ttl: '1h' }),
  lookUp,
  read,
  () => post('auth/token/renew-self', {}),
  read,
]

/** Sessions that remember their index, on a cluster whose standbys lag by 5 ms. */
function makeHistory(): readonly HistoryRecord[] {
  const history: HistoryRecord[] = []
  const simulation = createSimulation({
    scenario: 'bench',
    seed: 1,
    standbys: STANDBYS,
    config: DEFAULT_SERVER_CONFIG,
    lag: { default: { kind: 'drawn', from: constant(5_000), sample: 'batch', spikes: null }, links: {} },
    network: { client: constant(100), delivery: constant(200), forward: constant(500) },
    flush: constant(100),
    cost: { read: micros(0), write: micros(0), login: micros(0) },
    given: [post('sys/policies/acl/app', { policy: POLICY })],
    rootToken: null,
    crypto: (random) => createStandInCrypto('bench', random),
    observe: (record) => history.push(record),
  })
  let calls = 0
  const loop = (session: Session): void => {
    if (calls >= CALLS) return
    const id = ++calls
    const turn = session.turn++
    const ask = MIX[turn % MIX.length] ?? lookUp
    // Each round of the mix begins with root, which makes the next token.
    const token = turn % MIX.length === 0 ? simulation.rootToken : session.token
    const request = { ...ask(session), token, index: session.index === null ? [] : [session.index] }
    const node = nodeId(id % (STANDBYS + 1))
    history.push(
      callRecord(simulation.now(), {
        id,
        operation: id,
        attempt: 1,
        session: session.name,
        node,
        request,
        remembers: true,
      }),
    )
    simulation.send(node, id, request, (answer) => {
      history.push(replyRecord(simulation.now(), { id, request }, answer))
      if (answer.kind === 'lost') throw new Error(`call ${id} was lost: ${answer.why}`)
      const { index, body } = answer.value.reply
      const auth = body?.['auth']
      if (isJsonObject(auth) && auth['token_type'] === 'service' && typeof auth['client_token'] === 'string') {
        session.token = auth['client_token']
      }
      if (index !== null) session.index = index
      simulation.after(THINK, () => loop(session))
    })
  }
  for (let n = 0; n < SESSIONS; n++) loop({ name: `s${n}`, token: simulation.rootToken, index: null, turn: n })
  simulation.run(milliseconds(3_600_000), () => false)
  return history
}

/** Calls a second of processor time, garbage collection on other threads included: others at work on the machine count less so. */
function judgeAll(history: readonly HistoryRecord[], laws = ALL_LAWS): number {
  const began = process.cpuUsage()
  const checks = startChecks(laws)
  for (const record of history) checks.observe(record)
  const verdicts = checks.verdicts()
  const { user, system } = process.cpuUsage(began)
  for (const { name, witness } of verdicts) {
    if (witness !== undefined) throw new Error(`${name} is broken in the history of this benchmark: ${witness.prose}`)
  }
  return (CALLS * 1e6) / (user + system)
}

const history = makeHistory()
judgeAll(history) // warms up
const speeds = Array.from({ length: ROUNDS }, () => judgeAll(history))
const judged = new Map(
  (() => {
    const checks = startChecks()
    for (const record of history) checks.observe(record)
    return checks.verdicts().map(({ name, checked }) => [name, checked] as const)
  })(),
)
const results = {
  'calls/s of processor time, all laws': Math.round(median(speeds)),
  'the same, slowest round': Math.round(Math.min(...speeds)),
  'records a call': Number((history.length / CALLS).toFixed(1)),
}
console.table(results)
console.table(Object.fromEntries(Array.from(judged, ([name, checked]) => [name, { judged: checked }])))
writeResult('laws', {
  what: 'speed of the checker: calls judged a second of processor time by all laws in one pass',
  laws: ALL_LAWS.length,
  calls: CALLS,
  records: history.length,
  rounds: ROUNDS,
  machine: machine(),
  results,
})
