/** The lease of a token: when it ends, and whether it may be renewed. Stored beside the token, one write later. */

import type { Micros } from '@fourtwelve/protocol'

export interface Lease {
  readonly saltedId: string
  readonly issueTime: Micros
  /** Null never expires. */
  readonly expireTime: Micros | null
  /** Null before the first renewal. */
  readonly lastRenewal: Micros | null
  readonly renewable: boolean
  /** Seconds that the last grant gave: what a renewal without an increment gives again. */
  readonly grantedTtl: number
  /** Seconds: the auth method's own maximum; 0 for none. */
  readonly maxTtl: number
}
