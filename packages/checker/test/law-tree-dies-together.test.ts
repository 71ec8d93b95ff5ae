import { TREE_DIES_TOGETHER as LAW } from '@fourtwelve/checker'
import type { EntryFact, HistoryRecord } from '@fourtwelve/protocol'
import { describe, test } from 'vitest'
import { call, N0 } from './hand-written.ts'
import {
  after,
  birth,
  born,
  expectBroken,
  expectLawful,
  expectUnknown,
  founded,
  taint,
  tokenOf,
} from './token-story.ts'

/** h1 of entries 6 to 8, its child h2 of 9 to 11, and h3 of 12 to 14 beside them. */
const FAMILY: readonly HistoryRecord[] = [
  ...born(),
  ...birth(2, 200, 9, 'h2', { parent: 'h1' }),
  ...birth(3, 300, 12, 'h3'),
]
const gone = (ms: number, index: number, id: string, request = '0'): readonly HistoryRecord[] =>
  after(ms, index, { what: 'token-gone', id }, { request })
const orphaned: EntryFact = { ...taint('h2'), uses: 0 } as EntryFact
const revokes = (path: string, id: number, last: number): HistoryRecord =>
  call(9, 900, N0, { method: 'POST', path, token: { type: 'short' }, bodyToken: tokenOf(id, last) })

describe('a token that is gone', () => {
  test('has no child that lives', () => {
    expectLawful(LAW, [...FAMILY, ...after(900, 15, taint('h2', 'h1')), ...gone(900, 16, 'h1')])
    expectBroken(
      LAW,
      [...FAMILY, ...after(900, 15, taint('h1')), ...gone(901, 16, 'h1')],
      'Entry 15 of +0.900 s killed token h1 (salted). With entry 16 of n0 at +0.901 s it is gone, while 1 of its children lives',
    )
  })

  test('has let its children go when they became orphans', () =>
    expectLawful(LAW, [...FAMILY, ...after(900, 15, orphaned), ...gone(901, 16, 'h1')]))
})

test('nothing is born below a dead token', () =>
  expectBroken(
    LAW,
    [...born(), ...after(150, 9, taint('h1')), ...birth(2, 200, 10, 'h2', { parent: 'h1' })],
    'Entry 9 of +0.150 s killed token h1 (salted). Entry 11, which n0 wrote at +0.200 s, makes token h2 (salted) below it',
  ))

describe('a revocation', () => {
  const kills = (path: string, id: number, last: number, killed: string): readonly HistoryRecord[] => [
    ...FAMILY,
    revokes(path, id, last),
    ...after(910, 15, taint(killed, killed === 'h2' ? 'h1' : ''), { request: '9' }),
  ]
  test('kills the tokens of its own tree', () => {
    expectLawful(LAW, kills('auth/token/revoke', 1, 8, 'h1'))
    expectLawful(LAW, kills('auth/token/revoke', 1, 8, 'h2'))
  })

  test('is broken by the death of another token', () => {
    expectBroken(
      LAW,
      kills('auth/token/revoke', 1, 8, 'h3'),
      'For this request n0 killed token h3 (salted) with entry 15 at +0.910 s, whose parent is nobody: that is not below it.',
    )
    expectBroken(LAW, kills('auth/token/revoke', 2, 11, 'h1'), 'killed token h1 (salted)')
  })

  test('that orphans is broken by the death of a child', () => {
    expectLawful(LAW, kills('auth/token/revoke-orphan', 1, 8, 'h1'))
    expectBroken(
      LAW,
      kills('auth/token/revoke-orphan', 1, 8, 'h2'),
      'whose parent is h1 (salted): its children had to become orphans and live.',
    )
  })
})

test('nothing is judged without a log', () => expectUnknown(LAW, [...founded(), revokes('auth/token/revoke', 1, 8)]))
