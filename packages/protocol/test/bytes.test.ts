/** Bytes as text and back, against what node:buffer says. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  base64,
  base64Url,
  fromBase64,
  fromBase64Url,
  fromHex,
  fromUtf8,
  hex,
  sameBytes,
  utf8,
} from '@fourtwelve/protocol'
import { base64OfText } from '../dist/bytes.js'

const someBytes = fc.uint8Array({ maxLength: 100, size: 'max' })

test('hexadecimal and both base64 forms agree with node:buffer', () => {
  fc.assert(
    fc.property(someBytes, (bytes) => {
      const buffer = Buffer.from(bytes)
      expect(hex(bytes)).toBe(buffer.toString('hex'))
      expect(base64(bytes)).toBe(buffer.toString('base64'))
      expect(base64Url(bytes)).toBe(buffer.toString('base64url'))
    }),
  )
})

test('what is written reads back as the same bytes', () => {
  fc.assert(
    fc.property(someBytes, (bytes) => {
      expect(fromHex(hex(bytes))).toEqual(bytes)
      expect(fromBase64(base64(bytes))).toEqual(bytes)
      expect(fromBase64Url(base64Url(bytes))).toEqual(bytes)
    }),
  )
})

describe('one text for one array of bytes', () => {
  const codecs = [
    { name: 'hexadecimal', read: fromHex, write: hex, alphabet: '0123456789abcdefAF=' },
    { name: 'base64', read: fromBase64, write: base64, alphabet: 'ABQYgwz09+/=-_ ' },
    { name: 'base64url', read: fromBase64Url, write: base64Url, alphabet: 'ABQYgwz09-_=+/ ' },
  ]
  test.each(codecs)(
    'a text in $name that reads at all is the one that would be written',
    ({ read, write, alphabet }) => {
      const nearTexts = fc.string({ unit: fc.constantFrom(...alphabet.split('')), maxLength: 12, size: 'max' })
      fc.assert(
        fc.property(fc.oneof(nearTexts, fc.string({ unit: 'binary' })), (text) => {
          const bytes = read(text)
          if (bytes !== null) expect(write(bytes)).toBe(text)
        }),
        { numRuns: 5000 },
      )
    },
  )

  test('the texts that are all but right are refused', () => {
    expect(['A', 'AB', 'AAA', 'AA=', 'A===', '====', 'AA==AA==', 'AAAA====', 'AA-_', 'AA\n='].map(fromBase64)).toEqual(
      Array<null>(10).fill(null),
    )
    expect(['A', 'AB', 'AAB', 'AA==', 'AA+/', 'ÄAAA', 'AA A'].map(fromBase64Url)).toEqual(Array<null>(7).fill(null))
    expect(['a', 'AB', '0x', 'ag', ' ab', 'ab\n'].map(fromHex)).toEqual(Array<null>(6).fill(null))
  })

  test('nothing is nothing in every form', () => {
    const nothing = new Uint8Array(0)
    expect([hex(nothing), base64(nothing), base64Url(nothing)]).toEqual(['', '', ''])
    expect([fromHex(''), fromBase64(''), fromBase64Url('')]).toEqual([nothing, nothing, nothing])
  })
})

describe('UTF-8', () => {
  test('any well formed text comes back, a byte order mark in front included', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary' }),
      fc.string().map((text) => `\uFEFF${text}`),
    )
    fc.assert(
      fc.property(texts, (text) => {
        expect(Buffer.from(utf8(text))).toEqual(Buffer.from(text, 'utf8'))
        const isWellFormed = Buffer.from(text, 'utf8').toString('utf8') === text
        if (isWellFormed) expect(fromUtf8(utf8(text))).toBe(text)
      }),
    )
  })

  test('bytes that read as text are the bytes of that text, and other bytes are null', () => {
    let refused = 0
    fc.assert(
      fc.property(
        fc.oneof(
          someBytes,
          someBytes.map((bytes) => Uint8Array.from([0xef, 0xbb, 0xbf, ...bytes])),
        ),
        (bytes) => {
          const text = fromUtf8(bytes)
          if (text === null) refused++
          else expect(utf8(text)).toEqual(bytes)
        },
      ),
      { numRuns: 1000 },
    )
    expect(refused).toBeGreaterThan(100)
  })

  test('a refusal leaves nothing behind for the next text', () => {
    expect(fromUtf8(Uint8Array.of(0xe2, 0x82))).toBeNull()
    expect(fromUtf8(Uint8Array.of(0xac))).toBeNull()
    expect(fromUtf8(Uint8Array.of(0xe2, 0x82, 0xac))).toBe('€')
  })
})

test('bytes are the same exactly when length and every byte are', () => {
  fc.assert(
    fc.property(someBytes, someBytes, fc.nat(), (a, b, at) => {
      expect(sameBytes(a, b)).toBe(Buffer.from(a).equals(b))
      expect(sameBytes(a, a.slice())).toBe(true)
      if (a.length > 0) {
        const changed = a.slice()
        changed[at % a.length] = (changed[at % a.length] ?? 0) ^ (1 << (at % 8))
        expect(sameBytes(a, changed)).toBe(false)
        expect(sameBytes(a, a.subarray(1))).toBe(false)
      }
    }),
  )
})

test('base64 of several parts, of a text, and of more than short ones is that of the whole', () => {
  const parts = fc.array(fc.uint8Array({ maxLength: 5000, size: 'max' }), { maxLength: 4 })
  fc.assert(
    fc.property(parts, fc.string({ unit: 'binary', maxLength: 5000, size: 'max' }), (given, text) => {
      expect(base64Url(...given)).toBe(Buffer.concat(given).toString('base64url'))
      expect(base64OfText(text)).toBe(Buffer.from(text, 'utf8').toString('base64'))
    }),
    { numRuns: 50 },
  )
  expect(base64OfText('x'.repeat(5000))).toBe(Buffer.from('x'.repeat(5000)).toString('base64'))
})
