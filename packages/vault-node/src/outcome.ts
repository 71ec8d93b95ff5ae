/** What a path's handler answers: data about the answer, before it has a status or an envelope. */

import type { JsonObject } from '@fourtwelve/protocol'
import type { LoginDraft } from './tokens/login-draft.ts'
import type { ActiveCall } from './peers/peer-message.ts'

export type Outcome =
  /** 200 with an envelope. `leaseDuration` in seconds, for kv version 1. */
  | {
      readonly kind: 'data'
      readonly data: JsonObject
      readonly warnings?: readonly string[]
      readonly leaseDuration?: number
    }
  /** The names in a list: 200, or 404 when there are none. */
  | { readonly kind: 'keys'; readonly keys: readonly string[]; readonly data?: JsonObject }
  /** 204, or 200 when there is something to warn of. */
  | { readonly kind: 'done'; readonly warnings?: readonly string[] }
  /** 404: bare, or with an envelope when there is still something to tell. */
  | { readonly kind: 'missing'; readonly data?: JsonObject; readonly warnings?: readonly string[] }
  /** 200 with a finished `auth` block. */
  | { readonly kind: 'auth'; readonly auth: JsonObject; readonly warnings?: readonly string[] }
  /** A login succeeded: a token is to be made, where and how the request's machinery decides. */
  | { readonly kind: 'login'; readonly draft: LoginDraft }
  /** Everything is checked here; the rest only the active node can do: a standby sends it there (RPC). `answer` is the answer
   *  when it does not depend on the call. */
  | { readonly kind: 'call-active'; readonly call: ActiveCall; readonly answer?: Outcome }
  /** An error with its text. `wrapped` prints it as `1 error occurred:` does (vault-http-api 1.6). */
  | { readonly kind: 'refused'; readonly status: number; readonly error: string; readonly wrapped?: boolean }
  /** An answer without an envelope. */
  | { readonly kind: 'plain'; readonly status: number; readonly body: JsonObject | null }
  /** An answer that is no JSON. */
  | { readonly kind: 'text'; readonly status: number; readonly type: string; readonly text: string }
  /** The reply leaves later: a revocation is under way and will send it. */
  | { readonly kind: 'later' }

export const refused = (status: number, error: string): Outcome => ({ kind: 'refused', status, error })
/** An error without a response object of its own: printed as `1 error occurred:\n\t* ...`. */
export const refusedWrapped = (status: number, error: string): Outcome => ({
  kind: 'refused',
  status,
  error,
  wrapped: true,
})
