/**
 * An active node and its standbys, driven by hand: nothing is delivered, flushed or applied before the test says so, so that a
 * test can stand in any state between two steps.
 * Always holds: messages of one lane of a link arrive in their order; a request is answered once, or the harness throws; a referee
 * watches every entry, commit, lead and answer. Nobody loses patience with the active node unless the test sets `election_timeout`.
 */

import {
  DEFAULT_SERVER_CONFIG,
  micros,
  milliseconds,
  MICROS_PER_SECOND,
  nodeId,
  seconds,
  term,
  vaultRequest,
  walIndex,
  type ClusterId,
  type CryptoPort,
  type JsonObject,
  type Method,
  type Micros,
  type NodeId,
  type ReplicationStanza,
  type ServedReply,
  type ServerConfig,
  type Switches,
  type VaultRequest,
  type WalIndex,
} from '@fourtwelve/protocol'
import {
  committedState,
  foundCluster,
  joinCluster,
  laneOf,
  recoverNode,
  step,
  type Effect,
  type NodeEvent,
  type NodeOptions,
  type NodeState,
  type PeerMessage,
} from '@fourtwelve/vault-node'
import { Referee } from './referee.ts'
import { createTestCrypto } from './test-crypto.ts'
import { TestDisk } from './test-disk.ts'

export const BEGINS_AT: Micros = micros(1_767_225_600 * MICROS_PER_SECOND)
/** Rounds of deliveries and flushes, or of timers at one time, until a cluster must be quiet. */
const ROUNDS_MAX = 10_000
/** So long that no test is about it. */
const CALM: Micros = seconds(1_000_000)
/** What `live` lets pass at once: links and disks work in between. */
const LIVE_SLICE: Micros = milliseconds(100)
/** Until a cluster that can must have an active node. */
const ELECTED_WITHIN: Micros = seconds(120)

export interface Applied {
  readonly node: NodeId
  readonly from: WalIndex
  readonly through: WalIndex
  readonly chain: number
}

export interface GroupOptions {
  readonly standbys?: number
  readonly config?: ServerConfig
  /** Served before the nodes begin, with the root token where none is given. */
  readonly given?: readonly VaultRequest[]
}

/** Vault's defaults with these replaced, and endless patience with the active node. */
export const withConfig = (
  switches: Partial<Switches>,
  replication: Partial<ReplicationStanza> = {},
  rest: Partial<ServerConfig> = {},
): ServerConfig => ({
  ...DEFAULT_SERVER_CONFIG,
  election_timeout: CALM,
  ...rest,
  switches: { ...DEFAULT_SERVER_CONFIG.switches, ...switches },
  replication: { ...DEFAULT_SERVER_CONFIG.replication, ...replication },
})

export const post = (path: string, value: JsonObject): VaultRequest =>
  vaultRequest('POST', path, { body: { kind: 'json', value } })

interface Member {
  state: NodeState
  readonly disk: TestDisk
  /** By time as it passes. */
  wakeAt: Micros | null
  mustContinue: boolean
  /** Of the last `commit-known`: what the link's lag is still running for. */
  known: WalIndex
  isDead: boolean
  /** How far its clock is ahead. */
  skew: Micros
}

export class NodeGroup {
  readonly crypto: CryptoPort = createTestCrypto()
  readonly rootToken: string
  /** Every node begins with the log up to here. */
  readonly founded: WalIndex
  readonly given: readonly ServedReply[]
  readonly ids: readonly NodeId[]
  /** Everything that was made visible, in order. */
  readonly applied: Applied[] = []
  /** What the active node announced as committed, in order. */
  readonly committed: WalIndex[] = []
  /** How far the answering node was when each answer left. */
  readonly leftAt = new Map<number, { readonly shipped: WalIndex; readonly committed: WalIndex }>()
  /** Who became active, in order. */
  readonly leads: NodeId[] = []
  readonly #referee: Referee
  readonly #options: Omit<NodeOptions, 'id'>
  readonly #members = new Map<NodeId, Member>()
  readonly #wires = new Map<string, PeerMessage[]>()
  readonly #cuts = new Set<string>()
  readonly #answers = new Map<number, ServedReply | null>()
  /** Requests that are not answered, and where. */
  readonly #pendingOn = new Map<number, number>()
  #now: Micros = BEGINS_AT
  #requests = 0

