import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RecentMap } from '../dist/recent-map.js'

test('a recent map keeps the last keys that were used, and no more than twice its capacity', () => {
  const use = fc.record({ key: fc.integer({ min: 0, max: 30 }), sets: fc.boolean() })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.array(use, { maxLength: 200 }), (capacity, uses) => {
      const map = new RecentMap<number, string>(capacity)
      const latest = new Map<number, string>()
      let used: number[] = []
      uses.forEach(({ key, sets }, i) => {
        if (sets) {
          map.set(key, `${i}`)
          latest.set(key, `${i}`)
        }
        const found = map.get(key)
        // What is found is always the newest value, and a key among the last `capacity` used ones is always found.
        if (found !== undefined) expect(found).toBe(latest.get(key))
        if (used.slice(0, capacity).includes(key)) expect(found).toBe(latest.get(key))
        if (found !== undefined) used = [key, ...used.filter((other) => other !== key)]
      })
      const kept = Array.from({ length: 31 }, (_, key) => key).filter((key) => peek(map, key))
      expect(kept.length).toBeLessThanOrEqual(2 * capacity)
    }),
  )
})

/** Whether a key is there, asked of a map that is not used again: asking counts as use, and may drop another. */
const peek = (map: RecentMap<number, string>, key: number): boolean => map.get(key) !== undefined

test('a recent map keeps a key that is asked for, and forgets it when two capacities of others were used since', () => {
  const map = new RecentMap<number, string>(3)
  map.set(0, 'first')
  for (let key = 1; key <= 3; key++) map.set(key, 'next')
  expect(map.get(0)).toBe('first')
  for (let key = 4; key <= 6; key++) map.set(key, 'more')
  expect(map.get(0)).toBe('first')
  for (let key = 7; key <= 12; key++) map.set(key, 'last')
  expect(map.get(0)).toBeUndefined()
  expect(map.get(12)).toBe('last')
})
