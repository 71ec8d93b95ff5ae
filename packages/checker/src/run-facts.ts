/**
 * What a law that judges answers must know of the history so far: what runs, which calls are open, who is the active node,
 * which tokens and index states were given out.
 * Always holds: memory is bounded by the constants below; what was forgotten is never judged.
 */

import {
  DEFAULT_SERVER_CONFIG,
  type CallRecord,
  type HistoryRecord,
  type Micros,
  type NodeId,
  type ReplyRecord,
  type Switches,
  type Term,
} from '@fourtwelve/protocol'
import { IssuedIndexes } from './issued-index.ts'
import { RecentMap } from './recent-map.ts'

/** Calls that wait for their answer. Those that were lost wait for ever, so the oldest are dropped. */
const OPEN_CALLS_MAX = 65_536
/** Tokens whose creation can still be told in a witness. */
const TOKENS_MAX = 16_384

/** Where a token came from. */
export interface TokenOrigin {
  readonly session: string
  readonly reply: ReplyRecord
}

export class RunFacts {
  readonly issued: IssuedIndexes = new IssuedIndexes()
  #switches: Switches = DEFAULT_SERVER_CONFIG.switches
  #active: { readonly node: NodeId; readonly term: Term; readonly since: Micros } | null = null
  readonly #open = new Map<number, CallRecord>()
  readonly #tokens = new RecentMap<string, TokenOrigin>(TOKENS_MAX)

  /** Takes the next record. For a reply: the call that it answers, when that is known. */
  observe(record: HistoryRecord): CallRecord | undefined {
    switch (record.kind) {
      case 'run':
        this.#switches = record.switches
        this.issued.of(record.cluster)
        return undefined
      case 'call':
        this.#opens(record)
        return undefined
      case 'reply':
        return this.#closes(record)
      case 'entry':
        if (this.#active === null || record.term > this.#active.term) {
          this.#active = { node: record.node, term: record.term, since: record.t }
        }
        return undefined
      case 'commit':
      case 'apply':
      case 'fault':
        return undefined
    }
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

  /** Whether the node that handled this was the active one all the while. False when that is not sure. */
  answeredByActive(call: CallRecord, reply: ReplyRecord): boolean {
    if (reply.by === undefined) return false
    if (reply.forwarded != null && reply.by !== (reply.node ?? call.node)) return true
    return this.#active !== null && this.#active.node === reply.by && this.#active.since <= call.t
  }

  #opens(call: CallRecord): void {
    if (this.#open.size >= OPEN_CALLS_MAX) {
      for (const oldest of this.#open.keys()) {
        this.#open.delete(oldest)
        break
      }
    }
    this.#open.set(call.id, call)
  }

  #closes(reply: ReplyRecord): CallRecord | undefined {
    const call = this.#open.get(reply.id)
    if (call === undefined) return undefined
    this.#open.delete(reply.id)
    if (reply.index !== null && reply.index !== '') this.issued.remember(reply.index, call.session, reply)
    if (reply.token?.type === 'service') this.#born(reply.token.id, call.session, reply)
    return call
  }

  /** Born once: should an answer name the token again, the first one was its birth. */
  #born(tokenId: string, session: string, reply: ReplyRecord): void {
    if (this.#tokens.get(tokenId) === undefined) this.#tokens.set(tokenId, { session, reply })
  }
}
