/**
 * An active node and its standbys, driven by hand: nothing is delivered, flushed or applied before the test says so, so that a
 * test can stand in any state between two steps.
 * Always holds: messages of one link arrive in their order; a request is answered once, or the harness throws.
 */

import {
  DEFAULT_SERVER_CONFIG,
  micros,
  milliseconds,
  MICROS_PER_SECOND,
  mixNumber,
  nodeId,
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
  type WalEntry,
  type WalIndex,
} from '@fourtwelve/protocol'
import {
  foundCluster,
  joinCluster,
  recoverNode,
  step,
  type Effect,
  type NodeEvent,
  type NodeOptions,
  type NodeState,
  type PeerMessage,
  type Snapshot,
} from '@fourtwelve/vault-node'
import { createTestCrypto } from './test-crypto.ts'

export const BEGINS_AT: Micros = micros(1_767_225_600 * MICROS_PER_SECOND)
/** Rounds of deliveries and flushes until a cluster must be quiet. */
const ROUNDS_MAX = 10_000

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

/** Vault's defaults with these replaced. */
export const withConfig = (
  switches: Partial<Switches>,
  replication: Partial<ReplicationStanza> = {},
  rest: Partial<ServerConfig> = {},
): ServerConfig => ({
  ...DEFAULT_SERVER_CONFIG,
  ...rest,
  switches: { ...DEFAULT_SERVER_CONFIG.switches, ...switches },
  replication: { ...DEFAULT_SERVER_CONFIG.replication, ...replication },
})

export const post = (path: string, value: JsonObject): VaultRequest =>
  vaultRequest('POST', path, { body: { kind: 'json', value } })

interface Member {
  state: NodeState
  /** Appended and not yet flushed, up to here. */
  unflushed: WalIndex
  /** What is under way to the disk, in order. */
  toDisk: (WalEntry | Snapshot)[]
  readonly disk: Disk
  wakeAt: Micros | null
  mustContinue: boolean
  /** Of the last `commit-known`: what the link's lag is still running for. */
  known: WalIndex
}

/** What a node finds when it comes back: a checkpoint and the log behind it. */
interface Disk {
  checkpoint: Pick<Snapshot, 'index' | 'chain' | 'values'>
  entries: WalEntry[]
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
  /** Digests of the log up to each index that the active node has written, chained. */
  readonly #chains = new Map<number, number>()
  readonly #options: Omit<NodeOptions, 'id'>
  readonly #members = new Map<NodeId, Member>()
  readonly #wires = new Map<string, PeerMessage[]>()
  readonly #cuts = new Set<string>()
  readonly #answers = new Map<number, ServedReply | null>()
  /** Requests that are not answered, and where. */
  readonly #pendingOn = new Map<number, number>()
  #now: Micros = BEGINS_AT
  #requests = 0

