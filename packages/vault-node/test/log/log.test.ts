/** The log: entries are held without a gap from `first` to `head`, and let go of from the front. */

import { term, walIndex, WAL_FORMAT, type ClusterId, type Micros, type WalEntry } from '@fourtwelve/protocol'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { append, emptyLog, entriesBetween, forget } from '../../dist/log/log.js'

const entryOf = (index: number): WalEntry => ({
  format: WAL_FORMAT,
  cluster: 'log' as ClusterId,
  term: term(1),
  index: walIndex(index),
  time: 0 as Micros,
  request: '0',
  changes: [],
  digest: index,
})

test('entries between two indexes are those, or null when one of them is no longer held', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.record({ append: fc.integer({ min: 1, max: 700 }) }),
          fc.record({ forget: fc.integer({ min: 0, max: 8 }).map((eighths) => eighths / 8) }),
        ),
        { maxLength: 30, size: 'max' },
      ),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 })), { minLength: 5 }),
      (script, asked) => {
        const log = emptyLog()
        let gone = 0
        for (const command of script) {
          if ('append' in command) for (let n = 0; n < command.append; n++) append(log, entryOf(log.head + 1))
          else {
            const through = Math.floor(log.head * command.forget)
            forget(log, walIndex(through))
            gone = Math.max(gone, through)
          }
          expect([log.first, log.head]).toEqual([gone + 1, log.head])
          for (const [a, b] of asked) {
            const [after, through] = [
              Math.floor((log.head * Math.min(a, b)) / 8),
              Math.floor((log.head * Math.max(a, b)) / 8),
            ]
            const expected = after < gone ? null : Array.from({ length: through - after }, (_, at) => after + 1 + at)
            const entries = entriesBetween(log, walIndex(after), walIndex(through))
            expect(entries === null ? null : entries.map(({ index }) => index)).toEqual(expected)
          }
        }
      },
    ),
    { numRuns: 60 },
  )
})

test('a gap, a repetition and a step back are refused', () => {
  const log = emptyLog()
  append(log, entryOf(1))
  for (const index of [1, 3, 0]) expect(() => append(log, entryOf(index))).toThrow('must be resent from 2')
  expect(log.head).toBe(1)
})
