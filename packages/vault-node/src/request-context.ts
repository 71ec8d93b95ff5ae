/** Everything that a path's handler may use. */

import type { JsonObject, WalIndex } from '@fourtwelve/protocol'
import type { OpenRequest } from './request/open-request.ts'
import type { Mount } from './request/mount.ts'
import type { PresentedToken } from './tokens/presented-token.ts'
import { write, type Turn } from './turn.ts'

export interface RequestContext {
  readonly turn: Turn
  readonly open: OpenRequest
  readonly mount: Mount
  /** The whole path, without `/v1/`. */
  readonly path: string
  /** What the path's own pattern captured. */
  readonly params: Readonly<Record<string, string>>
  /** Query (reads) or body (writes), with the captured values on top. */
  readonly data: JsonObject
  /** The token that authenticated the request; null on login paths. */
  readonly token: PresentedToken | null
  /** Whether the token has sudo on this path. */
  readonly sudo: boolean
}

/** Writes a key on behalf of a request. Null deletes. Only on the active node. */
export const put = (context: RequestContext, key: string, value: object | null): WalIndex =>
  write(context.turn, context.open.id, key, value)

/** The token of a request on a path that needs one. Throws when the path was registered as a login path: that is a bug. */
export function tokenOf(context: RequestContext): PresentedToken {
  if (context.token === null) throw new Error(`${context.path} has no token: it is registered as a login path`)
  return context.token
}