  constructor({ standbys = 1, config = DEFAULT_SERVER_CONFIG, given = [] }: GroupOptions = {}) {
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
      const { head } = state.log
      const checkpoint = { index: head, chain: state.log.chain, values: [...state.store.entries()] }
      const disk = { checkpoint, entries: [] }
      this.#members.set(id, {
        state,
        unflushed: head,
        toDisk: [],
        disk,
        wakeAt: null,
        mustContinue: false,
        known: head,
      })
      this.#chains.set(head, state.log.chain)
    }
  }

  get now(): Micros {
    return this.#now
  }

  get active(): NodeState {
    return this.node(0)
  }

  node(ordinal: number): NodeState {
    return this.#member(nodeId(ordinal)).state
  }

  /** The digest of the whole log up to an index, as the active node wrote it. Throws where it wrote none. */
  chainAt(index: WalIndex): number {
    const chain = this.#chains.get(index)
    if (chain === undefined) throw new Error(`the active node has not written ${index}`)
    return chain
  }

  /** What a node has appended and not yet flushed, up to here. */
  unflushed(ordinal: number): WalIndex {
    return this.#member(nodeId(ordinal)).unflushed
  }

  isCut(a: number, b: number): boolean {
    return this.#cuts.has(`${a} ${b}`)
  }

  // ---- clients

  /** Sends a request; the answer is there when `answerOf` gives one. */
  begin(ordinal: number, request: VaultRequest): number {
    const id = ++this.#requests
    this.#answers.set(id, null)
    this.#pendingOn.set(id, ordinal)
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
    const { toDisk, disk } = this.#member(nodeId(ordinal))
    for (let item = toDisk[0]; item !== undefined && item.index <= through; item = toDisk[0]) {
      toDisk.shift()
      if ('changes' in item) disk.entries.push(item)
      else {
        disk.checkpoint = item
        disk.entries = []
      }
    }
    this.happen(ordinal, { kind: 'flushed', through })
  }

  /** Writes the state that reads see down, where all of it is on the disk already. */
  checkpoint(ordinal: number): void {
    const { state, disk } = this.#member(nodeId(ordinal))
    const { applied, received, chain } = state.log
    if (applied > received) return
    disk.checkpoint = { index: applied, chain, values: [...state.store.entries()] }
    disk.entries = disk.entries.filter(({ index }) => index > applied)
  }

  /**
   * A node stops without a warning and comes back with what was on its disk. Its links are broken until they are healed, and
   * who had asked it something gets no answer. `forgotten` of the commits that it knew it had not written down.
   */
  restart(ordinal: number, forgotten: number = 0): void {
    for (let other = 0; other < this.ids.length; other++) {
      if (other === ordinal) continue
      this.#breakLink(ordinal, other)
      this.happen(other, { kind: 'disconnected', peer: nodeId(ordinal) })
    }
    // It takes a while.
    this.pass(milliseconds(1))
    const id = nodeId(ordinal)
    const member = this.#member(id)
    const { checkpoint, entries } = member.disk
    const committed = walIndex(member.state.log.committed - forgotten)
    const recovered = { ...checkpoint, entries: [...entries], committed }
    for (const [request, on] of this.#pendingOn) if (on === ordinal) this.#pendingOn.delete(request)
    member.state = recoverNode({ ...this.#options, id }, recovered, this.#now, this.crypto)
    const { head, applied, chain } = member.state.log
    Object.assign(member, { unflushed: head, toDisk: [], wakeAt: null, mustContinue: false, known: applied })
    this.applied.push({ node: id, from: applied, through: applied, chain })
  }

  /** Whether somebody still waits for this answer: not when its node was restarted. */
  isAwaited(request: number): boolean {
    return this.#pendingOn.has(request)
  }

  /** What is under way. */
  underWay(from: number, to: number): readonly PeerMessage[] {
    return this.#wire(from, to)
  }

  /** Delivers the next messages of a link, all of those that are under way now by default. Answers how many. An end that has not
   *  heard of the link yet hears nothing. */
  deliver(from: number, to: number, count: number = this.#wire(from, to).length): number {
    const messages = this.#wire(from, to).splice(0, count)
    if (this.#cuts.has(`${to} ${from}`)) return messages.length
    for (const message of messages) this.happen(to, { kind: 'message', from: nodeId(from), message })
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
        if (member.unflushed > member.state.log.received) {
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
    for (let ordinal = 1; ordinal < this.ids.length; ordinal++) this.apply(ordinal)
    this.settle()
  }

  /** Lets time pass. Timers that were asked for go off in their order. */
  pass(time: Micros): void {
    const until = this.#now + time
    for (;;) {
      let next: Micros | null = null
      for (const { wakeAt } of this.#members.values()) {
        if (wakeAt !== null && wakeAt <= until && (next === null || wakeAt < next)) next = wakeAt
      }
      if (next === null) break
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

  /** Lets anything happen to a node, and performs what it wants. Answers that, too. */
  happen(ordinal: number, event: NodeEvent): readonly Effect[] {
    const member = this.#member(nodeId(ordinal))
    const effects = step(member.state, event, this.#now, this.crypto)
    for (const effect of effects) this.#perform(ordinal, member, effect)
    return effects
  }

  #perform(ordinal: number, member: Member, effect: Effect): void {
    switch (effect.kind) {
      case 'reply':
        if (this.#answers.get(effect.id) !== null)
          throw new Error(`request ${effect.id} is answered twice, or was never sent`)
        this.#answers.set(effect.id, effect.answer)
        this.#pendingOn.delete(effect.id)
        this.leftAt.set(effect.id, { shipped: member.state.log.shipped, committed: member.state.log.committed })
        return
      case 'append':
        member.unflushed = effect.entries.at(-1)?.index ?? member.unflushed
        member.toDisk.push(...effect.entries)
        if (member.state.role === 'active') this.#noteChain(effect.entries)
        return
      case 'install':
        member.unflushed = effect.snapshot.index
        member.toDisk.push(effect.snapshot)
        return
      case 'send': {
        const to = this.ids.indexOf(effect.to)
        if (!this.#cuts.has(`${ordinal} ${to}`)) this.#wire(ordinal, to).push(effect.message)
        return
      }
      case 'committed':
        this.committed.push(effect.through)
        return
      case 'commit-known':
        member.known = walIndex(Math.max(member.known, effect.through))
        return
      case 'applied':
        this.applied.push({ node: member.state.id, from: effect.from, through: effect.through, chain: effect.chain })
        return
      case 'wake':
        member.wakeAt = effect.at
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

  #noteChain(entries: readonly WalEntry[]): void {
    for (const { index, digest } of entries) {
      const before = this.#chains.get(index - 1)
      if (before === undefined) throw new Error(`entry ${index} was written before the one that it follows`)
      this.#chains.set(index, mixNumber(before, digest))
    }
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
