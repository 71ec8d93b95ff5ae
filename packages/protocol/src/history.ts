/**
 * Histories: what a run leaves behind, one record a line, in the order in which things happened.
 * A checker reads these and nothing else, and never asks which runtime made them. Format version HISTORY_VERSION.
 * Always holds: times never fall; a `reply` follows its `call`; no token is ever written, only what cannot be turned back into one:
 * its index, a digest, its salted id. Every record and field stands in HISTORY.md.
 */

import type { ClusterId, LinkId, NodeId } from './identity.ts'
import type { Micros } from './micros.ts'
import type { Uint64 } from './protobuf.ts'
import type { Switches } from './server-config.ts'
import type { Epoch, Term, WalIndex } from './wal.ts'
import type { Served } from './vault-reply.ts'

export const HISTORY_VERSION = 2

export type HistoryRecord =
  | RunRecord
  | CallRecord
  | ReplyRecord
  | EntryRecord
  | CommitRecord
  | ApplyRecord
  | LeadRecord
  | ResignRecord
  | RecoverRecord
  | RenumberRecord
  | RestRecord
  | FaultRecord

/** The first record: what ran. */
export interface RunRecord {
  readonly kind: 'run'
  readonly t: Micros
  readonly version: typeof HISTORY_VERSION
  readonly scenario: string
  readonly seed: number
  readonly runtime: 'simulation' | 'live'
  readonly cluster: ClusterId
  readonly nodes: readonly NodeId[]
  /** How its servers behave where versions differ: the same history can be right for one and wrong for another. */
  readonly switches: Switches
  /** What the `replication` stanza allows a standby to send on. Absent where nobody knows. */
  readonly forwarding?: ForwardingAllowed
}

export interface ForwardingAllowed {
  /** `allow_forwarding_via_header` */
  readonly header: boolean
  /** `allow_forwarding_via_token` */
  readonly token: boolean
}

/**
 * What the form of a token tells, enough for every law and useless for an intruder. `id` is a digest: uses of one token have the same.
 * `seal` is a digest of 32 bits of its version and MAC; absent where nobody looked, and then a MAC that was changed cannot be told.
 */
export type TokenRecord =
  | { readonly type: 'none' }
  | { readonly type: 'other' }
  | { readonly type: 'short' | 'batch'; readonly id?: string }
  | {
      readonly type: 'service'
      readonly index: Uint64
      readonly epoch: Uint64
      readonly id: string
      readonly seal?: number
    }

/** One attempt of a client leaves for a node. */
export interface CallRecord {
  readonly kind: 'call'
  readonly t: Micros
  /** Numbers attempts over the whole run. */
  readonly id: number
  /** Numbers operations: a retry has the `op` of the attempt before. */
  readonly op: number
  readonly attempt: number
  readonly session: string
  readonly node: NodeId
  readonly method: string
  readonly path: string
  readonly token: TokenRecord
  /**
   * The second token of auth/token/{lookup,renew,revoke,revoke-orphan}, which is checked like the first; `none` when the
   * request names none. Absent on every other path, and where nobody looked.
   */
  readonly bodyToken?: TokenRecord
  /** Values of X-Vault-Index as they were sent. */
  readonly index: readonly string[]
  readonly forward: '' | 'forward' | 'inconsistent'
  /** The values of X-Vault-Index are what the session remembers of all its answers, beside what the request has of its own. */
  readonly remembers?: true
  /** The token was changed on purpose: it is none that a server gave out. */
  readonly tampered?: true
}

/** The answer to an attempt. White-box fields are absent in the history of a foreign server. */
export interface ReplyRecord extends Partial<Served> {
  readonly kind: 'reply'
  readonly t: Micros
  readonly id: number
  readonly status: number
  readonly errors: readonly string[]
  /** X-Vault-Index of the answer. */
  readonly index: string | null
  /** The token that the answer created. Null when it made none: a renewal says the token that it was asked for. */
  readonly token: TokenRecord | null
  /** The terms of that token. */
  readonly grant?: TokenGrant
  /** The current version of a kv version 2 secret, in the answer to a write, or to a read of no particular version: 0 for none. */
  readonly version?: number
}

/** What an answer says of the token that it created. */
export interface TokenGrant {
  /** 0 never expires. */
  readonly ttl: Micros
  /** 0 is unlimited. */
  readonly uses: number
  readonly orphan: boolean
}

