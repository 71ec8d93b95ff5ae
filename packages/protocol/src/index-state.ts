/**
 * `X-Vault-Index` on the wire: base64("v1:cluster:local:replicated:hex(mac)"), MAC over everything before the last colon.
 * Byte for byte Vault's format (vault-consistency 3.1), with the Go client's words for what is wrong with a value.
 */

import { base64OfText, fromBase64, fromHex, fromUtf8, hex, sameBytes, utf8 } from './bytes.ts'
import type { CryptoPort } from './crypto-port.ts'
import type { Uint64 } from './protobuf.ts'
import type { WalIndex } from './wal.ts'

export interface IndexState {
  readonly version: string
  readonly clusterId: string
  readonly localIndex: Uint64
  readonly replicatedIndex: Uint64
  readonly mac: Uint8Array
  /** The text that the MAC covers. */
  readonly signed: string
}

export interface IndexDefect {
  readonly defect: string
}

export function encodeIndexState(crypto: CryptoPort, clusterId: string, local: WalIndex, replicated: WalIndex): string {
  const signed = `v1:${clusterId}:${local}:${replicated}`
  return base64OfText(`${signed}:${hex(crypto.mac(utf8(signed)))}`)
}

const UINT64_MAX = (1n << 64n) - 1n

function parseUint64(text: string): Uint64 | null {
  if (!/^\d{1,20}$/.test(text)) return null
  const value = BigInt(text)
  if (value > UINT64_MAX) return null
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}

/** Parses a header value without a key. */
export function decodeIndexState(header: string): IndexState | IndexDefect {
  const bytes = fromBase64(header.trim())
  const raw = bytes === null ? null : fromUtf8(bytes)
  const macAt = raw?.lastIndexOf(':') ?? -1
  if (raw === null || macAt < 0) return { defect: 'invalid full state header format' }
  const signed = raw.slice(0, macAt)
  const macText = raw.slice(macAt + 1)
  const mac = fromHex(macText)
  if (mac === null) return { defect: `invalid state header HMAC: ${macText}, not lower-case hexadecimal` }
  const parts = signed.split(':')
  const [version, clusterId, local = '', replicated = ''] = parts
  if (parts.length !== 4 || version !== 'v1' || clusterId === undefined || clusterId === '') {
    return { defect: 'invalid state header format' }
  }
  const localIndex = parseUint64(local)
  if (localIndex === null) return { defect: `invalid local index in state header: ${local}` }
  const replicatedIndex = parseUint64(replicated)
  if (replicatedIndex === null) return { defect: `invalid replicated index in state header: ${replicated}` }
  return { version, clusterId, localIndex, replicatedIndex, mac, signed }
}

export const isIndexDefect = (state: IndexState | IndexDefect): state is IndexDefect => 'defect' in state

export const hasValidIndexMac = (crypto: CryptoPort, state: IndexState): boolean =>
  sameBytes(state.mac, crypto.mac(utf8(state.signed)))
