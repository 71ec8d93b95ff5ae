/** Rows that are kept for the links, and rows that came by one. */

import { walIndex, type WalEntry } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import { createRowCache, unpackReceived } from '../dist/row-cache.js'
import { packRow, unpackRow } from '../dist/rows.js'
import { entry } from './entries.ts'

const entries = (from: number, to: number): WalEntry[] =>
  Array.from({ length: to - from + 1 }, (_, at) => entry(from + at, `k${from + at}`, { v: from + at }))
const FIRST = walIndex(1)

describe('rows for the links', () => {
  test('are the very bytes that were kept', () => {
    const cache = createRowCache()
    const [one, two] = [packRow(entries(1, 3)), packRow(entries(4, 4))]
    cache.keep(one, FIRST)
    cache.keep(two, FIRST)
    const sent = cache.rowsFor(entries(1, 4))
    expect(sent).toHaveLength(2)
    expect(sent[0]).toBe(one.bytes)
    expect(sent[1]).toBe(two.bytes)
  })

  test.each([
    ['in the middle of a row', 2, 5],
    ['before the end of a row', 1, 4],
    ['inside of one row', 2, 2],
    ['beyond what is kept', 1, 9],
  ])('hold exactly what is asked for when that begins or ends %s', (_, from, to) => {
    const cache = createRowCache()
    cache.keep(packRow(entries(1, 3)), FIRST)
    cache.keep(packRow(entries(4, 5)), FIRST)
    expect(cache.rowsFor(entries(from, to)).flatMap(unpackRow)).toEqual(entries(from, to))
  })

  test('behind the held log are let go, and encoded anew when they are asked for', () => {
    const cache = createRowCache()
    const gone = packRow(entries(1, 3))
    cache.keep(gone, FIRST)
    cache.keep(packRow(entries(4, 5)), walIndex(4))
    const [sent] = cache.rowsFor(entries(1, 3))
    expect(sent).not.toBe(gone.bytes)
    expect(sent).toEqual(gone.bytes)
  })
})

describe('a row that came by a link', () => {
  const { bytes } = packRow(entries(4, 6))

  test('goes to the disk as the bytes that came', () => {
    const cache = createRowCache()
    const received = unpackReceived(bytes)
    cache.remember(received)
    expect(cache.rowOf([...received])?.bytes).toBe(bytes)
  })

  test.each([
    ['only a part of it is new', entries(5, 6)],
    ['it came together with another', entries(4, 7)],
    ['something else was appended', entries(7, 9)],
  ])('is not taken when %s', (_, appended) => {
    const cache = createRowCache()
    cache.remember(unpackReceived(bytes))
    expect(cache.rowOf(appended)).toBeNull()
  })

  test('serves once, and entries of this node have none', () => {
    const cache = createRowCache()
    cache.remember(unpackReceived(bytes))
    cache.rowOf(entries(4, 6))
    expect(cache.rowOf(entries(4, 6))).toBeNull()
    cache.remember(entries(4, 6))
    expect(cache.rowOf(entries(4, 6))).toBeNull()
  })
})
