/**
 * What nodes say to each other. Plain data, so that it may cross a thread or a wire.
 * Always holds: a link has three lanes, one for the log (entries, commits, snapshots, how far each is), one for calls and their
 * answers, one for leadership (heartbeats, votes). Messages of one lane arrive in the order in which they were sent, or the link breaks and both ends are told; between
 * the lanes nothing is promised: an answer may come before the entries that it speaks of.
 */

import type {
  Epoch,
  JsonObject,
  Micros,
  NodeId,
  Term,
  VaultReply,
  VaultRequest,
  WalEntry,
  WalIndex,
  StoredValue,
} from '@fourtwelve/protocol'
import type { RequestId } from '../event.ts'
import type { LoginAlias, LoginDraft } from '../tokens/login-draft.ts'

export type PeerMessage =
  /** Active to standby: entries, without a gap after those before; and how far a majority is, since when. */
  | {
      readonly kind: 'append'
      readonly term: Term
      /** The entry before them. Up to it the standby's log is the active node's. */
      readonly after: WalIndex
      readonly entries: readonly WalEntry[]
      readonly commit: WalIndex
      readonly commitTime: Micros
    }
  /** Active to standby: a majority has everything up to `commit`. */
  | { readonly kind: 'commit'; readonly term: Term; readonly commit: WalIndex; readonly commitTime: Micros }
  /** Active to a standby that is behind the held log: everything at once. */
  | { readonly kind: 'snapshot'; readonly term: Term; readonly snapshot: Snapshot }
  /** Active to standby, when the link is made: how far is your disk? The ends learn of a link one after the other, and what
   *  the first says, the second may not hear. */
  | { readonly kind: 'how-far'; readonly term: Term }
  /** Standby to active, when the link is made and when it is asked: everything up to `received` is on my disk. Up to `agreed` it is
   *  what a majority has; behind that it is of these terms, each from an index on. */
  | {
      readonly kind: 'this-far'
      readonly term: Term
      readonly received: WalIndex
      readonly agreed: WalIndex
      readonly terms: readonly TermRun[]
    }
  /** Standby to active: everything up to `received` is on my disk, and is yours. */
  | { readonly kind: 'received'; readonly term: Term; readonly received: WalIndex }
  /** Active to standby: I am here. `sentAt` is by my own steady time; the standby says it back. */
  | { readonly kind: 'heartbeat'; readonly term: Term; readonly sentAt: Micros }
  | { readonly kind: 'heartbeat-heard'; readonly term: Term; readonly sentAt: Micros }
  /** To all: vote for me in this term; my log ends so. A `trial` asks who would, and binds nobody. A `transfer` was asked for by the
   *  active node, so that its being there is no reason to refuse. */
  | {
      readonly kind: 'stand'
      readonly term: Term
      readonly lastTerm: Term
      readonly lastIndex: WalIndex
      readonly trial: boolean
      readonly transfer: boolean
    }
  | { readonly kind: 'vote'; readonly term: Term; readonly granted: boolean; readonly trial: boolean }
  /** Active to one standby: stand, I step down. */
  | { readonly kind: 'take-over'; readonly term: Term }
  /** What you said belongs to a term that is over. */
  | { readonly kind: 'stale'; readonly term: Term }
  /** Standby to active: serve this request of one of my clients. */
  | { readonly kind: 'forward'; readonly call: number; readonly id: RequestId; readonly request: VaultRequest }
  /** Standby to active: do the part that only you can. */
  | { readonly kind: 'call'; readonly call: number; readonly id: RequestId; readonly what: ActiveCall }
  | { readonly kind: 'answer'; readonly call: number; readonly answer: PeerAnswer }
  /** Active to standby: nobody takes calls here; it is as if the link had lost this one. */
  | { readonly kind: 'decline'; readonly call: number }

/** Entries from `from` on are of `term`, up to the next run. */
export interface TermRun {
  readonly term: Term
  readonly from: WalIndex
}

/** A copy of what is committed. */
export interface Snapshot {
  readonly index: WalIndex
  /** Of the entry at `index`. */
  readonly term: Term
  readonly chain: number
  readonly values: readonly (readonly [string, StoredValue])[]
}

/** What only the active node can do for a standby that has checked everything else (vault-consistency 4.2). */
export type ActiveCall =
  /** Mint a child token. The parent is checked again there (DESIGN section 8). */
  | {
      readonly kind: 'create-token'
      readonly parent: string
      readonly path: string
      readonly orphan: boolean
      readonly sudo: boolean
      readonly data: JsonObject
    }
  /** Store a login's token, and its entity when the user is new. */
  | { readonly kind: 'register-login'; readonly draft: LoginDraft }
  /** Store the entity of a user who logs in for the first time. */
  | { readonly kind: 'ensure-entity'; readonly alias: LoginAlias }
  /** Lock a user out after too many failures. */
  | { readonly kind: 'lock-user'; readonly mountAccessor: string; readonly name: string; readonly until: Micros }

/** Which lane a message takes. */
export function laneOf({ kind }: PeerMessage): 'log' | 'calls' | 'leadership' {
  switch (kind) {
    case 'append':
    case 'commit':
    case 'snapshot':
    case 'how-far':
    case 'this-far':
    case 'received':
    // Behind what was streamed before it.
    case 'take-over':
      return 'log'
    case 'forward':
    case 'call':
    case 'answer':
    case 'decline':
      return 'calls'
    case 'heartbeat':
    case 'heartbeat-heard':
    case 'stand':
    case 'vote':
    case 'stale':
      return 'leadership'
  }
}

export type ActiveResult =
  | { readonly kind: 'auth'; readonly auth: JsonObject; readonly warnings: readonly string[] }
  | { readonly kind: 'entity'; readonly entityId: string }
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly status: number; readonly error: string; readonly wrapped?: boolean }

/** The answer to `forward` or `call`, with the state that the active node answered from. */
export interface PeerAnswer {
  readonly result: { readonly kind: 'reply'; readonly reply: VaultReply } | ActiveResult
  readonly by: NodeId
  readonly applied: WalIndex
  readonly epoch: Epoch
  /** The last index that the request wrote; 0 for nothing. */
  readonly wrote: WalIndex
  /** The active node's log head: what a forwarded request's reply waits for. */
  readonly head: WalIndex
}
