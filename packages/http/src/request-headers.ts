/**
 * The headers that Vault reads from a request (vault-http-api 1.5).
 * Always holds: every value of `X-Vault-Index` counts, whether it came on a line of its own or behind a comma (base64 has
 * none); of any other header the first value counts.
 */

export interface VaultHeaders {
  readonly token: string | null
  readonly index: readonly string[]
  readonly inconsistent: string
  readonly forward: string
  readonly noForwarding: boolean
  /** How long an answer is to be kept wrapped; empty when it is not to be. */
  readonly wrapTtl: string
  /** As it was sent; null when it was not. */
  readonly namespace: string | null
  readonly contentType: string
}

interface Found {
  'x-vault-token'?: string
  'x-vault-inconsistent'?: string
  'x-vault-forward'?: string
  'x-vault-no-request-forwarding'?: string
  'x-vault-namespace'?: string
  'x-vault-wrap-ttl'?: string
  'content-type'?: string
}

const FIRST_COUNTS: ReadonlyMap<string, keyof Found> = new Map(
  (
    [
      'x-vault-token',
      'x-vault-inconsistent',
      'x-vault-forward',
      'x-vault-no-request-forwarding',
      'x-vault-namespace',
      'x-vault-wrap-ttl',
      'content-type',
    ] as const
  ).map((name) => [name, name]),
)
const NO_INDEX: readonly string[] = []
const BEARER = 'Bearer '

/** Reads names and values in turn, as `IncomingMessage.rawHeaders` lists them. */
export function readVaultHeaders(raw: readonly string[]): VaultHeaders {
  const found: Found = {}
  let index = NO_INDEX
  let bearer: string | null = null
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase()
    const value = raw[at + 1] ?? ''
    const known = FIRST_COUNTS.get(name)
    if (known !== undefined) found[known] ??= value
    else if (name === 'x-vault-index') index = [...index, ...indexValues(value)]
    else if (name === 'authorization' && value.startsWith(BEARER)) bearer ??= value.slice(BEARER.length).trim()
  }
  return {
    token: found['x-vault-token'] || bearer || null,
    index,
    inconsistent: found['x-vault-inconsistent'] ?? '',
    forward: found['x-vault-forward'] ?? '',
    noForwarding: (found['x-vault-no-request-forwarding'] ?? '') !== '',
    wrapTtl: found['x-vault-wrap-ttl'] ?? '',
    namespace: found['x-vault-namespace'] || null,
    contentType: found['content-type'] ?? '',
  }
}

/** A header without any value is a malformed one, and that is for the node to judge. */
function indexValues(value: string): readonly string[] {
  if (!value.includes(',')) return [value]
  const values = value.split(',').map((part) => part.trim())
  const given = values.filter((part) => part !== '')
  return given.length === 0 ? [''] : given
}

/** The media type in a Content-Type, small and without parameters; empty when there is none. */
export const mediaType = (contentType: string): string => (contentType.split(';', 1)[0] ?? '').trim().toLowerCase()
