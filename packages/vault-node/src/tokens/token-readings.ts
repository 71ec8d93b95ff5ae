/**
 * What presented tokens say, kept for those that come again: decoding, MAC and salted id depend on the text and the keys alone.
 * Always holds: a reading never tells whether a token is alive; at most READINGS_KEPT are kept.
 */

import {
  decodeServiceToken,
  hasValidMac,
  isConsistentToken,
  type CryptoPort,
  type ServiceToken,
  type TokenDefect,
} from '@fourtwelve/protocol'

const READINGS_KEPT = 8192

export interface TokenReading {
  /** Null for a text that carries no index. */
  readonly decoded: ServiceToken | TokenDefect | null
  readonly isSigned: boolean
  /** Salted id of the inner id; of the whole text when there is none. */
  readonly saltedId: string
}

export type TokenReadings = Map<string, TokenReading>

/** Reads a service token of any form. */
export function readToken(kept: TokenReadings, crypto: CryptoPort, token: string): TokenReading {
  const known = kept.get(token)
  if (known !== undefined) return known
  const decoded = isConsistentToken(token) ? decodeServiceToken(token) : null
  const reading =
    decoded === null || typeof decoded === 'string'
      ? { decoded, isSigned: false, saltedId: crypto.saltedId(token) }
      : { decoded, isSigned: hasValidMac(crypto, decoded), saltedId: crypto.saltedId(decoded.inner) }
  if (kept.size >= READINGS_KEPT) kept.clear()
  kept.set(token, reading)
  return reading
}