/** An entry enters the log of the active node. */
export interface EntryRecord {
  readonly kind: 'entry'
  readonly t: Micros
  readonly node: NodeId
  readonly term: Term
  readonly index: WalIndex
  readonly request: string
  /** The first key that it puts or deletes, */
  readonly key: string
  /** of so many: what is written together is one entry. */
  readonly keys: number
  /** Whether the first key is deleted. */
  readonly deleted: boolean
  readonly digest: number
  /** What it says of tokens, leases and secrets, a fact a key, in their order. Absent when it says nothing of these. */
  readonly facts?: readonly EntryFact[]
}

/** What one key of an entry comes to. `id` is a token's salted id, cut to 17 letters; lengths count from the entry's own time. */
export type EntryFact =
  /** An accessor is made: the first write of a new token. */
  | { readonly what: 'accessor'; readonly id: string }
  | {
      readonly what: 'token'
      readonly id: string
      /** Empty for an orphan. */
      readonly parent: string
      /** Uses left; 0 is unlimited, -1 none: the token is dead from here on. */
      readonly uses: number
      /** Since it was created. */
      readonly age: Micros
      /** Its explicit maximum from its creation on; 0 for none. */
      readonly most: Micros
    }
  | { readonly what: 'token-gone'; readonly id: string }
  /** `left` is null for a lease without an end. */
  | { readonly what: 'lease'; readonly id: string; readonly left: Micros | null }
  | { readonly what: 'lease-gone'; readonly id: string }
  /** The metadata of a kv version 2 secret, with its current version. */
  | {
      readonly what: 'secret'
      readonly key: string
      readonly version: number
      /** From when on that version answers no data, being deleted or destroyed; not above 0 when it is so already. Absent for never. */
      readonly until?: Micros
    }
  | { readonly what: 'secret-gone'; readonly key: string }

/** A majority has everything up to `index`. */
export interface CommitRecord {
  readonly kind: 'commit'
  readonly t: Micros
  readonly node: NodeId
  readonly index: WalIndex
}

/** A node makes entries visible to reads, up to and with `index`. */
export interface ApplyRecord {
  readonly kind: 'apply'
  readonly t: Micros
  readonly node: NodeId
  readonly from: WalIndex
  readonly index: WalIndex
  /** Digests of all entries that this node has applied, chained: equal for equal logs. */
  readonly chain: number
}

/** A node becomes active in a term. What it writes from now on comes behind `index`. */
export interface LeadRecord {
  readonly kind: 'lead'
  readonly t: Micros
  readonly node: NodeId
  readonly term: Term
  readonly index: WalIndex
}

/** A node is active no more. What it had executed beyond `index` no majority had: its reads do not see that any more. */
export interface ResignRecord {
  readonly kind: 'resign'
  readonly t: Micros
  readonly node: NodeId
  /** In which it was active. */
  readonly term: Term
  readonly index: WalIndex
  readonly chain: number
}

/** A node has come back from its disk and sees everything up to `index`. */
export interface RecoverRecord {
  readonly kind: 'recover'
  readonly t: Micros
  readonly node: NodeId
  readonly term: Term
  readonly index: WalIndex
  readonly chain: number
}

/** The log begins anew, on every node: entries from here on are numbered from 1 again, and the next of them found the cluster. */
export interface RenumberRecord {
  readonly kind: 'renumber'
  readonly t: Micros
  readonly why: 'promote' | 'restore'
  readonly epoch: Epoch
}

/** How a node is at the end of the cool-down, when every fault has ended. */
export interface RestRecord {
  readonly kind: 'rest'
  readonly t: Micros
  readonly node: NodeId
  readonly running: boolean
  readonly role: 'active' | 'performance-standby' | 'standby'
  readonly term: Term
  readonly received: WalIndex
  readonly applied: WalIndex
  readonly chain: number
  /** Operations of clients that have not ended; the same in the record of every node. */
  readonly unended: number
}

/** Something was done to the cluster. */
export interface FaultRecord {
  readonly kind: 'fault'
  readonly t: Micros
  /** A word of faults (`fault.ts` of @fourtwelve/cluster), or `condition`. */
  readonly fault: FaultWord
  /** Empty for what is done to the whole cluster. */
  readonly target: NodeId | LinkId | ''
  readonly note: string
}

/** What faults are called in histories, each after the order that does it. */
export const FAULT_RECORD_WORDS = [
  'lag',
  'hold',
  'release',
  'cut',
  'heal',
  'pause',
  'resume',
  'kill',
  'restart',
  'forwarding',
  'slow-disk',
  'slow-apply',
  'clock-skew',
  'shipper-buffer',
  'step-down',
  'promote',
  'backup',
  'restore',
  'condition',
] as const
export type FaultWord = (typeof FAULT_RECORD_WORDS)[number]
