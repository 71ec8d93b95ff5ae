/** X-Vault-Index: Vault's bytes, the Go client's errors, and what becomes of a value in which something was changed. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  base64,
  decodeIndexState,
  encodeIndexState,
  fromBase64,
  hasValidIndexMac,
  hex,
  isIndexDefect,
  utf8,
  walIndex,
  type IndexState,
} from '@fourtwelve/protocol'
import { nodeCryptoPort, VECTOR_KEY } from './node-crypto-port.ts'

const crypto = nodeCryptoPort(VECTOR_KEY)
const CLUSTER = '9f82e03b-71fb-97a6-9c5a-46fa6715d6e4'
const encode = (cluster: string, local: number, replicated: number): string =>
  encodeIndexState(crypto, cluster, walIndex(local), walIndex(replicated))

function decoded(header: string): IndexState {
  const state = decodeIndexState(header)
  if (isIndexDefect(state)) throw new Error(`${header} does not decode: ${state.defect}`)
  return state
}

function isAccepted(header: string): boolean {
  const state = decodeIndexState(header)
  return !isIndexDefect(state) && hasValidIndexMac(crypto, state)
}

describe('the vector of vault-consistency 3.1', () => {
  const HEADER =
    'djE6OWY4MmUwM2ItNzFmYi05N2E2LTljNWEtNDZmYTY3MTVkNmU0OjEwMDA6MDo2NTI0MjhkZTY3MjM2YWExMzRjODY4MjM4MzllMWUzMjA5MTkwYmNlZTNlOGIwOGNmMWIwM2E0NGUzMGRiODJh'

  test('encodes byte for byte', () => {
    expect(encode(CLUSTER, 1000, 0)).toBe(HEADER)
    expect(HEADER).toHaveLength(148)
  })

  test('decodes, and its MAC fits under its own key only', () => {
    const state = decoded(HEADER)
    expect(state).toMatchObject({ version: 'v1', clusterId: CLUSTER, localIndex: 1000, replicatedIndex: 0 })
    expect(state.signed).toBe(`v1:${CLUSTER}:1000:0`)
    expect(hex(state.mac)).toBe('652428de67236aa134c86823839e1e3209190bcee3e8b08cf1b03a44e30db82a')
    expect(hasValidIndexMac(crypto, state)).toBe(true)
    expect(hasValidIndexMac(nodeCryptoPort('another key'), state)).toBe(false)
  })
})

const clusterId = fc.uuid()
const indexes = fc.oneof(fc.nat(300), fc.maxSafeNat())

test('what is encoded decodes to itself', () => {
  fc.assert(
    fc.property(clusterId, indexes, indexes, (cluster, local, replicated) => {
      const header = encode(cluster, local, replicated)
      expect(decoded(header)).toMatchObject({
        version: 'v1',
        clusterId: cluster,
        localIndex: local,
        replicatedIndex: replicated,
      })
      expect(isAccepted(header)).toBe(true)
      expect(isAccepted(` ${header}\t`)).toBe(true)
    }),
  )
})

/** A header that says anything, with a MAC that fits. */
const signedHeader = (signed: string): string => base64(utf8(`${signed}:${hex(crypto.mac(utf8(signed)))}`))

test('an index above 2^53 - 1 decodes to a bigint exactly, a smaller one to a number', () => {
  const uint64 = fc.oneof(
    fc.bigInt(0n, (1n << 64n) - 1n),
    fc.bigInt(BigInt(Number.MAX_SAFE_INTEGER) - 3n, BigInt(Number.MAX_SAFE_INTEGER) + 3n),
    fc.bigInt((1n << 64n) - 3n, (1n << 64n) - 1n),
  )
  const asRead = (value: bigint): number | bigint => (value > BigInt(Number.MAX_SAFE_INTEGER) ? value : Number(value))
  fc.assert(
    fc.property(uint64, uint64, (local, replicated) => {
      const state = decoded(signedHeader(`v1:${CLUSTER}:${local}:${replicated}`))
      expect(state.localIndex).toBe(asRead(local))
      expect(state.replicatedIndex).toBe(asRead(replicated))
      expect(hasValidIndexMac(crypto, state)).toBe(true)
    }),
  )
})

