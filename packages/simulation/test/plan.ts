/**
 * Small runs from plain data: a cluster, and what happens to it at which time. A plan that breaks something can be kept as it is.
 * Always holds: the same plan gives the same history; every link is whole again and released at the end, and the cluster has
 * time to come to rest.
 */

import type { Answer, Distribution, Fault, LagModel } from '@fourtwelve/cluster'
import { startChecks, type LawVerdict } from '@fourtwelve/checker'
import {
  DEFAULT_SERVER_CONFIG,
  DIGEST_START,
  isJsonObject,
  linkId,
  micros,
  milliseconds,
  mixText,
  nodeId,
  seconds,
  tokenKind,
  vaultRequest,
  type CallRecord,
  type CryptoPort,
  type HistoryRecord,
  type JsonObject,
  type Method,
  type Micros,
  type NodeId,
  type ReplicationStanza,
  type ReplyRecord,
  type ServerConfig,
  type Switches,
  type TokenRecord,
  type VaultRequest,
} from '@fourtwelve/protocol'
import { createSimulation, createStandInCrypto, type Simulation, type Stream } from '@fourtwelve/simulation'

export interface Plan {
  readonly seed: number
  readonly standbys: number
  readonly switches?: Partial<Switches>
  readonly replication?: Partial<ReplicationStanza>
  /** Seconds. */
  readonly maxRequestDuration?: number
  readonly lag?: LagModel
  readonly client?: Distribution
  readonly delivery?: Distribution
  readonly forward?: Distribution
  readonly flush?: Distribution
  readonly cost?: number
  readonly acts: readonly Act[]
}

export type Act = RequestAct | FaultAct

/** A request. `token` and `index` choose among what answers have given so far, the newest first; `token` 0 is root's. */
export interface RequestAct {
  readonly at: number
  readonly node: number
  readonly what: keyof typeof REQUESTS
  readonly token?: number
  readonly index?: number | 'bad'
  readonly by?: 'forward' | 'inconsistent'
}

/** A fault of the link between the active node and a standby. */
export interface FaultAct {
  readonly at: number
  readonly link: number
  readonly fault: 'hold' | 'release' | 'cut' | 'heal' | { readonly lag: number }
}

export interface Played {
  readonly simulation: Simulation
  readonly history: readonly HistoryRecord[]
  readonly verdicts: readonly LawVerdict[]
  /** By request; a request has one answer. */
  readonly answers: ReadonlyMap<number, Answer>
  readonly sent: number
}

export const constant = (value: number): Distribution => ({ dist: 'constant', value: micros(value) })
export const drawn = (from: Distribution): LagModel => ({ kind: 'drawn', from, sample: 'batch', spikes: null })
export const lagOf = (ms: number): LagModel => drawn(constant(ms * 1_000))

const POLICY = `
path "secret/*" { capabilities = ["create", "read", "update", "delete", "list"] }
path "auth/token/*" { capabilities = ["create", "read", "update", "sudo"] }
`
const post = (path: string, value: JsonObject): VaultRequest =>
  vaultRequest('POST', path, { body: { kind: 'json', value } })

export const GIVEN: readonly VaultRequest[] = [
  post('sys/policies/acl/app', { policy: POLICY }),
  post('sys/auth/userpass', { type: 'userpass' }),
  post('auth/userpass/users/ann', { password: 'pw', token_policies: ['app'], token_ttl: '1h' }),
  post('auth/userpass/users/bob', { password: 'pw', token_policies: ['app'], token_type: 'batch', token_ttl: '1h' }),
]

type Asked = readonly [Method, string, JsonObject?]

