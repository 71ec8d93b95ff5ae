/**
 * A reply as a client sees it, and beside it what only the emulator can tell: who served it, in which state, and why.
 */

import type { NodeId } from './identity.ts'
import type { JsonObject } from './json.ts'
import type { Epoch, WalIndex } from './wal.ts'

export interface VaultReply {
  readonly status: number
  /** Value of `X-Vault-Index`, or null. */
  readonly index: string | null
  /** Null is an empty body. */
  readonly body: JsonObject | null
  /** A body that is no JSON, with its Content-Type; `body` is null then. */
  readonly text?: { readonly type: string; readonly body: string }
  /** With a 307: the node to ask instead. */
  readonly redirectTo?: NodeId
}

/** Why a standby sent a request, or a part of it, to the active node. Each is a rule of vault-consistency 0 and 4.1. */
export const FORWARD_CAUSES = [
  'header', // X-Vault-Forward: active-node
  'inconsistent-header', // X-Vault-Inconsistent: forward-active-node, and the state is not here
  'new-token', // allow_forwarding_via_token, and the token's index is not here
  'limited-use', // the token has a use count
  'unknown-entity', // the token's entity is not here
  'always', // paths that only the active node answers
  'plain-standby', // a standby that is no performance standby
  'write', // storage is read-only here: logical forwarding
  'rpc', // a login's token, a child token: only the persisted part
] as const
export type ForwardCause = (typeof FORWARD_CAUSES)[number]

/** How a reply came about. The emulator's own knowledge; no Vault client ever sees it unless asked for. */
export interface Served {
  /** The node that the client spoke to. */
  readonly node: NodeId
  /** The node that handled it: the active node when it was forwarded. */
  readonly by: NodeId
  /** The index state of `by` when it handled the request: what it judged tokens and headers by. Over Consul-like storage
   *  reads run ahead of it; elsewhere it is what they saw. */
  readonly applied: WalIndex
  /** The index state of `node` when the request arrived there. */
  readonly appliedHere: WalIndex
  /** The index state that the request demanded, by its token and its X-Vault-Index values; 0 when it demanded none. */
  readonly required: WalIndex
  /** The generation counter of `by`. */
  readonly epoch: Epoch
  /** Why a standby asked the active node, also when no answer came; null when nothing was sent to it. */
  readonly forwarded: ForwardCause | null
  /** The last index that this request wrote; 0 when it wrote nothing. */
  readonly wrote: WalIndex
  /** Whether the wait for the request's own writes ran out (`best_effort_wal_wait_duration`). */
  readonly waitTimedOut: boolean
}

export interface ServedReply {
  readonly reply: VaultReply
  readonly served: Served
}
