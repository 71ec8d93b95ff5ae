/** A token as it came with a request, and what this node knows of it. */

import type { TokenEntry } from './token-entry.ts'
import type { Lease } from './lease.ts'

export interface PresentedToken {
  /** The text that the client sent: answers echo it, so that no client ever sees an inner id. */
  readonly presented: string
  readonly entry: TokenEntry
  /** Null for batch tokens and for the first root token. */
  readonly lease: Lease | null
}
