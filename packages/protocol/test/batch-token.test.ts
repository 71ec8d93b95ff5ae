/** Batch tokens: the blob around the sealed entry, and what becomes of a token in which something was changed. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  base64Url,
  BATCH_PREFIX,
  fromBase64Url,
  isJsonObject,
  openBatchToken,
  readBatchBlob,
  sealBatchToken,
  SEAL_NONCE_BYTES,
  utf8,
  type JsonValue,
} from '@fourtwelve/protocol'
import { nodeCryptoPort } from './node-crypto-port.ts'

const crypto = nodeCryptoPort('batch tokens')
const entry = fc.dictionary(fc.string(), fc.jsonValue({ stringUnit: 'grapheme' }) as fc.Arbitrary<JsonValue>, {
  noNullPrototype: true,
})
const ENTRY = { policies: ['default'], ttl: 3600, path: 'auth/token/create', meta: { café: '☕' } }

test('what is sealed opens to itself', () => {
  fc.assert(
    fc.property(entry, (sealed) => {
      const token = sealBatchToken(crypto, sealed)
      expect(token).toMatch(/^hvb\.[\w-]+$/)
      expect(openBatchToken(crypto, token)).toEqual(JSON.parse(JSON.stringify(sealed)))
    }),
  )
})

test('the namespace behind the blob is no part of it', () => {
  expect(openBatchToken(crypto, `${sealBatchToken(crypto, ENTRY)}.gsudz`)).toEqual(ENTRY)
})

test('the blob tells key term, version and a nonce that never comes twice', () => {
  const blobs = Array.from({ length: 50 }, () => readBatchBlob(sealBatchToken(crypto, ENTRY)))
  for (const blob of blobs) {
    expect(blob).toMatchObject({ keyTerm: 1, version: 2 })
    expect(blob?.nonce).toHaveLength(SEAL_NONCE_BYTES)
  }
  expect(new Set(blobs.map((blob) => base64Url(blob?.nonce ?? new Uint8Array(0)))).size).toBe(50)
})

test('a key term is read as an unsigned number, highest byte first', () => {
  const header = [0xfe, 0xdc, 0xba, 0x98, 7]
  const token = BATCH_PREFIX + base64Url(Uint8Array.from([...header, ...Array<number>(SEAL_NONCE_BYTES + 20).fill(1)]))
  expect(readBatchBlob(token)).toMatchObject({ keyTerm: 0xfedc_ba98, version: 7 })
  expect(openBatchToken(crypto, token)).toBeNull()
})

test('another key opens nothing', () => {
  expect(openBatchToken(nodeCryptoPort('another key'), sealBatchToken(crypto, ENTRY))).toBeNull()
})

test('every single changed bit makes a token refused, in its bytes and in its text', () => {
  const small = fc.dictionary(fc.string({ maxLength: 5 }), fc.oneof(fc.nat(), fc.string({ maxLength: 5 })), {
    maxKeys: 3,
    noNullPrototype: true,
  })
  fc.assert(
    fc.property(small, (sealed) => {
      const token = sealBatchToken(crypto, sealed)
      const bytes = fromBase64Url(token.slice(BATCH_PREFIX.length)) ?? new Uint8Array(0)
      expect(openBatchToken(crypto, BATCH_PREFIX + base64Url(bytes))).not.toBeNull()
      const accepted: string[] = []
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const changed = bytes.slice()
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        if (openBatchToken(crypto, BATCH_PREFIX + base64Url(changed)) !== null) accepted.push(`bit ${bit} of the bytes`)
      }
      for (let bit = 0; bit < token.length * 8; bit++) {
        const at = bit >> 3
        const changed =
          token.slice(0, at) + String.fromCharCode(token.charCodeAt(at) ^ (1 << (bit & 7))) + token.slice(at + 1)
        if (openBatchToken(crypto, changed) !== null) accepted.push(`bit ${bit} of the text`)
      }
      expect(accepted).toEqual([])
    }),
    { numRuns: 15 },
  )
})

describe('a text that is no batch token', () => {
  test('is refused at every length at which a token may be cut', () => {
    const token = sealBatchToken(crypto, ENTRY)
    for (let length = 0; length < token.length; length++) {
      expect(openBatchToken(crypto, token.slice(0, length))).toBeNull()
    }
  })

  test.each(['', 'hvb.', 'hvb.AAAA', 'hvs.AAAA', 'hvb.!', 'hvb..gsudz', `b.${'A'.repeat(100)}`])(
    '%j has no blob',
    (text) => {
      expect(readBatchBlob(text)).toBeNull()
      expect(openBatchToken(crypto, text)).toBeNull()
    },
  )

  test('never makes a decoder throw', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 150, size: 'max' }),
      fc.string({ maxLength: 150, size: 'max' }).map((text) => BATCH_PREFIX + text),
      fc.uint8Array({ maxLength: 100, size: 'max' }).map((bytes) => BATCH_PREFIX + base64Url(bytes)),
      fc
        .uint8Array({ maxLength: 100, size: 'max' })
        .map((bytes) => BATCH_PREFIX + base64Url(Uint8Array.from([0, 0, 0, 1, 2, ...bytes]))),
    )
    fc.assert(
      fc.property(texts, (text) => {
        expect(openBatchToken(crypto, text)).toBeNull()
      }),
      { numRuns: 2000 },
    )
  })
})

test('what was sealed under the right key but is no JSON object opens to nothing', () => {
  const contents = fc.oneof(
    fc.uint8Array({ maxLength: 20, size: 'max' }),
    fc.string().map(utf8),
    fc.jsonValue().map((value) => utf8(JSON.stringify(value))),
    fc.constantFrom('', '{', '[]', 'null', '1', '"a"', '{"a":1}').map(utf8),
  )
  let opened = 0
  fc.assert(
    fc.property(contents, (plain) => {
      const nonce = crypto.random(SEAL_NONCE_BYTES)
      const blob = Uint8Array.from([0, 0, 0, 1, 2, ...nonce, ...crypto.seal(plain, nonce)])
      const answer = openBatchToken(crypto, BATCH_PREFIX + base64Url(blob))
      if (answer !== null) {
        opened++
        expect(isJsonObject(answer)).toBe(true)
        expect(answer).toEqual(JSON.parse(Buffer.from(plain).toString('utf8')))
      }
    }),
    { numRuns: 1000 },
  )
  expect(opened).toBeGreaterThan(0)
})
