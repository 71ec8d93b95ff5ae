/**
 * A request as a scenario writes it: with `${name}` where a value saved from an earlier reply goes, and with what the reply
 * should be. Always holds: `path` has no `/v1/` in front.
 */

import type { ForwardCause, JsonObject, JsonValue, Method, Micros, NodeId } from '@fourtwelve/protocol'

export interface RequestTemplate {
  readonly method: Method
  readonly path: string
  readonly query: Readonly<Record<string, string | readonly string[]>>
  readonly body: JsonObject | null
  readonly token: TokenChoice
  /** Saved names whose values go into X-Vault-Index, one header value each. */
  readonly index: readonly string[]
  /** X-Vault-Forward: active-node. */
  readonly forward: boolean
  /** X-Vault-Inconsistent; empty when it is not sent. */
  readonly inconsistent: string
  readonly save: readonly Save[]
  readonly expect: ReplyExpectation | null
}

/** A request of a client's flow. */
export interface FlowRequest extends RequestTemplate {
  /** The node that it goes to, retries too, whatever the client's routing says; null: where the routing sends it. */
  readonly node: NodeId | null
}

export type TokenChoice =
  | { readonly kind: 'root' }
  | { readonly kind: 'none' }
  | { readonly kind: 'saved'; readonly name: string }

/** What to keep of a reply under a name. */
export type Save =
  | { readonly name: string; readonly from: 'index' }
  | { readonly name: string; readonly from: 'body'; readonly path: BodyPath }

/** The way into a body: keys, and positions in lists as digits. */
export type BodyPath = readonly string[]

/** What a reply should be. Everything that is null or empty is not judged. */
export interface ReplyExpectation {
  /** One of these. */
  readonly status: readonly number[]
  /** Contained in one of the errors. */
  readonly error: string | null
  /** Contained in one of the warnings. */
  readonly warning: string | null
  readonly body: readonly BodyExpectation[]
  /** The node that handled it. */
  readonly servedBy: NodeId | null
  /** Whether it was forwarded, or why. */
  readonly forwarded: boolean | ForwardCause | null
  /** From first sending to the answer, at least. */
  readonly after: Micros | null
  /** From first sending to the answer, at most. */
  readonly within: Micros | null
}

export type BodyExpectation =
  | { readonly path: BodyPath; readonly is: 'equal'; readonly to: JsonValue }
  | { readonly path: BodyPath; readonly is: 'present' | 'absent' }
