/**
 * Batch tokens on the wire: `hvb.` + base64url(key term | version | nonce | sealed entry). Stored nowhere.
 * The shape is Vault's barrier blob (vault-consistency 2); the cipher inside is the crypto port's, so the nonce is longer.
 */

import { base64Url, fromBase64Url, fromUtf8, utf8 } from './bytes.ts'
import { SEAL_NONCE_BYTES, type CryptoPort } from './crypto-port.ts'
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts'

export const BATCH_PREFIX = 'hvb.'
const KEY_TERM = 1
const BARRIER_VERSION = 2
const HEADER: Uint8Array = Uint8Array.of(0, 0, 0, KEY_TERM, BARRIER_VERSION)

/** Seals an entry into a token. */
export function sealBatchToken(crypto: CryptoPort, entry: JsonObject): string {
  const nonce = crypto.random(SEAL_NONCE_BYTES)
  const sealed = crypto.seal(utf8(JSON.stringify(entry)), nonce)
  return BATCH_PREFIX + base64Url(HEADER, nonce, sealed)
}

export interface BatchBlob {
  readonly keyTerm: number
  readonly version: number
  readonly nonce: Uint8Array
  readonly sealed: Uint8Array
}

/** Takes the blob apart without a key; null when it is none. */
export function readBatchBlob(token: string): BatchBlob | null {
  if (!token.startsWith(BATCH_PREFIX)) return null
  const blob = fromBase64Url(token.slice(BATCH_PREFIX.length).split('.')[0] ?? '')
  if (blob === null || blob.length <= HEADER.length + SEAL_NONCE_BYTES) return null
  const [a = 0, b = 0, c = 0, d = 0, version = 0] = blob
  return {
    keyTerm: ((a << 24) | (b << 16) | (c << 8) | d) >>> 0,
    version,
    nonce: blob.subarray(HEADER.length, HEADER.length + SEAL_NONCE_BYTES),
    sealed: blob.subarray(HEADER.length + SEAL_NONCE_BYTES),
  }
}

/** The sealed entry, or null when the token is foreign, damaged or of another key. */
export function openBatchToken(crypto: CryptoPort, token: string): JsonObject | null {
  const blob = readBatchBlob(token)
  if (blob === null || blob.keyTerm !== KEY_TERM || blob.version !== BARRIER_VERSION) return null
  const plain = crypto.open(blob.sealed, blob.nonce)
  const text = plain === null ? null : fromUtf8(plain)
  if (text === null) return null
  try {
    const entry = JSON.parse(text) as JsonValue
    return isJsonObject(entry) ? entry : null
  } catch {
    return null
  }
}
