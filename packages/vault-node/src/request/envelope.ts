/**
 * The outside of an answer: envelope, errors, warnings (vault-http-api 1.6).
 * Always holds: envelope keys stand in Vault's order; every error is `{"errors": [...]}`.
 */

import { randomUuid, type CryptoPort, type JsonObject, type VaultReply } from '@fourtwelve/protocol'
import type { Turn } from '../turn.ts'

export const WAIT_WARNING =
  "Timeout hit while waiting for local replicated cluster to apply primary's write; this client may encounter stale reads of values written during this operation."

export interface EnvelopeParts {
  readonly data?: JsonObject | null
  readonly auth?: JsonObject | null
  readonly warnings?: readonly string[] | undefined
  /** Seconds. */
  readonly leaseDuration?: number | undefined
}

export const envelope = (crypto: CryptoPort, parts: EnvelopeParts, mountType: string): JsonObject => ({
  request_id: randomUuid(crypto),
  lease_id: '',
  renewable: false,
  lease_duration: parts.leaseDuration ?? 0,
  data: parts.data ?? null,
  wrap_info: null,
  warnings: parts.warnings === undefined || parts.warnings.length === 0 ? null : parts.warnings,
  auth: parts.auth ?? null,
  mount_type: mountType,
})

export const errorReply = (status: number, errors: readonly string[]): VaultReply => ({
  status,
  index: null,
  body: { errors },
})

/** How Vault prints an error that reached the top without a response of its own. */
export const oneError = (text: string): string => `1 error occurred:\n\t* ${text}\n\n`
export const twoErrors = (first: string, second: string): string =>
  `2 errors occurred:\n\t* ${first}\n\t* ${second}\n\n`

/** Adds a warning to an answer; a 204 becomes a 200 because of it (vault-consistency 4.4). Errors and texts carry none. */
export function withWarning(turn: Turn, reply: VaultReply, warning: string): VaultReply {
  if (reply.status >= 400 || reply.text !== undefined) return reply
  if (reply.body === null) return { ...reply, status: 200, body: envelope(turn.crypto, { warnings: [warning] }, '') }
  const { warnings } = reply.body
  const before = Array.isArray(warnings) ? warnings : []
  return { ...reply, body: { ...reply.body, warnings: [...before, warning] } }
}
