/** What the model expects of an answer. */

import type { JsonObject } from '@fourtwelve/protocol'

export type Expected =
  /** `says` is part of the body. */
  | { readonly kind: 'answer'; readonly status: number; readonly says: JsonObject | null }
  /** Not answered by this node: the active node must be asked. */
  | { readonly kind: 'forward' }

export const status = (code: number, says: JsonObject | null = null): Expected => ({
  kind: 'answer',
  status: code,
  says,
})
export const FORWARD: Expected = { kind: 'forward' }
