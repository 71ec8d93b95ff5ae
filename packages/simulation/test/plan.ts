/**
 * Small runs from plain data: a cluster, and what happens to it at which time. A plan that breaks something can be kept as it is.
 * Always holds: the same plan gives the same history; every link is whole again and released at the end, and the cluster has
 * time to come to rest.
 */

import type { Answer, Distribution, Fault, LagModel } from '@fourtwelve/cluster'
import { callRecord, replyRecord, startChecks, type LawVerdict } from '@fourtwelve/checker'
import {
  decodeIndexState,
  DEFAULT_SERVER_CONFIG,
  isIndexDefect,
  isJsonObject,
  linkId,
  micros,
  milliseconds,
  nodeId,
  seconds,
  vaultRequest,
  type CryptoPort,
  type HistoryRecord,
  type JsonObject,
  type Micros,
  type ReplicationStanza,
  type ServerConfig,
  type Switches,
  type VaultRequest,
} from '@fourtwelve/protocol'
import { POLICY, REQUESTS, type Asked } from './plan-requests.ts'
import { createSimulation, createStandInCrypto, type Simulation, type Stream } from '@fourtwelve/simulation'

export interface Plan {
  readonly seed: number
  readonly standbys: number
  readonly switches?: Partial<Switches>
  readonly replication?: Partial<ReplicationStanza>
  /** Milliseconds. */
  readonly electionTimeout?: number
  /** Of what is given: `epoch` of the server. */
  readonly epoch?: number
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

export type Act = RequestAct | FaultAct | NodeFaultAct

/** A request. `token` and `index` choose among what answers have given so far, the newest first; `token` 0 is root's. */
export interface RequestAct {
  readonly at: number
  readonly node: number
  readonly what: keyof typeof REQUESTS
  readonly token?: number
  readonly index?: number | 'bad'
  readonly by?: 'forward' | 'inconsistent'
  /** Who asks. Sessions above 1 send what they remember of X-Vault-Index. */
  readonly session?: number
}

/** A fault of the link between the active node and a standby. */
export interface FaultAct {
  readonly at: number
  readonly link: number
  readonly fault: 'hold' | 'release' | 'cut' | 'heal' | { readonly lag: number }
}

/** A fault of a node, or of the whole cluster. */
export interface NodeFaultAct {
  readonly at: number
  readonly victim: number
  readonly trouble: 'kill' | 'lose' | 'restart' | 'pause' | 'resume' | 'step-down' | 'promote' | 'backup' | 'restore'
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

const post = (path: string, value: JsonObject): VaultRequest =>
  vaultRequest('POST', path, { body: { kind: 'json', value } })

export const GIVEN: readonly VaultRequest[] = [
  post('sys/policies/acl/app', { policy: POLICY }),
  post('sys/auth/userpass', { type: 'userpass' }),
  post('auth/userpass/users/ann', { password: 'pw', token_policies: ['app'], token_ttl: '1h' }),
  post('auth/userpass/users/bob', { password: 'pw', token_policies: ['app'], token_type: 'batch', token_ttl: '1h' }),
]

/** After the last act: more than the longest wait there is, and the longest lag. */
const REST: Micros = seconds(200)

const configOf = (plan: Plan): ServerConfig => {
  const { switches = {}, replication = {}, maxRequestDuration, electionTimeout, epoch } = plan
  return {
    ...DEFAULT_SERVER_CONFIG,
    ...(electionTimeout === undefined ? {} : { election_timeout: milliseconds(electionTimeout) }),
    ...(epoch === undefined ? {} : { epoch }),
    ...(maxRequestDuration === undefined ? {} : { max_request_duration: seconds(maxRequestDuration) }),
    switches: { ...DEFAULT_SERVER_CONFIG.switches, ...switches },
    replication: { ...DEFAULT_SERVER_CONFIG.replication, ...replication },
  }
}

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
  /** The highest X-Vault-Index that each session got. */
  const memories = new Map<number, string>()
  let sent = 0

