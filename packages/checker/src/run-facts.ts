/**
 * What a law that judges answers must know of the history so far: what runs, which calls are open, who is the active node,
 * which tokens and index states were given out.
 * Always holds: memory is bounded by named constants; what was forgotten is never judged, nor a call that waits while the log is
 * numbered anew.
 */

import {
  DEFAULT_SERVER_CONFIG,
  type CallRecord,
  type EntryRecord,
  type HistoryRecord,
  type ForwardingAllowed,
  type Micros,
  type ReplyRecord,
  type Switches,
  type TokenRecord,
} from '@fourtwelve/protocol'
import { CallMemory } from './call-memory.ts'
import { IssuedIndexes } from './issued-index.ts'
import { Leaderships } from './leaderships.ts'
import type { PathGates } from './path-gates.ts'
import { RecentMap } from './recent-map.ts'
import { RequestWorks, type RequestWork } from './request-works.ts'
import { TokenLedger } from './token-ledger.ts'
import type { TokenLife } from './token-life.ts'

type ServiceTokenRecord = Extract<TokenRecord, { type: 'service' }>

/** Tokens whose creation can still be told in a witness. */
const TOKENS_MAX = 16_384

/** Where a token came from. */
export interface TokenOrigin {
  readonly session: string
  readonly call: CallRecord
  readonly reply: ReplyRecord
  /** The token as it was given out. */
  readonly token: TokenRecord
  /** Its salted id; null when nobody knows, and for a batch token. */
  readonly salted: string | null
  /** Salted id of a batch token's parent; null for an orphan, or when nobody knows. */
  readonly parent: string | null
}

interface RememberedOrigin extends TokenOrigin {
  readonly id: string
  /** Null until it is first found in the log of this numbering. */
  life: TokenLife | null
  numbering: number
  /** When `life` was found: `rounds` of the ledger. */
  rounds: number
}

/** Whether a service token says the same index and epoch, under the same MAC where that is told, as when it was given out. */
export const isAsGiven = (token: ServiceTokenRecord, { token: given }: TokenOrigin): boolean =>
  given.type === 'service' &&
  given.index === token.index &&
  given.epoch === token.epoch &&
  (given.seal === token.seal || given.seal === undefined || token.seal === undefined)

export class RunFacts {
  readonly calls: CallMemory = new CallMemory()
  readonly issued: IssuedIndexes = new IssuedIndexes(this.calls.ofSession())
  readonly ledger: TokenLedger = new TokenLedger()
  readonly #works = new RequestWorks()
  #forwarding: ForwardingAllowed | null = null
  #skewedSince: Micros | null = null
  #renumberings = 0
  /** The token that a session used last: it mostly uses that again. */
  readonly #lastUsed = this.calls.ofSession<{ readonly origin: RememberedOrigin; readonly rounds: number }>()
  /** The token that was asked for last, since the last record; and what is known of it. */
  #askedFor: TokenRecord | null = null
  #known: RememberedOrigin | null = null
  #switches: Switches = DEFAULT_SERVER_CONFIG.switches
  readonly #leaderships = new Leaderships()
  #wasRestored = false
  readonly #tokens = new RecentMap<string, RememberedOrigin>(TOKENS_MAX)

  /** Takes the next record. For a reply: the call that it answers, when that is known. */
  observe(record: HistoryRecord): CallRecord | undefined {
    this.#askedFor = null
    switch (record.kind) {
      case 'run':
        this.#switches = record.switches
        this.#forwarding = record.forwarding ?? null
        this.issued.of(record.cluster)
        return undefined
      case 'call':
        this.calls.leaves(record)
        return undefined
      case 'reply':
        return this.#closes(record)
      case 'renumber':
        this.ledger.observe(record)
        this.#works.observe(record)
        this.calls.forgetOpen()
        this.issued.beginAnew()
        this.#renumberings++
        this.#wasRestored ||= record.why === 'restore'
        this.#leaderships.observe(record)
        return undefined
      case 'entry':
        this.#works.observe(record)
        this.ledger.observe(record)
        this.#leaderships.observe(record)
        return undefined
      case 'lead':
      case 'resign':
      case 'recover':
        this.ledger.observe(record)
        this.#leaderships.observe(record)
        return undefined
      case 'fault':
        if (record.fault === 'clock-skew') this.#skewedSince ??= record.t
        return undefined
      case 'commit':
        this.ledger.observe(record)
        return undefined
      case 'apply':
      case 'rest':
        return undefined
    }
  }

  get switches(): Switches {
    return this.#switches
  }

  /** What the servers' configuration allows a standby to send on; null when nobody knows. */
  get forwarding(): ForwardingAllowed | null {
    return this.#forwarding
  }

  /**
   * Whether what an answer says to be applied is what it was read from: not over Consul-like storage, where reads run ahead; and not
   * where a standby that knows no index after an election says 0 (`index_after_election`).
   */
  tellsWhatItReads({ applied }: ReplyRecord): boolean {
    return this.#switches.storage === 'raft' && applied !== undefined && applied > 0
  }

  /** Whether all clocks go alike so far: without that nobody can say when a node finds a lease over. */
  get clocksAgree(): boolean {
    return this.#skewedSince === null
  }

  /** How often the log was numbered anew. */
  get renumberings(): number {
    return this.#renumberings
  }

  /** Which gates guard a call: `gatesOf` of path-gates.ts. */
  gatesOf(call: CallRecord): PathGates {
    return this.calls.gatesOf(call)
  }

