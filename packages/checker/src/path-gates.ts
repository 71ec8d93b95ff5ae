/**
 * Which of the two consistency gates guards a path: the one of X-Vault-Index and the one of the token's own index
 * (vault-consistency 0: A, E3, E4).
 * Always holds: a path that is in doubt is in doubt here too, so that no law condemns a node on a guess.
 */

import type { CallRecord } from '@fourtwelve/protocol'

export interface PathGates {
  /** Whether X-Vault-Index is looked at. */
  readonly index: boolean
  /** Whether the token's index is; `unsure` where servers and versions differ. */
  readonly token: 'checked' | 'unchecked' | 'unsure'
}

const LOGICAL: PathGates = { index: true, token: 'checked' }
/** Plain handlers that no part of the pipeline applies to (vault-consistency 0 A, vault-http-api 1.8). */
const NODE_LOCAL: PathGates = { index: false, token: 'unchecked' }
const LOGIN: PathGates = { index: true, token: 'unchecked' }
/** Needs no token: real servers skip the token's check, or the handler looks at it by itself. */
const OPEN: PathGates = { index: true, token: 'unsure' }
/** CORS answers OPTIONS before anything else, where it is switched on. */
export const PREFLIGHT: PathGates = { index: false, token: 'unsure' }

const SYS_PATHS: ReadonlyMap<string, PathGates> = new Map([
  ['sys/health', NODE_LOCAL],
  ['sys/leader', NODE_LOCAL],
  ['sys/seal-status', NODE_LOCAL],
  ['sys/init', NODE_LOCAL],
  ['sys/seal', NODE_LOCAL],
  ['sys/unseal', NODE_LOCAL],
  ['sys/monitor', NODE_LOCAL],
  ['sys/host-info', NODE_LOCAL],
  ['sys/in-flight-req', NODE_LOCAL],
  ['sys/storage/raft/bootstrap', NODE_LOCAL],
  ['sys/storage/raft/join', NODE_LOCAL],
  ['sys/internal/ui/feature-flags', NODE_LOCAL],
  ['sys/wrapping/lookup', OPEN],
  ['sys/wrapping/unwrap', OPEN],
  ['sys/wrapping/pubkey', OPEN],
  ['sys/replication/status', OPEN],
  ['sys/replication/performance/status', OPEN],
  ['sys/replication/dr/status', OPEN],
  ['sys/internal/specs/openapi', OPEN],
  ['sys/internal/ui/mounts', OPEN],
  ['sys/internal/ui/namespaces', OPEN],
  ['sys/decode-token', OPEN],
  ['sys/mfa/validate', OPEN],
])

const SYS_PREFIXES: readonly (readonly [prefix: string, gates: PathGates])[] = [
  ['sys/config/state/', NODE_LOCAL],
  ['sys/pprof/', NODE_LOCAL],
  ['sys/internal/ui/mounts/', OPEN],
  ['sys/generate-root/', OPEN],
  ['sys/rekey/', OPEN],
]

/** A login on a mount of one segment. `auth/userpass/users/login` is none: there `login` is a user. */
const LOGIN_PATH = /^auth\/(?!token\/)[^/]+\/login(?:\/|$)/
/** Something of that shape that could be a login on a mount with slashes in its name. */
const MAYBE_LOGIN_PATH = /\/login(?:\/|$)/
/** Auth methods have open paths beside login (`oidc/callback` and its kin); the token store has none. */
const TOKEN_STORE = 'auth/token/'

/** Which gates guard this request. */
export const gatesOf = ({ method, path }: Pick<CallRecord, 'method' | 'path'>): PathGates =>
  method === 'OPTIONS' ? PREFLIGHT : gatesOfPath(path)

/** Which gates guard a path, for every method but OPTIONS. */
export function gatesOfPath(path: string): PathGates {
  if (path.startsWith('auth/')) {
    if (path.startsWith(TOKEN_STORE)) return LOGICAL
    if (LOGIN_PATH.test(path)) return LOGIN
    return MAYBE_LOGIN_PATH.test(path) || path.includes('/oidc/') ? OPEN : LOGICAL
  }
  if (!path.startsWith('sys/')) return LOGICAL
  return SYS_PATHS.get(path) ?? SYS_PREFIXES.find(([prefix]) => path.startsWith(prefix))?.[1] ?? LOGICAL
}

const BODY_TOKEN_PATHS: ReadonlySet<string> = new Set([
  'auth/token/lookup',
  'auth/token/renew',
  'auth/token/revoke',
  'auth/token/revoke-orphan',
])

/** Whether a second token, named in the body, is checked like the first (vault-consistency 0 E6). */
export const checksBodyToken = (path: string): boolean => BODY_TOKEN_PATHS.has(path)
