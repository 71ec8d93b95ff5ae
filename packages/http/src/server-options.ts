/** What a server is made from, and what one client may ask of it. */

import type { Answer } from '@fourtwelve/cluster'
import { MICROS_PER_SECOND, micros, type Micros, type NodeId, type VaultRequest } from '@fourtwelve/protocol'

export interface VaultServerOptions {
  /** The node that this server stands before. */
  readonly node: NodeId
  /** Hands a request to the node. `answered` is called at once or later, and counts once. */
  serve(request: VaultRequest, answered: (answer: Answer) => void): void
  /** Where a node listens, as `http://127.0.0.1:8200`, for the Location of a 307; null when nobody knows. */
  addressOf(node: NodeId): string | null
  /** Whether answers have `X-Fourtwelve-*` headers. */
  readonly tellWhoServed: boolean
  readonly limits?: Partial<ServerLimits>
  /** PEM. Without it, the server speaks plain HTTP. */
  readonly tls?: { readonly key: string; readonly cert: string }
}

export interface ServerLimits {
  /** Bytes of a request's body: `max_request_size`. */
  readonly body: number
  /** Bytes of a request's headers: Go's default. */
  readonly headers: number
  /** From the whole request to its answer: `max_request_duration`. */
  readonly answer: Micros
  /** From the first byte of a request to the end of its headers: `http_read_header_timeout`. */
  readonly readHeaders: Micros
  /** From the first byte of a request to its last: `http_read_timeout`. */
  readonly readRequest: Micros
  /** Between requests: `http_idle_timeout`. */
  readonly idle: Micros
}

/** A Vault listener's own (vault-http-api 1.3). */
export const DEFAULT_LIMITS: ServerLimits = {
  body: 32 * 1024 * 1024,
  headers: 1024 * 1024,
  answer: micros(90 * MICROS_PER_SECOND),
  readHeaders: micros(10 * MICROS_PER_SECOND),
  readRequest: micros(30 * MICROS_PER_SECOND),
  idle: micros(300 * MICROS_PER_SECOND),
}

/** How deeply a JSON body may be nested: Vault's own `max_json_depth`. Whoever walks a body may recurse. */
export const JSON_DEPTH_MAX = 500

/** How long a client that must stop sending may go on, in milliseconds: an end at once would take the answer from it. Go's own. */
export const LINGER_MS = 500

/** How long requests in progress may take when the server closes, in milliseconds. */
export const CLOSE_GRACE_MS = 1_000
