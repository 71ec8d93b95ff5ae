import { describe, expect, it } from 'vitest'
import { parseSeconds } from '../dist/go-decode.js'
import {
  readBool,
  readFields,
  readInt,
  readMap,
  readSeconds,
  readString,
  readStringList,
} from '../dist/request-values.js'

describe('parseSeconds', () => {
  it.each([
    [90, 90],
    ['90', 90],
    ['1h30m', 5400],
    ['90s', 90],
    ['1500ms', 1],
    ['999ms', 0],
    ['2d', 172_800],
    ['-5m', -300],
    ['+5m', 300],
    ['1.5h', 5400],
    ['0', 0],
    ['', 0],
    [null, 0],
  ])('reads %j as %d s', (raw, wanted) => {
    expect(parseSeconds(raw)).toEqual({ value: wanted })
  })

  it.each([
    ['soon', 'time: invalid duration "soon"'],
    ['5x', 'time: unknown unit "x" in duration "5x"'],
    ['1.5', 'time: missing unit in duration "1.5"'],
    [1.5, 'time: missing unit in duration "1.5"'],
    ['1h2', 'time: missing unit in duration "1h2"'],
    ['-', 'time: invalid duration "-"'],
    ['1h1d', 'strconv.ParseInt: parsing "1h1": invalid syntax'],
    ['99999999999999999999', 'time: missing unit in duration "99999999999999999999"'],
    [true, 'could not parse duration from input'],
    [[5], 'could not parse duration from input'],
    [{}, 'could not parse duration from input'],
  ])("says of %j what Go's parsers say", (raw, wanted) => {
    expect(parseSeconds(raw)).toEqual({ error: wanted })
  })
})

describe('reading a field', () => {
  it('tells an absent field from one that is given as zero', () => {
    expect(readSeconds({}, 'ttl')).toEqual({ value: undefined })
    expect(readSeconds({ ttl: null }, 'ttl')).toEqual({ value: undefined })
    expect(readSeconds({ ttl: 0 }, 'ttl')).toEqual({ value: 0 })
  })

  it('refuses a negative duration and names field and value', () => {
    expect(readSeconds({ ttl: '-5s' }, 'ttl')).toEqual({
      error: `Field validation failed: error converting input -5s for field "ttl": cannot provide negative value '-5'`,
    })
    expect(readSeconds({ increment: 'later' }, 'increment')).toEqual({
      error: `Field validation failed: error converting input later for field "increment": time: invalid duration "later"`,
    })
  })

  it.each([
    [true, true],
    [false, false],
    ['true', true],
    ['T', true],
    ['0', false],
    ['', false],
    [1, true],
    [0, false],
  ])('reads %j as the boolean %j', (raw, wanted) => {
    expect(readBool({ flag: raw }, 'flag')).toEqual({ value: wanted })
  })

  it('refuses text that is no boolean', () => {
    expect(readBool({ flag: 'maybe' }, 'flag')).toEqual({
      error: `Field validation failed: error converting input maybe for field "flag": cannot parse '' as bool: strconv.ParseBool: parsing "maybe": invalid syntax`,
    })
  })

  it('reads whole numbers from numbers, text and booleans', () => {
    expect(readInt({ n: 7 }, 'n')).toEqual({ value: 7 })
    expect(readInt({ n: '-7' }, 'n')).toEqual({ value: -7 })
    expect(readInt({ n: true }, 'n')).toEqual({ value: 1 })
    expect(readInt({ n: 1.5 }, 'n')).toHaveProperty('error')
  })

  it('reads lists from lists and from text with commas, trimmed', () => {
    expect(readStringList({ p: 'a, b ,c' }, 'p')).toEqual({ value: ['a', 'b', 'c'] })
    expect(readStringList({ p: [' a', 5, true] }, 'p')).toEqual({ value: ['a', '5', '1'] })
    expect(readStringList({ p: '' }, 'p')).toEqual({ value: [] })
    expect(readStringList({ p: [{ a: 1 }] }, 'p')).toEqual({
      error: `Field validation failed: error converting input [map[a:1]] for field "p": '[0]' expected type 'string', got unconvertible type 'map[string]interface {}', value: 'map[a:1]'`,
    })
  })

  it('reads text and maps', () => {
    expect(readString({ s: 5 }, 's')).toEqual({ value: '5' })
    expect(readString({ s: ['a'] }, 's')).toHaveProperty('error')
    expect(readMap({ m: { a: [1] } }, 'm')).toEqual({ value: { a: [1] } })
    expect(readMap({ m: 'a=b' }, 'm')).toEqual({
      error: `Field validation failed: error converting input a=b for field "m": '' expected a map, got 'string'`,
    })
  })

  it('reads a table of fields and stops at the first that cannot be read', () => {
    const table = { ttl: readSeconds, policies: readStringList }
    expect(readFields({ ttl: '1m', policies: 'a' }, table)).toEqual({ value: { ttl: 60, policies: ['a'] } })
    expect(readFields({ policies: 'a' }, table)).toEqual({ value: { ttl: undefined, policies: ['a'] } })
    expect(readFields({ ttl: 'x', policies: {} }, table)).toHaveProperty('error', expect.stringContaining('"ttl"'))
  })
})