/** What a request asks. `other` is another token than its own; `n` numbers requests. */
const REQUESTS = {
  write: (_, n) => ['POST', 'secret/data/a', { data: { n } }],
  'write elsewhere': (_, n) => ['POST', `secret/data/s${n % 5}`, { data: { n } }],
  read: () => ['GET', 'secret/data/a'],
  list: () => ['LIST', 'secret/metadata'],
  delete: () => ['DELETE', 'secret/metadata/a'],
  create: () => ['POST', 'auth/token/create', { policies: ['app'], ttl: '1h' }],
  'create orphan': () => ['POST', 'auth/token/create-orphan', { policies: ['app'], ttl: '30s' }],
  'create short': () => ['POST', 'auth/token/create', { policies: ['app'], ttl: '1s' }],
  'create limited': () => ['POST', 'auth/token/create', { policies: ['app'], num_uses: 2 }],
  'create batch': () => ['POST', 'auth/token/create', { policies: ['app'], type: 'batch', ttl: '1h' }],
  'create custom': (_, n) => ['POST', 'auth/token/create', { policies: ['app'], id: `custom-${n}` }],
  'look up self': () => ['GET', 'auth/token/lookup-self'],
  'look up other': (other) => ['POST', 'auth/token/lookup', { token: other }],
  'renew self': () => ['POST', 'auth/token/renew-self', {}],
  'renew other': (other) => ['POST', 'auth/token/renew', { token: other }],
  'revoke self': () => ['POST', 'auth/token/revoke-self', {}],
  'revoke other': (other) => ['POST', 'auth/token/revoke', { token: other }],
  'revoke and orphan': (other) => ['POST', 'auth/token/revoke-orphan', { token: other }],
  'log in': () => ['POST', 'auth/userpass/login/ann', { password: 'pw' }],
  'log in for batch': () => ['POST', 'auth/userpass/login/bob', { password: 'pw' }],
  'log in badly': () => ['POST', 'auth/userpass/login/ann', { password: 'no' }],
  'policy away': () => [
    'POST',
    'sys/policies/acl/app',
    { policy: 'path "secret/data/s1" { capabilities = ["read"] }' },
  ],
  'policy back': () => ['POST', 'sys/policies/acl/app', { policy: POLICY }],
  mount: (_, n) => ['POST', `sys/mounts/kv${n}`, { type: 'kv' }],
  health: () => ['GET', 'sys/health'],
  nowhere: () => ['GET', 'no/such/path'],
  'bad path': () => ['POST', 'secret/data/a/', {}],
} satisfies Readonly<Record<string, (other: string, n: number) => Asked>>

export const REQUEST_KINDS: readonly (keyof typeof REQUESTS)[] = Object.keys(REQUESTS) as (keyof typeof REQUESTS)[]

/** After the last act: more than the longest wait there is, and the longest lag. */
const REST: Micros = seconds(200)

const configOf = ({ switches = {}, replication = {}, maxRequestDuration }: Plan): ServerConfig => ({
  ...DEFAULT_SERVER_CONFIG,
  ...(maxRequestDuration === undefined ? {} : { max_request_duration: seconds(maxRequestDuration) }),
  switches: { ...DEFAULT_SERVER_CONFIG.switches, ...switches },
  replication: { ...DEFAULT_SERVER_CONFIG.replication, ...replication },
})

export function play(plan: Plan, crypto: (random: Stream) => CryptoPort = standIn): Played {
  const checks = startChecks()
  const history: HistoryRecord[] = []
  const observe = (record: HistoryRecord): void => {
    history.push(record)
    checks.observe(record)
  }
  const cost = micros(plan.cost ?? 0)
  const simulation = createSimulation({
    scenario: 'plan',
    seed: plan.seed,
    standbys: plan.standbys,
    config: configOf(plan),
    lag: { default: plan.lag ?? lagOf(20), links: {} },
    network: {
      client: plan.client ?? constant(0),
      delivery: plan.delivery ?? constant(200),
      forward: plan.forward ?? constant(500),
    },
    flush: plan.flush ?? constant(100),
    cost: { read: cost, write: cost, login: cost },
    given: GIVEN,
    rootToken: null,
    crypto,
    observe,
  })
  const answers = new Map<number, Answer>()
  const tokens: string[] = [simulation.rootToken]
  const indexes: string[] = []
  let sent = 0

  const send = (act: RequestAct): void => {
    const id = ++sent
    const node = nodeId(act.node % simulation.nodes.length)
    const request = requestOf(act, id, tokens, indexes)
    observe(callRecord(simulation.now(), id, node, request))
    simulation.send(node, id, request, (answer) => {
      if (answers.has(id)) throw new Error(`request ${id} was answered twice`)
      answers.set(id, answer)
      observe(replyRecord(simulation.now(), id, answer, request))
      if (answer.kind === 'lost') return
      const made = tokenOf(answer.value.reply.body)
      if (made !== null && !tokens.includes(made)) tokens.push(made)
      if (answer.value.reply.index !== null) indexes.push(answer.value.reply.index)
    })
  }

  let last = 0
  for (const act of plan.acts) {
    last = Math.max(last, act.at)
    simulation.after(milliseconds(act.at), () => {
      if ('what' in act) send(act)
      else if (plan.standbys > 0) simulation.inflict(faultOf(act, plan.standbys))
    })
  }
  simulation.after(milliseconds(last), () => {
    for (let standby = 1; standby <= plan.standbys; standby++) {
      for (const fault of ['heal', 'release'] as const) {
        simulation.inflict({ kind: fault, link: linkId(nodeId(0), nodeId(standby)) })
      }
    }
  })
  simulation.run(micros(milliseconds(last) + REST), () => false)
  return { simulation, history, verdicts: checks.verdicts(), answers, sent }
}

