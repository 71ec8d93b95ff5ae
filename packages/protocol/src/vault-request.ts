/**
 * A request as a node sees it: HTTP taken off, nothing decided.
 * Always holds: `path` has no `/v1/` in front and no query; header values keep their order.
 */

import type { JsonObject } from './json.ts'

export type Method = 'GET' | 'LIST' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS'

export interface VaultRequest {
  readonly method: Method
  readonly path: string
  /** Query parameters; one given several times is a list. */
  readonly query: Readonly<Record<string, string | readonly string[]>>
  /** `X-Vault-Token`, or the Bearer token; null when there is none. */
  readonly token: string | null
  /** All values of `X-Vault-Index`. */
  readonly index: readonly string[]
  /** The first value of `X-Vault-Inconsistent`; empty when absent. */
  readonly inconsistent: string
  /** The first value of `X-Vault-Forward`; empty when absent. */
  readonly forward: string
  /** Whether there is an `X-Vault-No-Request-Forwarding`, whatever it says. */
  readonly noForwarding: boolean
  readonly body: RequestBody
}

/** What the body held: nothing, a JSON object, or something that Vault refuses with 400 `error parsing JSON`. */
export type RequestBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly value: JsonObject }
  | { readonly kind: 'bad' }

export const NO_BODY: RequestBody = { kind: 'none' }

/** A request with nothing but what is given. */
export function vaultRequest(method: Method, path: string, given: Partial<VaultRequest> = {}): VaultRequest {
  return {
    method,
    path,
    query: {},
    token: null,
    index: [],
    inconsistent: '',
    forward: '',
    noForwarding: false,
    body: NO_BODY,
    ...given,
  }
}