  const send = (act: RequestAct): void => {
    const id = ++sent
    const node = nodeId(act.node % simulation.nodes.length)
    const session = act.session ?? 0
    const remembers = session > 1
    const memory = memories.get(session)
    const tampered = act.what === 'tamper'
    const request = requestOf(act, id, tokens, remembers ? [] : indexes, remembers ? memory : undefined)
    const facts = { id, operation: id, attempt: 1, session: `s${session}`, node, request, remembers, tampered }
    observe(callRecord(simulation.now(), facts))
    simulation.send(node, id, request, (answer) => {
      if (answers.has(id)) throw new Error(`request ${id} was answered twice`)
      answers.set(id, answer)
      observe(replyRecord(simulation.now(), { id, request }, answer))
      if (answer.kind === 'lost') return
      const made = tokenOf(answer.value.reply.body)
      if (made !== null && !tokens.includes(made)) tokens.push(made)
      const { index } = answer.value.reply
      if (index === null) return
      indexes.push(index)
      const known = memories.get(session)
      if (known === undefined || localOf(index) > localOf(known)) memories.set(session, index)
    })
  }

  const trouble = ({ victim, trouble: what }: NodeFaultAct): void => {
    const node = nodeId(victim % simulation.nodes.length)
    simulation.inflict(
      what === 'promote' || what === 'backup' || what === 'restore'
        ? { kind: what }
        : what === 'kill' || what === 'lose'
          ? { kind: 'kill', node, loses: what === 'kill' ? 'nothing' : 'unflushed' }
          : { kind: what, node },
    )
  }
  let last = 0
  for (const act of plan.acts) {
    last = Math.max(last, act.at)
    simulation.after(milliseconds(act.at), () => {
      if ('what' in act) send(act)
      else if ('trouble' in act) trouble(act)
      else if (plan.standbys > 0) simulation.inflict(faultOf(act, plan.standbys))
    })
  }
  simulation.after(milliseconds(last), () => {
    if (plan.acts.some((act) => 'trouble' in act)) {
      for (const { node, running } of simulation.state()) {
        simulation.inflict(running ? { kind: 'resume', node } : { kind: 'restart', node })
      }
    }
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

function localOf(index: string): number {
  const state = decodeIndexState(index)
  return isIndexDefect(state) ? 0 : Number(state.localIndex)
}

/** Another letter in the middle: of the index, the id or the MAC, wherever that is. */
const tamperedWith = (token: string, n: number): string => {
  const at = 8 + (n % Math.max(1, token.length - 16))
  return `${token.slice(0, at)}${token[at] === 'x' ? 'y' : 'x'}${token.slice(at + 1)}`
}

function requestOf(
  act: RequestAct,
  id: number,
  tokens: readonly string[],
  indexes: readonly string[],
  remembered: string | undefined,
): VaultRequest {
  const chosen = act.token ?? 0
  const token = (chosen === 0 ? tokens[0] : tokens.at(-chosen)) ?? tokens[0] ?? ''
  const other = tokens.at(-1 - chosen) ?? tokens[0] ?? ''
  // Root is never revoked: nothing could be asked any more.
  const asks = REQUESTS[act.what] as (other: string, n: number) => Asked
  const spares = act.what.startsWith('revoke') && (act.what === 'revoke self' ? token : other) === tokens[0]
  const [method, path, body] = spares ? (REQUESTS['look up self']() as Asked) : asks(other, id)
  const index =
    remembered !== undefined
      ? [remembered]
      : act.index === undefined
        ? []
        : act.index === 'bad'
          ? ['bad']
          : indexes.slice(-1 - act.index).slice(0, 2)
  return vaultRequest(method, path, {
    token: path.includes('/login/') ? null : act.what === 'tamper' ? tamperedWith(token, id) : token,
    index,
    body: body === undefined ? { kind: 'none' } : { kind: 'json', value: body },
    forward: act.by === 'forward' ? 'active-node' : '',
    inconsistent: act.by === 'inconsistent' ? 'forward-active-node' : '',
  })
}

function tokenOf(body: JsonObject | null): string | null {
  const auth = body?.['auth']
  const token = isJsonObject(auth) ? auth['client_token'] : undefined
  return typeof token === 'string' && token !== '' ? token : null
}

/** The history as it stands in a file. */
export const bytesOf = ({ history }: Played): string => history.map((record) => JSON.stringify(record)).join('\n')