const standIn = (random: Stream): CryptoPort => createStandInCrypto('plan', random)

function faultOf({ link, fault }: FaultAct, standbys: number): Fault {
  const named = linkId(nodeId(0), nodeId(1 + (link % standbys)))
  return typeof fault === 'string' ? { kind: fault, link: named } : { kind: 'lag', link: named, lag: lagOf(fault.lag) }
}

function requestOf(act: RequestAct, id: number, tokens: readonly string[], indexes: readonly string[]): VaultRequest {
  const chosen = act.token ?? 0
  const token = (chosen === 0 ? tokens[0] : tokens.at(-chosen)) ?? tokens[0] ?? ''
  const other = tokens.at(-1 - chosen) ?? tokens[0] ?? ''
  // Root is never revoked: nothing could be asked any more.
  const asks = REQUESTS[act.what] as (other: string, n: number) => Asked
  const spares = act.what.startsWith('revoke') && (act.what === 'revoke self' ? token : other) === tokens[0]
  const [method, path, body] = spares ? (REQUESTS['look up self']() as Asked) : asks(other, id)
  const index = act.index === undefined ? [] : act.index === 'bad' ? ['bad'] : indexes.slice(-1 - act.index).slice(0, 2)
  return vaultRequest(method, path, {
    token: path.includes('/login/') ? null : token,
    index,
    body: body === undefined ? { kind: 'none' } : { kind: 'json', value: body },
    forward: act.by === 'forward' ? 'active-node' : '',
    inconsistent: act.by === 'inconsistent' ? 'forward-active-node' : '',
  })
}

const callRecord = (t: Micros, id: number, node: NodeId, request: VaultRequest): CallRecord => ({
  kind: 'call',
  t,
  id,
  op: id,
  attempt: 1,
  session: 'plan',
  node,
  method: request.method,
  path: request.path,
  token: tokenRecord(request.token),
  ...(/^auth\/token\/(lookup|renew|revoke|revoke-orphan)$/.test(request.path)
    ? { bodyToken: bodyTokenOf(request) }
    : {}),
  index: request.index,
  forward: request.forward !== '' ? 'forward' : request.inconsistent !== '' ? 'inconsistent' : '',
})

const bodyTokenOf = ({ body }: VaultRequest): TokenRecord => {
  const named = body.kind === 'json' ? body.value['token'] : undefined
  return tokenRecord(typeof named === 'string' ? named : null)
}

function replyRecord(t: Micros, id: number, answer: Answer, request: VaultRequest): ReplyRecord {
  if (answer.kind === 'lost') return { kind: 'reply', t, id, status: 0, errors: [answer.why], index: null, token: null }
  const { reply, served } = answer.value
  const errors = reply.body?.['errors']
  const made = request.path.startsWith('auth/token/renew') ? null : tokenOf(reply.body)
  return {
    kind: 'reply',
    t,
    id,
    status: reply.status,
    errors: Array.isArray(errors) ? errors.filter((text) => typeof text === 'string') : [],
    index: reply.index,
    token: made === null ? null : tokenRecord(made),
    ...served,
  }
}

function tokenOf(body: JsonObject | null): string | null {
  const auth = body?.['auth']
  const token = isJsonObject(auth) ? auth['client_token'] : undefined
  return typeof token === 'string' && token !== '' ? token : null
}

function tokenRecord(token: string | null): TokenRecord {
  if (token === null) return { type: 'none' }
  const kind = tokenKind(token)
  if (kind.kind === 'consistent') {
    const { localIndex, indexEpoch, inner } = kind.token
    return { type: 'service', index: localIndex, epoch: indexEpoch, id: mixText(DIGEST_START, inner).toString(16) }
  }
  return { type: kind.kind === 'batch' ? 'batch' : kind.kind === 'short-service' ? 'short' : 'other' }
}

/** The history as it stands in a file. */
export const bytesOf = ({ history }: Played): string => history.map((record) => JSON.stringify(record)).join('\n')
