/** Ids made of random bytes: their alphabet, their length, and that no letter is likelier than another. */

import { expect, test } from 'vitest'
import { randomBase62, randomUuid, type CryptoPort } from '@fourtwelve/protocol'
import { nodeCryptoPort } from './node-crypto-port.ts'

const crypto = nodeCryptoPort('ids')

/** A port whose randomness is the given bytes, over and over. */
function dealing(bytes: readonly number[]): CryptoPort {
  let at = 0
  return { ...crypto, random: (length) => Uint8Array.from({ length }, () => bytes[at++ % bytes.length] ?? 0) }
}

test.each([0, 1, 24, 100])('an id of %i base62 letters has this length and alphabet', (length) => {
  const id = randomBase62(crypto, length)
  expect(id).toHaveLength(length)
  expect(id).toMatch(/^[0-9A-Za-z]*$/)
})

test('over all bytes that can be drawn, every letter comes equally often', () => {
  const everyByte = Array.from({ length: 256 }, (_, byte) => byte)
  const counts = new Map<string, number>()
  for (const letter of randomBase62(dealing(everyByte), 248)) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  expect(counts.size).toBe(62)
  expect(new Set(counts.values())).toEqual(new Set([4]))
})

test('bytes that would make a letter likelier are drawn again', () => {
  expect(randomBase62(dealing([255, 248, 247, 0]), 4)).toBe('z0z0')
})

test('a UUID has version 4, the variant of RFC 9562, and all its other bits random', () => {
  const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
  const ids = Array.from({ length: 1000 }, () => randomUuid(crypto))
  for (const id of ids) expect(id).toMatch(form)
  expect(new Set(ids).size).toBe(1000)
  expect(randomUuid(dealing([0]))).toBe('00000000-0000-4000-8000-000000000000')
  expect(randomUuid(dealing([255]))).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff')
})
