import { LEASE_FOLLOWS_ITS_OWNER as LAW } from '@fourtwelve/checker'
import { seconds, type EntryFact } from '@fourtwelve/protocol'
import { test } from 'vitest'
import { N0, recover, run } from './hand-written.ts'
import { after, born, DEAD, expectBroken, expectLawful, expectUnknown, founded } from './token-story.ts'

const lease: EntryFact = { what: 'lease', id: 'h1', left: seconds(60) }
const leaseGone: EntryFact = { what: 'lease-gone', id: 'h1' }
const gone: EntryFact = { what: 'token-gone', id: 'h1' }

test('a lease goes before its token', () => {
  expectLawful(LAW, [...DEAD, ...after(200, 10, leaseGone), ...after(200, 11, gone)])
  expectBroken(
    LAW,
    [...DEAD, ...after(201, 10, gone)],
    'With entry 10 of n0 at +0.201 s it is gone, and its lease is still there: a lease outlives its owner.',
  )
})

test('a lease is of a token that lives', () => {
  expectLawful(LAW, [...born(), ...after(200, 9, lease)])
  expectBroken(
    LAW,
    [...DEAD, ...after(201, 10, lease)],
    'Entry 9 of +0.200 s killed token h1 (salted). Entry 10, which n0 wrote at +0.201 s, is a lease of that token',
  )
  expectBroken(LAW, [...founded(), ...after(200, 6, lease)], 'No entry before made token h1 (salted).')
})

test('a history that begins in the middle blames nobody for tokens of before', () => {
  expectUnknown(LAW, [run(), recover(1, N0, 40), ...after(200, 41, lease)])
})