test('every single changed bit of a value makes it refused', () => {
  fc.assert(
    fc.property(clusterId, indexes, indexes, (cluster, local, replicated) => {
      const header = encode(cluster, local, replicated)
      const bytes = fromBase64(header) ?? new Uint8Array(0)
      const accepted: string[] = []
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const changed = bytes.slice()
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        if (isAccepted(base64(changed))) accepted.push(`bit ${bit} of the bytes`)
      }
      for (let bit = 0; bit < header.length * 8; bit++) {
        const at = bit >> 3
        const changed =
          header.slice(0, at) + String.fromCharCode(header.charCodeAt(at) ^ (1 << (bit & 7))) + header.slice(at + 1)
        if (isAccepted(changed)) accepted.push(`bit ${bit} of the text`)
      }
      expect(accepted).toEqual([])
    }),
    { numRuns: 20 },
  )
})

test('bytes that no node writes are refused even where they read like the same text', () => {
  const bytes = fromBase64(encode(CLUSTER, 7, 0)) ?? new Uint8Array(0)
  expect(isAccepted(base64(bytes))).toBe(true)
  const byteOrderMark = [0xef, 0xbb, 0xbf]
  expect(isAccepted(base64(Uint8Array.from([...byteOrderMark, ...bytes])))).toBe(false)
  expect(isAccepted(base64(Uint8Array.from([...bytes, 0])))).toBe(false)
})

describe("what is wrong with a value, in the Go client's words", () => {
  const MAC = 'ab'.repeat(32)
  test.each([
    ['', 'invalid full state header format'],
    ['!!!', 'invalid full state header format'],
    [base64(utf8('no colon in here')), 'invalid full state header format'],
    [base64(Uint8Array.of(0xff, 0x3a)), 'invalid full state header format'],
    [base64(utf8(`v1:${CLUSTER}:1:2:xyz`)), 'invalid state header HMAC: xyz, not lower-case hexadecimal'],
    [base64(utf8(`v1:${CLUSTER}:1:${MAC}`)), 'invalid state header format'],
    [base64(utf8(`v1:${CLUSTER}:1:2:3:${MAC}`)), 'invalid state header format'],
    [base64(utf8(`v2:${CLUSTER}:1:2:${MAC}`)), 'invalid state header format'],
    [base64(utf8(`v1::1:2:${MAC}`)), 'invalid state header format'],
    [base64(utf8(`v1:${CLUSTER}:-1:2:${MAC}`)), 'invalid local index in state header: -1'],
    [base64(utf8(`v1:${CLUSTER}:1.5:2:${MAC}`)), 'invalid local index in state header: 1.5'],
    [base64(utf8(`v1:${CLUSTER}::2:${MAC}`)), 'invalid local index in state header: '],
    [base64(utf8(`v1:${CLUSTER}:1:0x2:${MAC}`)), 'invalid replicated index in state header: 0x2'],
    [
      base64(utf8(`v1:${CLUSTER}:1:${1n << 64n}:${MAC}`)),
      'invalid replicated index in state header: 18446744073709551616',
    ],
  ])('%j is told', (header, defect) => {
    expect(decodeIndexState(header)).toEqual({ defect })
  })
})

test('decoding never throws, whatever the text', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 150, size: 'max' }),
    fc.uint8Array({ maxLength: 200, size: 'max' }).map(base64),
    fc.string({ unit: 'binary', maxLength: 150, size: 'max' }).map((text) => base64(utf8(text))),
    fc
      .array(fc.oneof(fc.constantFrom('v1', '', 'ab', CLUSTER), fc.nat().map(String)), { maxLength: 7 })
      .map((parts) => base64(utf8(parts.join(':')))),
  )
  fc.assert(
    fc.property(texts, (text) => {
      const state = decodeIndexState(text)
      if (isIndexDefect(state)) expect(state.defect).toMatch(/^invalid /)
      else expect(hasValidIndexMac(crypto, state)).toBe(false)
    }),
    { numRuns: 2000 },
  )
})
