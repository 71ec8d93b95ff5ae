import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nearestWord } from '@fourtwelve/scenario'

const KEYS = ['standbys', 'allow_forwarding_via_token', 'get', 'put', 'lag', 'flow']

test.each([
  ['standbyz', 'standbys'],
  ['stnadbys', 'standbys'],
  ['STANDBYS', 'standbys'],
  ['allow-forwarding-via-token', 'allow_forwarding_via_token'],
  ['gett', 'get'],
  ['flwo', 'flow'],
  ['xyz', null],
  ['', null],
  ['x', null],
])('%j means %j', (word, meant) => {
  expect(nearestWord(word, KEYS)).toBe(meant)
})

test('a word with one letter too many, too few or wrong is found again', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{6,20}$/), fc.nat(19), fc.constantFrom('', 'q', 'qq'), (word, at, by) => {
      const typed = word.slice(0, at % word.length) + by + word.slice((at % word.length) + 1)
      expect(nearestWord(typed, ['zzzzzzzzzzzzzzzzzzzzzzzzzzzzzz', word])).toBe(word)
    }),
  )
})
