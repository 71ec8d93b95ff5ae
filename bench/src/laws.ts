/**
 * How fast histories are judged: calls a second of processor time by all laws in one pass, over a history that a simulation makes beforehand;
 * and how much faster that is than a pass for each law. `npm run bench:laws` prints a table and writes bench/results/laws.json. The history
 * is the same in every round; a law that is broken in it is an error, since then something else is measured. Figures are medians of rounds.
 */

import { ALL_LAWS, callRecord, replyRecord, startChecks, type Law } from '@fourtwelve/checker'
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

/** Records are judged a handful at a time, just after they were made, as `check` does with what it reads. */
const AT_ONCE = 512

/** What one pass by some laws costs: microseconds of processor time a call, garbage collection on other threads included. */
function judge(lines: readonly string[], laws: readonly Law[]): number {
  const checks = startChecks(laws)
  let spent = 0
  for (let from = 0; from < lines.length; from += AT_ONCE) {
    const records = lines.slice(from, from + AT_ONCE).map((line): HistoryRecord => JSON.parse(line))
    const began = process.cpuUsage()
    for (const record of records) checks.observe(record)
    const { user, system } = process.cpuUsage(began)
    spent += user + system
  }
  for (const { name, witness } of checks.verdicts()) {
    if (witness !== undefined) throw new Error(`${name} is broken in the history of this benchmark: ${witness.prose}`)
  }
  return spent / CALLS
}

const lines = makeHistory().map((record) => JSON.stringify(record))
judge(lines, ALL_LAWS) // warms up
const together = Array.from({ length: ROUNDS }, () => judge(lines, ALL_LAWS))
const oneByOne = ALL_LAWS.reduce((sum, law) => sum + judge(lines, [law]), 0)
const perSecond = (microseconds: number): number => Math.round(1e6 / microseconds)
const results = {
  'calls/s, all laws in one pass': perSecond(median(together)),
  'the same, fastest round': perSecond(Math.min(...together)),
  'records/s, all laws in one pass': Math.round((perSecond(median(together)) * lines.length) / CALLS),
  'one pass by all laws is faster than a pass each by': Number((oneByOne / median(together)).toFixed(1)),
  'records a call': Number((lines.length / CALLS).toFixed(1)),
}
console.table(results)
writeResult('laws', {
  what: 'speed of the checker: calls judged a second of processor time; records are made from text just before, which is not counted',
  laws: ALL_LAWS.length,
  calls: CALLS,
  records: lines.length,
  rounds: ROUNDS,
  machine: machine(),
  results,
})
