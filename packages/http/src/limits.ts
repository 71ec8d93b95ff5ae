/** What one client may ask of the server. The defaults are a Vault listener's (vault-http-api 1.3). */

import { MICROS_PER_SECOND, micros, type Micros } from '@fourtwelve/protocol'

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
