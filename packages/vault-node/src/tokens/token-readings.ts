/**
 * What consistent tokens say, kept for those that come again: decoding, MAC and salted id depend on the text and the keys alone.
 * Always holds: a reading never tells whether a token is alive; at most READINGS_KEPT are kept.
 */

import {
  decodeServiceToken,
  hasValidMac,
  type CryptoPort,
  type ServiceToken,
  type TokenDefect,
} from '@fourtwelve/protocol'

const READINGS_KEPT = 8192

export interface TokenReading {
  readonly decoded: ServiceToken | TokenDefect
  readonly isSigned: boolean
  /** Salted id of the inner id; of the whole text when it cannot be decoded. */
  readonly saltedId: string
}

export type TokenReadings = Map<string, TokenReading>

export function readConsistentToken(kept: TokenReadings, crypto: CryptoPort, token: string): TokenReading {
  const known = kept.get(token)
  if (known !== undefined) return known
  const decoded = decodeServiceToken(token)
  const reading =
    typeof decoded === 'string'
      ? { decoded, isSigned: false, saltedId: crypto.saltedId(token) }
      : { decoded, isSigned: hasValidMac(crypto, decoded), saltedId: crypto.saltedId(decoded.inner) }
  if (kept.size >= READINGS_KEPT) kept.clear()
  kept.set(token, reading)
  return reading
}
