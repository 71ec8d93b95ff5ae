/**
 * How a path of the API is described: one file a path exports one of these, and `paths/routes.ts` lists it.
 * Always holds: whether a standby answers an operation itself is said here and nowhere else (vault-http-api 8).
 */

import type { Outcome } from './outcome.ts'
import type { RequestContext } from './request-context.ts'

/** What a method asks for. A write is a create or an update: the path's `exists` decides, and with it the capability. */
export type PathOperation = 'read' | 'list' | 'write' | 'delete' | 'patch'

interface OperationSpec {
  /** `any`: every node answers from its own state. `active`: it writes storage, so a standby forwards it. `shared`: every node
   *  checks it; what is to be stored then, only the active node stores, and a standby calls it for that. */
  readonly on: 'any' | 'active' | 'shared'
  readonly handle: (context: RequestContext) => Outcome
}

export interface PathSpec {
  /**
   * Relative to the mount. `:name` is one segment, `:name*` is the rest (one or more characters), a trailing `?` on a
   * segment makes it optional: `lookup`, `users/:username`, `data/:path*`.
   */
  readonly path: string
  readonly operations: Partial<Readonly<Record<PathOperation, OperationSpec>>>
  /** Body fields it knows; others are named in a warning. Absent: any field is welcome. */
  readonly fields?: readonly string[]
  /** A login path: no token is needed or looked at. */
  readonly login?: true
  /** A valid token is needed, but no policy for this path: the handler itself decides what the token may see. */
  readonly ownPolicy?: true
  /** Needs the sudo capability besides the operation's own. */
  readonly sudo?: true
  /** Its `data` stands at the top level of the answer too (vault-http-api 1.6, injected answers). */
  readonly inject?: true
  /** Whether what a write would write is there: judged on local state. Absent: every write is an update. */
  readonly exists?: (context: RequestContext) => boolean
  /** A body field that holds another token, which gets the same index check as the request's own (vault-consistency 0.E6). */
  readonly bodyToken?: string
  /** It revokes tokens: X-Vault-Index stands on its reply only with switch `index_on_revoke`. */
  readonly revokes?: true
  /** Its answer tells nothing of what is stored, so it waits for no majority. */
  readonly atOnce?: true
  /** Only the active node answers it: a standby forwards without a look. */
  readonly alwaysForward?: true
  /** It is about this very node, and needs a token: no standby ever forwards it (vault-http-api 1.8). */
  readonly localOnly?: true
  /** A node of a DR secondary answers it too. */
  readonly onDrSecondary?: true
}
