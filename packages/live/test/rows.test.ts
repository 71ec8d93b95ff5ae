/** Log entries and stored values as bytes. */

import type { ClusterId } from '@fourtwelve/protocol'
import fc from 'fast-check'
import { pack } from 'msgpackr'
import { describe, expect, test } from 'vitest'
import { packPairs, packRow, unpackPairs, unpackRow } from '../dist/rows.js'
import { entry } from './entries.ts'

// Without -0, which no answer tells from 0.
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => ({ value: JSON.parse(JSON.stringify(value)) as unknown }))
const time = fc.oneof(fc.constant(2 ** 32), fc.constant(2 ** 53 - 1), fc.maxSafeNat())

describe('a row', () => {
  test('comes back as it was, whatever is in it, times of 64 bits too', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.option(json), time), { minLength: 1 }), (given) => {
        const entries = given.map(([key, value, at], n) => entry(n + 7, key, value, at))
        const row = packRow(entries)
        expect([row.first, row.last]).toEqual([7, 6 + given.length])
        expect(unpackRow(row.bytes)).toEqual(entries)
        expect(Buffer.compare(packRow(unpackRow(row.bytes)).bytes, row.bytes)).toBe(0)
      }),
    )
  })

  test('keeps times as numbers, exactly', () => {
    const [back] = unpackRow(packRow([entry(1, 'a', { expires: 1_780_000_000_123_457, zero: 0, below: -1 })]).bytes)
    expect(back).toEqual(entry(1, 'a', { expires: 1_780_000_000_123_457, zero: 0, below: -1 }))
    expect(back?.time).toBeTypeOf('number')
  })

  test('keeps fields of any name', () => {
    const value: unknown = JSON.parse('{"data":{"__proto__":{"a":1},"constructor":2,"toString":[{"__proto__":null}]}}')
    const entries = [entry(1, 'a', value as object)]
    const [back] = unpackRow(packRow(entries).bytes)
    expect(JSON.stringify(back)).toBe(JSON.stringify(entries[0]))
    expect(unpackPairs(packPairs([['a', value as object]]))).toEqual([['a', value]])
  })

  test('has memory of its own, however large rows before it were', () => {
    packRow([entry(1, 'a', { large: 'x'.repeat(3_000_000) })])
    const { bytes } = packRow([entry(2, 'a', { v: 1 })])
    expect(bytes.buffer.byteLength).toBe(bytes.length)
    expect(bytes.length).toBeLessThan(500)
  })

  test('of another version is refused', () => {
    const older = Uint8Array.from(pack([entry(1, 'a', null)]))
    expect(() => unpackRow(older)).toThrow('not of format 2')
  })

  test('of entries that do not follow each other, or are of two clusters, is refused', () => {
    expect(() => packRow([entry(1, 'a', null), entry(3, 'b', null)])).toThrow('entry 3 of c1 has no place')
    const foreign = { ...entry(2, 'b', null), cluster: 'c2' as ClusterId }
    expect(() => packRow([entry(1, 'a', null), foreign])).toThrow('entry 2 of c2 has no place')
  })

  test('of no entries is refused', () => {
    expect(() => packRow([])).toThrow('a row of no entries')
  })
})

test('pairs of keys and values come back as they were', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), json)), (pairs) => {
      expect(unpackPairs(packPairs(pairs))).toEqual(pairs)
    }),
  )
})
