/**
 * Server-side consistent tokens on the wire: `hvs.` + base64url(SignedToken{version, hmac, Token{random, index, epoch}}).
 * Byte for byte Vault's format (vault-consistency 1.1). Always holds: what is encoded decodes to itself, and a token with
 * one changed bit either does not decode or fails its MAC.
 */

import { base64Url, fromBase64Url, fromUtf8, sameBytes, utf8 } from './bytes.ts'
import type { CryptoPort } from './crypto-port.ts'
import {
  bytesField,
  numberField,
  pushBytesField,
  pushBytesHead,
  pushNumberField,
  readFields,
  type Uint64,
} from './protobuf.ts'
import type { Epoch, WalIndex } from './wal.ts'

export const SERVICE_PREFIX = 'hvs.'
/** Vault's own test for "this one carries an index": longer than 5 + 24 + 4 (vault-consistency 1.5). */
const CONSISTENT_TOKEN_LENGTH_OVER = 33
const TOKEN_VERSION = 1

export const isConsistentToken = (token: string): boolean =>
  token.length > CONSISTENT_TOKEN_LENGTH_OVER && token.startsWith(SERVICE_PREFIX)

/** What an `hvs.` token says. Nothing of it is to be believed before `hasValidMac`. */
export interface ServiceToken {
  readonly version: Uint64
  readonly mac: Uint8Array
  /** The bytes that the MAC covers. */
  readonly signed: Uint8Array
  /** The whole inner id, prefix and namespace suffix included. */
  readonly inner: string
  readonly localIndex: Uint64
  readonly indexEpoch: Uint64
}

/** Why a text is no consistent token. The two differ: Vault lets `not-base64` pass as an unknown id, `not-a-token` is refused. */
export type TokenDefect = 'not-base64' | 'not-a-token'

export function encodeServiceToken(crypto: CryptoPort, inner: string, index: WalIndex, indexEpoch: Epoch): string {
  const token: number[] = []
  pushBytesField(token, 1, utf8(inner))
  pushNumberField(token, 2, index)
  pushNumberField(token, 3, indexEpoch)
  const signed = new Uint8Array(token)
  const mac = crypto.mac(signed)
  const beforeMac: number[] = []
  pushNumberField(beforeMac, 1, TOKEN_VERSION)
  pushBytesHead(beforeMac, 2, mac.length)
  const beforeSigned: number[] = []
  pushBytesHead(beforeSigned, 3, signed.length)
  return SERVICE_PREFIX + base64Url(new Uint8Array(beforeMac), mac, new Uint8Array(beforeSigned), signed)
}

/** Decodes without a key. */
export function decodeServiceToken(token: string): ServiceToken | TokenDefect {
  const bytes = fromBase64Url(token.slice(SERVICE_PREFIX.length))
  if (bytes === null) return 'not-base64'
  const outer = readFields(bytes)
  if (outer === null) return 'not-a-token'
  const signed = bytesField(outer, 3)
  const fields = readFields(signed)
  const inner = fields === null ? null : fromUtf8(bytesField(fields, 1))
  if (fields === null || inner === null || inner === '') return 'not-a-token'
  return {
    version: numberField(outer, 1),
    mac: bytesField(outer, 2),
    signed,
    inner,
    localIndex: numberField(fields, 2),
    indexEpoch: numberField(fields, 3),
  }
}

/** Whether this key made the token. The MAC does not cover the version, so that any but the one that is written fails too. */
export const hasValidMac = (crypto: CryptoPort, token: ServiceToken): boolean =>
  token.version === TOKEN_VERSION && sameBytes(token.mac, crypto.mac(token.signed))

/** The namespace id hidden in an inner id: what follows its second dot; empty for the root namespace. */
export const namespaceOf = (inner: string): string => inner.split('.')[2] ?? ''
