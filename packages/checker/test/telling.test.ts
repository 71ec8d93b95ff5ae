import { micros } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import { at } from '../dist/telling.js'

describe('a time in a sentence', () => {
  test.each([
    [0, '+0.000 s'],
    [3_101_000, '+3.101 s'],
    [3_101_001, '+3.101001 s'],
    [Date.UTC(2026, 10, 22, 5, 1, 2) * 1000 + 305_278, '05:01:02.305278 UTC'],
    [Date.UTC(2026, 10, 22, 23, 59, 59) * 1000, '23:59:59.000 UTC'],
    [Date.UTC(2026, 10, 22, 0, 0, 10) * 1000 + 5_000, '00:00:10.005 UTC'],
  ])('%i is %s', (t, words) => expect(at(micros(t))).toBe(words))
})
