/**
 * Protocol buffers written the long way, in bigints, so that tests can make what the package itself never writes:
 * indexes above 2^53, unknown fields, other versions.
 */

import { base64Url, type CryptoPort } from '@fourtwelve/protocol'

export function varint(value: bigint): number[] {
  const bytes: number[] = []
  let rest = value
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  return [...bytes, Number(rest)]
}

export const numberEntry = (field: bigint, value: bigint): number[] => [...varint(field << 3n), ...varint(value)]

export const bytesEntry = (field: bigint, bytes: ArrayLike<number>): number[] => [
  ...varint((field << 3n) | 2n),
  ...varint(BigInt(bytes.length)),
  ...Array.from(bytes),
]

export interface WrittenToken {
  readonly inner: string
  readonly index: bigint
  readonly epoch: bigint
  /** Default 1, Vault's only version. */
  readonly version?: bigint
}

/** An `hvs.` token with whatever numbers are asked for; zeros are left out, as proto3 does. */
export function writeToken(crypto: CryptoPort, { inner, index, epoch, version = 1n }: WrittenToken): string {
  const signed = Uint8Array.from([
    ...bytesEntry(1n, new TextEncoder().encode(inner)),
    ...(index === 0n ? [] : numberEntry(2n, index)),
    ...(epoch === 0n ? [] : numberEntry(3n, epoch)),
  ])
  const outer = [...numberEntry(1n, version), ...bytesEntry(2n, crypto.mac(signed)), ...bytesEntry(3n, signed)]
  return `hvs.${base64Url(Uint8Array.from(outer))}`
}
