/**
 * What nodes say to each other. Plain data, so that it may cross a thread or a wire.
 * Always holds: a link has two lanes, one for the log (entries, commits, snapshots, how far each is) and one for calls and their
 * answers. Messages of one lane arrive in the order in which they were sent, or the link breaks and both ends are told; between
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
      readonly entries: readonly WalEntry[]
      readonly commit: WalIndex
      readonly commitTime: Micros
    }
  /** Active to standby: a majority has everything up to `commit`. */
  | { readonly kind: 'commit'; readonly commit: WalIndex; readonly commitTime: Micros }
  /** Active to a standby that is behind the held log: everything at once. */
  | { readonly kind: 'snapshot'; readonly term: Term; readonly snapshot: Snapshot }
  /** Active to standby, when the link is made: how far is your disk? The ends learn of a link one after the other, and what
   *  the first says, the second may not hear. */
  | { readonly kind: 'how-far' }
  /** Standby to active, when the link is made and when it is asked: everything up to `received` is on my disk; go on there. */
  | { readonly kind: 'this-far'; readonly received: WalIndex }
  /** Standby to active: everything up to `received` is on my disk. */
  | { readonly kind: 'received'; readonly received: WalIndex }
  /** Standby to active: serve this request of one of my clients. */
  | { readonly kind: 'forward'; readonly call: number; readonly id: RequestId; readonly request: VaultRequest }
  /** Standby to active: do the part that only you can. */
  | { readonly kind: 'call'; readonly call: number; readonly id: RequestId; readonly what: ActiveCall }
  | { readonly kind: 'answer'; readonly call: number; readonly answer: PeerAnswer }
  /** Active to standby: nobody takes calls here; it is as if the link had lost this one. */
  | { readonly kind: 'decline'; readonly call: number }

/** A copy of the active node's state. */
export interface Snapshot {
  readonly index: WalIndex
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