  /** What a request wrote. */
  workOf(call: CallRecord, { wrote, status, forwarded }: ReplyRecord): RequestWork | undefined {
    // An answer of the node itself that it wrote nothing is to be believed; one that never came says nothing, nor does a standby
    // that heard nothing more of what it sent on.
    const isOwnWord = status > 0 && (status < 300 || (status < 500 && (status >= 400 || forwarded === null)))
    if (wrote === 0 && isOwnWord) return undefined
    return this.#works.find(wrote ?? 0, call.id)
  }

  /** The work that an entry belongs to; undefined for a node's own, and when that is forgotten. */
  workAt({ index, request }: EntryRecord): RequestWork | undefined {
    const work = this.#works.at(index)
    return work?.request === request ? work : undefined
  }

  /** The call of a request that wrote something, while it waits for its answer. */
  openCall(request: string): CallRecord | undefined {
    return this.calls.find(Number(request))
  }

  /** The life of a token that a call brought; undefined when it is not known, or is not the one that was given out. */
  lifeOf(token: TokenRecord): TokenLife | undefined {
    const origin = this.#knownOf(token)
    return origin === null || origin.salted === null ? undefined : this.#lifeOf(origin, origin.salted)
  }

  /** The birth of a token; undefined when it is not known, or when the token is not as it was given out. */
  originOfRecord(token: TokenRecord): TokenOrigin | undefined {
    return this.#knownOf(token) ?? undefined
  }

  /** Several laws ask for the token of one answer, one after the other. */
  #knownOf(token: TokenRecord): RememberedOrigin | null {
    if (this.#askedFor !== token) {
      this.#known = this.#lookUp(token)
      this.#askedFor = token
    }
    return this.#known
  }

  /** Found once for each token; when the log is numbered anew all lives begin again. */
  #lifeOf(origin: RememberedOrigin, salted: string): TokenLife | undefined {
    const { rounds } = this.ledger
    if (origin.life === null || origin.numbering !== this.#renumberings || origin.rounds !== rounds) {
      origin.life = this.ledger.find(salted) ?? null
      origin.numbering = this.#renumberings
      origin.rounds = rounds
    }
    return origin.life ?? undefined
  }

  #originOf(id: string): RememberedOrigin | undefined {
    const last = this.#lastUsed.get()
    if (last?.origin.id === id && last.rounds === this.#tokens.rounds) return last.origin
    const origin = this.#tokens.get(id)
    if (origin !== undefined) this.#lastUsed.set({ origin, rounds: this.#tokens.rounds })
    return origin
  }

  #lookUp(token: TokenRecord): RememberedOrigin | null {
    if (token.type === 'none' || token.type === 'other' || token.id === undefined) return null
    const origin = this.#originOf(token.id)
    return origin === undefined || (token.type === 'service' && !isAsGiven(token, origin)) ? null : origin
  }

  /** Community servers know no index: every one is satisfied (vault-consistency 10, last line). */
  get checksIndexes(): boolean {
    return this.#switches.edition !== 'community'
  }

  /**
   * Over other storage than raft, performance standbys do not look at a token's index (vault-consistency 1.5, step 6); before
   * 1.10.5 they did.
   */
  get standbysCheckTokens(): boolean {
    return this.#switches.storage === 'raft' || this.#switches.consul_index_check === 'on'
  }

  /** Whether one value of X-Vault-Index that is met is enough where a request has several (vault-consistency 11 #2). */
  get anyIndexSuffices(): boolean {
    return this.#switches.several_indexes === 'any'
  }

  /** Whether a malformed, forged or foreign value of X-Vault-Index is left out, and not refused (vault-consistency 11 #1). */
  get leavesOutBadIndexes(): boolean {
    return this.#switches.bad_index === 'ignore'
  }

  /** The token's birth, by its record's id. */
  originOf(tokenId: string): TokenOrigin | undefined {
    return this.#tokens.get(tokenId)
  }

  /** Whether a token of an older epoch is checked by its index, which means nothing any more (a fault; vault-consistency 1.8). */
  get checksOldEpochs(): boolean {
    return this.#switches.old_epoch === 'checked'
  }

  /** Whether the active node has every index of its own epoch: not after a restore that left the epoch as it was. */
  get activeHasItsEpoch(): boolean {
    return !this.#wasRestored || this.#switches.epoch_on_restore === 'rises'
  }

  /**
   * Whether the node that handled this was the active one all the while. False when that is not sure: a deposed active node
   * answers on until it knows.
   */
  answeredByActive(call: CallRecord, reply: ReplyRecord): boolean {
    if (reply.by === undefined) return false
    const { newest } = this.#leaderships
    if (newest === null) return reply.forwarded != null && reply.by !== (reply.node ?? call.node)
    return newest.node === reply.by && newest.ended === null && newest.since <= call.t
  }

  #closes(reply: ReplyRecord): CallRecord | undefined {
    const call = this.calls.take(reply.id)
    if (call === undefined) return undefined
    if (reply.index !== null && reply.index !== '') this.issued.remember(reply.index, call.session, reply)
    const { token } = reply
    if (token !== null && token.type !== 'none' && token.type !== 'other' && token.id !== undefined) {
      this.#born(token.id, token, call, reply)
    }
    return call
  }

  /** Born once: should an answer name the token again, the first one was its birth. */
  #born(id: string, token: TokenRecord, call: CallRecord, reply: ReplyRecord): void {
    if (this.#tokens.get(id) !== undefined) return
    const { session } = call
    const isBatch = token.type === 'batch'
    const salted = isBatch ? null : (this.workOf(call, reply)?.made ?? null)
    const parent = isBatch && reply.grant?.orphan === false ? (this.originOfRecord(call.token)?.salted ?? null) : null
    this.#tokens.set(id, { id, session, call, reply, token, salted, parent, life: null, numbering: 0, rounds: 0 })
  }
}