  constructor({ standbys = 1, config = withConfig({}), given = [] }: GroupOptions = {}) {
    const { crypto } = this
    this.ids = Array.from({ length: standbys + 1 }, (_, ordinal) => nodeId(ordinal))
    const active = nodeId(0)
    const founding = { cluster: 'test-cluster' as ClusterId, clusterName: 'test', term: term(1), config }
    this.#options = { ...founding, nodes: this.ids, active }
    const founded = foundCluster(founding, null, given, BEGINS_AT, crypto)
    this.rootToken = founded.rootToken
    this.given = founded.replies
    this.founded = founded.entries.at(-1)?.index ?? walIndex(0)
    for (const id of this.ids) {
      const state = joinCluster({ ...founding, id, nodes: this.ids, active }, founded.entries, BEGINS_AT, crypto)
      const fresh = { wakeAt: null, mustContinue: false, known: state.log.head, isDead: false, skew: micros(0) }
      this.#members.set(id, { state, disk: new TestDisk(committedState(state)), ...fresh })
    }
    this.#referee = new Referee(this.founded, this.node(0).log.chain, founding.term, this.ids, active)
    // They ask for their timers, and the active node says that it is there.
    for (const ordinal of this.ids.keys()) this.happen(ordinal, { kind: 'timer' })
    this.settle()
  }

  get now(): Micros {
    return this.#now
  }

  /** Throws while there is none; of two the one that was elected later. */
  get active(): NodeState {
    const ordinal = this.activeOrdinal
    if (ordinal === null) throw new Error('no node is active')
    return this.node(ordinal)
  }

  get activeOrdinal(): number | null {
    const { leader } = this.#referee
    return leader === null ? null : this.ids.indexOf(leader)
  }

  /** Everything up to here was committed by somebody. */
  get committedThrough(): number {
    return this.#referee.committedThrough
  }

  node(ordinal: number): NodeState {
    return this.#member(nodeId(ordinal)).state
  }

  disk(ordinal: number): TestDisk {
    return this.#member(nodeId(ordinal)).disk
  }

  /** The digest of the whole log up to an index that was committed. Throws where none was. */
  chainAt(index: WalIndex): number {
    return this.#referee.chainAt(index)
  }

  /** What a node has appended and not yet flushed, up to here. */
  unflushed(ordinal: number): WalIndex {
    return this.disk(ordinal).appended
  }

  isCut(a: number, b: number): boolean {
    return this.#cuts.has(`${a} ${b}`)
  }

  // ---- clients

  /** Sends a request; the answer is there when `answerOf` gives one. */
  begin(ordinal: number, request: VaultRequest): number {
    const id = ++this.#requests
    if (this.isDead(ordinal)) throw new Error(`n${ordinal} is dead and takes no request`)
    this.#answers.set(id, null)
    this.#pendingOn.set(id, ordinal)
    this.#referee.asked(id, nodeId(ordinal))
    this.happen(ordinal, { kind: 'request', id, request })
    return id
  }

  /** Null: no answer has left yet. */
  answerOf(id: number): ServedReply | null {
    return this.#answers.get(id) ?? null
  }

  /** Sends a request and lets messages and disks work until it is answered. No lag passes, and no time. */
  send(ordinal: number, request: VaultRequest): ServedReply {
    const id = this.begin(ordinal, request)
    this.settle()
    const answer = this.answerOf(id)
    if (answer === null)
      throw new Error(`${request.method} ${request.path} is not answered yet: it waits for something`)
    return answer
  }

  /** A request with the root token unless another is given; null for none. */
  ask(
    ordinal: number,
    method: Method,
    path: string,
    given: Partial<VaultRequest> & { readonly json?: JsonObject } = {},
  ): ServedReply {
    return this.send(ordinal, this.request(method, path, given))
  }

  request(
    method: Method,
    path: string,
    given: Partial<VaultRequest> & { readonly json?: JsonObject } = {},
  ): VaultRequest {
    const { json, ...rest } = given
    const body = json === undefined ? {} : { body: { kind: 'json', value: json } as const }
    return vaultRequest(method, path, { token: this.rootToken, ...body, ...rest })
  }

