/** A mounted engine: what stands at `core/mounts/<path>` in storage, and so is replicated like anything else. */

import type { JsonObject } from '@fourtwelve/protocol'

export interface Mount {
  /** Ends in `/`: `secret/`, `auth/userpass/`. */
  readonly path: string
  readonly type: MountType
  readonly accessor: string
  readonly uuid: string
  readonly description: string
  readonly options: Readonly<Record<string, string>> | null
  /** Seconds; 0 takes the system's. */
  readonly defaultLeaseTtl: number
  readonly maxLeaseTtl: number
  readonly local: boolean
  /** For auth mounts: which type of token they give (vault-http-api 5.1). */
  readonly tokenType: 'default-service' | 'default-batch' | 'service' | 'batch'
  readonly config?: JsonObject
}

export type MountType = 'token' | 'system' | 'cubbyhole' | 'identity' | 'kv' | 'userpass'