  // ---- disks, links, lag, time

  /** Makes durable what a node has appended, up to `through`. */
  flush(ordinal: number, through: WalIndex = this.unflushed(ordinal)): void {
    const durable = this.disk(ordinal).flush(through)
    if (durable !== null) this.happen(ordinal, { kind: 'flushed', through: durable })
  }

  /** Writes down what a majority has of the state, where all of it is on the disk already. */
  checkpoint(ordinal: number): void {
    const { state, disk, isDead } = this.#member(nodeId(ordinal))
    if (!isDead && state.log.snapshot === null) disk.checkpoint(committedState(state))
  }

  /** A node stops without a warning. Its links break; who had asked it something gets no answer. */
  kill(ordinal: number): void {
    const id = nodeId(ordinal)
    const member = this.#member(id)
    if (member.isDead) return
    Object.assign(member, { isDead: true, wakeAt: null, mustContinue: false })
    this.#referee.stopped(id)
    for (const [request, on] of this.#pendingOn) if (on === ordinal) this.#pendingOn.delete(request)
    for (let other = 0; other < this.ids.length; other++) {
      if (other === ordinal) continue
      this.#breakLink(ordinal, other)
      this.happen(other, { kind: 'disconnected', peer: id })
    }
  }

  isDead(ordinal: number): boolean {
    return this.#member(nodeId(ordinal)).isDead
  }

  /**
   * A node, killed before or now, comes back with what was on its disk. Its links are broken until they are healed. `forgotten` of the
   * commits that it knew it had not written down. Its clock is right again.
   */
  restart(ordinal: number, forgotten: number = 0): void {
    this.kill(ordinal)
    // It takes a while.
    this.pass(milliseconds(1))
    const id = nodeId(ordinal)
    const member = this.#member(id)
    const { committed, matched, received } = member.state.log
    const recovered = member.disk.lose(walIndex(Math.min(committed, matched, received) - forgotten))
    member.state = recoverNode({ ...this.#options, id }, recovered, this.#now, this.crypto)
    const { applied, chain } = member.state.log
    Object.assign(member, { isDead: false, known: applied, skew: micros(0) })
    this.#referee.recovered(id, recovered.index, recovered.entries, applied, chain)
    this.applied.push({ node: id, from: applied, through: applied, chain })
    this.happen(ordinal, { kind: 'timer' })
  }

  /** From now on a node's clock is so far ahead. */
  setClock(ordinal: number, skew: Micros): void {
    this.#member(nodeId(ordinal)).skew = skew
    this.happen(ordinal, { kind: 'clock', skew })
  }

  /** Whether somebody still waits for this answer: not when its node was restarted. */
  isAwaited(request: number): boolean {
    return this.#pendingOn.has(request)
  }

  /** What is under way, but for heartbeats and what is said to them. */
  underWay(from: number, to: number): readonly PeerMessage[] {
    return this.#wire(from, to).filter(({ kind }) => kind !== 'heartbeat' && kind !== 'heartbeat-heard')
  }

  /** Delivers the next messages of a link, all of those that are under way now by default. Answers how many. An end that has not
   *  heard of the link yet hears nothing. */
  deliver(from: number, to: number, count: number = this.#wire(from, to).length): number {
    return this.#arrive(from, to, this.#wire(from, to).splice(0, count))
  }

  /** Delivers the next messages of one lane: what is under way on the others may come later. */
  deliverLane(from: number, to: number, lane: ReturnType<typeof laneOf>, count: number): number {
    const wire = this.#wire(from, to)
    const messages = wire.filter((message) => laneOf(message) === lane).slice(0, count)
    for (const message of messages) wire.splice(wire.indexOf(message), 1)
    return this.#arrive(from, to, messages)
  }

  #arrive(from: number, to: number, messages: readonly PeerMessage[]): number {
    for (const message of messages) {
      if (!this.#cuts.has(`${to} ${from}`)) this.happen(to, { kind: 'message', from: nodeId(from), message })
    }
    return messages.length
  }

  /** The lag has passed for everything up to `through`, or for all that the standby knows to be committed. */
  apply(ordinal: number, through?: WalIndex): void {
    this.happen(ordinal, { kind: 'apply', through: through ?? this.#member(nodeId(ordinal)).known })
  }

  cut(a: number, b: number): void {
    this.#breakLink(a, b)
    this.happen(a, { kind: 'disconnected', peer: nodeId(b) })
    this.happen(b, { kind: 'disconnected', peer: nodeId(a) })
  }

  heal(a: number, b: number): void {
    if (this.isDead(a) || this.isDead(b)) throw new Error(`n${a} or n${b} is dead: restart it first`)
    this.#cuts.delete(`${a} ${b}`)
    this.#cuts.delete(`${b} ${a}`)
    this.healEnd(a, b)
    this.healEnd(b, a)
  }

  /** One end of a link hears that it is whole again; the other may not have. */
  healEnd(end: number, other: number): void {
    this.#cuts.delete(`${end} ${other}`)
    this.happen(end, { kind: 'connected', peer: nodeId(other) })
  }

  /** Flushes and delivers until nothing is under way. No lag passes, and no time. */
  settle(): void {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      let busy = false
      for (const [id, member] of this.#members) {
        const ordinal = this.ids.indexOf(id)
        if (member.mustContinue) {
          member.mustContinue = false
          this.happen(ordinal, { kind: 'continue' })
          busy = true
        }
        if (member.isDead) continue
        if (member.disk.appended > member.state.log.received) {
          this.flush(ordinal)
          busy = true
        }
        for (let to = 0; to < this.ids.length; to++) if (to !== ordinal && this.deliver(ordinal, to) > 0) busy = true
      }
      if (!busy) return
    }
    throw new Error(`the cluster is not quiet after ${ROUNDS_MAX} rounds: something answers itself`)
  }

  /** Settles, and lets every standby apply all that it knows to be committed. */
  catchUp(): void {
    this.settle()
    for (const ordinal of this.ids.keys()) this.apply(ordinal)
    this.settle()
  }

  /** Lets time pass while links and disks work and lags are short. */
  live(time: Micros): void {
    for (let left: number = time; left > 0; left -= LIVE_SLICE) {
      this.pass(micros(Math.min(left, LIVE_SLICE)))
      this.catchUp()
    }
  }

  /** Lives until there is an active node that knows everything to be committed. Answers which. */
  elect(): number {
    for (let waited = 0; waited < ELECTED_WITHIN; waited += LIVE_SLICE) {
      this.live(LIVE_SLICE)
      const { activeOrdinal } = this
      if (activeOrdinal !== null && this.active.log.committed === this.active.log.head) return activeOrdinal
    }
    throw new Error(`nobody became active within ${ELECTED_WITHIN} microseconds`)
  }

  /** Lets time pass. Timers that were asked for go off in their order. */
  pass(time: Micros): void {
    const until = this.#now + time
    for (let rounds = 0; ; rounds++) {
      let next: Micros | null = null
      for (const { wakeAt } of this.#members.values()) {
        if (wakeAt !== null && wakeAt <= until && (next === null || wakeAt < next)) next = wakeAt
      }
      if (next === null) break
      // A round lasts no shorter than what a node waits between two timers, but for those that are of one time.
      if (next > this.#now) rounds = 0
      else if (rounds > ROUNDS_MAX) throw new Error('a timer rings again and again at one time')
      this.#now = micros(Math.max(this.#now, next))
      for (const [ordinal, id] of this.ids.entries()) {
        const member = this.#member(id)
        if (member.wakeAt === null || member.wakeAt > this.#now) continue
        member.wakeAt = null
        this.happen(ordinal, { kind: 'timer' })
      }
    }
    this.#now = micros(until)
  }

  /** Lets anything happen to a node, and performs what it wants. Answers that, too. To a dead one nothing happens. */
  happen(ordinal: number, event: NodeEvent): readonly Effect[] {
    const member = this.#member(nodeId(ordinal))
    if (member.isDead) return []
    const before = member.state.role
    const effects = step(member.state, event, this.#clock(member), this.crypto)
    const isStandby = before !== 'active' && !effects.some(({ kind }) => kind === 'lead')
    for (const effect of effects) this.#perform(ordinal, member, effect, isStandby)
    return effects
  }

  #clock({ skew }: Member): Micros {
    return micros(this.#now + skew)
  }

  #perform(ordinal: number, member: Member, effect: Effect, isStandby: boolean): void {
    const { disk, state } = member
    const { id } = state
    switch (effect.kind) {
      case 'reply': {
        if (this.#answers.get(effect.id) !== null)
          throw new Error(`request ${effect.id} is answered twice, or was never sent`)
        this.#answers.set(effect.id, effect.answer)
        this.#pendingOn.delete(effect.id)
        this.leftAt.set(effect.id, { shipped: state.log.shipped, committed: state.log.committed })
        const { reply, served } = effect.answer
        return this.#referee.answered(effect.id, reply.status, served)
      }
      case 'append':
        disk.append(effect.entries)
        return effect.origin === 'written'
          ? this.#referee.wrote(id, effect.entries)
          : this.#referee.received(id, effect.entries)
      case 'install':
        disk.install(effect.snapshot)
        return this.#referee.installed(id, effect.snapshot)
      case 'truncate':
        disk.truncate(effect.after)
        return this.#referee.truncated(id, effect.after)
      case 'ballot':
        return disk.vote(effect.ballot)
      case 'lead':
        this.leads.push(id)
        return this.#referee.led(id, effect.term)
      case 'resign':
        member.known = walIndex(Math.min(member.known, effect.index))
        return this.#referee.resigned(id, effect.index, effect.chain)
      case 'send': {
        const to = this.ids.indexOf(effect.to)
        if (!this.#cuts.has(`${ordinal} ${to}`)) this.#wire(ordinal, to).push(effect.message)
        return
      }
      case 'committed':
        this.committed.push(effect.through)
        return this.#referee.committed(id, effect.through)
      case 'follow':
        return
      case 'commit-known':
        member.known = walIndex(Math.max(member.known, effect.through))
        return
      case 'applied':
        this.applied.push({ node: id, from: effect.from, through: effect.through, chain: effect.chain })
        if (isStandby) this.#referee.applied(id, effect.through, effect.chain)
        return
      case 'wake':
        member.wakeAt = micros(effect.at - member.skew)
        return
      case 'continue':
        member.mustContinue = true
    }
  }

  #breakLink(a: number, b: number): void {
    this.#cuts.add(`${a} ${b}`).add(`${b} ${a}`)
    this.#wire(a, b).length = 0
    this.#wire(b, a).length = 0
  }

  #member(id: NodeId): Member {
    const member = this.#members.get(id)
    if (member === undefined) throw new Error(`there is no node ${id}`)
    return member
  }

  #wire(from: number, to: number): PeerMessage[] {
    const key = `${from} ${to}`
    let wire = this.#wires.get(key)
    if (wire === undefined) this.#wires.set(key, (wire = []))
    return wire
  }
}

/** The token that an answer gave. Throws when it gave none. */
export function tokenIn({ reply }: ServedReply): string {
  const auth = reply.body?.['auth']
  const token =
    typeof auth === 'object' && auth !== null && !Array.isArray(auth) ? (auth as JsonObject)['client_token'] : undefined
  if (typeof token !== 'string') throw new Error(`no token in ${JSON.stringify(reply)}`)
  return token
}

/** The errors of an answer. */
export const errorsIn = ({ reply }: ServedReply): unknown => reply.body?.['errors']

/** The data of an answer. */
export const dataIn = ({ reply }: ServedReply): JsonObject => {
  const data = reply.body?.['data']
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new Error(`no data in ${JSON.stringify(reply)}`)
  return data as JsonObject
}

/** Requests that found a user `ann` with password `pw` and these parameters. */
export const givenUser = (parameters: JsonObject = {}): readonly VaultRequest[] => [
  post('sys/auth/userpass', { type: 'userpass' }),
  post('auth/userpass/users/ann', { password: 'pw', ...parameters }),
]

export const login = (password = 'pw', given: Partial<VaultRequest> = {}): VaultRequest =>
  vaultRequest('POST', 'auth/userpass/login/ann', { body: { kind: 'json', value: { password } }, ...given })
