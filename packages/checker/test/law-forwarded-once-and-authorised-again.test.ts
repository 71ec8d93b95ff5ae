import { FORWARDED_ONCE_AND_AUTHORISED_AGAIN as LAW } from '@fourtwelve/checker'
import type { HistoryRecord, ReplyRecord } from '@fourtwelve/protocol'
import { describe, test } from 'vitest'
import { call, N0, N2 } from './hand-written.ts'
import {
  after,
  birth,
  born,
  DEAD,
  expectBroken,
  expectLawful,
  expectUnknown,
  founded,
  T1,
  uses,
} from './token-story.ts'

const FORWARDED: Partial<ReplyRecord> = { by: N0, forwarded: 'write' }
/** Token h1 of entries 6 to 8 dies with entry 9; s9 uses it at n2, which sends it on. */
const usedAfterDeath = (applied: number, given: Partial<ReplyRecord> = FORWARDED): readonly HistoryRecord[] => [
  ...DEAD,
  ...uses(2, 300, N2, T1, 200, applied, { call: { method: 'POST', path: 'secret/data/a' }, reply: given }),
]
const secret = (ms: number, index: number, version: number, request: string): readonly HistoryRecord[] =>
  after(ms, index, { what: 'secret', key: 'logical/u/metadata/a', version }, { request })

describe('a forwarded request', () => {
  test('is authorised on the state of the active node', () => expectLawful(LAW, usedAfterDeath(8)))

  test('is broken when the active node does not look again', () =>
    expectBroken(
      LAW,
      usedAfterDeath(9),
      'Entry 9 of +0.200 s killed token h1 (salted).',
      'n2 handed it to n0 (write), and n0 answered 200 at +0.302 s with applied = 9',
      '9 >= 9: the active node did not ask again whether the token lives.',
    ))

  test('is not judged when only a part of it was asked for', () => {
    const [first, ...rest] = usedAfterDeath(9, { forwarded: 'rpc' })
    expectUnknown(
      LAW,
      [first, ...rest].filter((record) => record?.kind !== 'entry' || record.facts?.[0]?.what !== 'accessor') as never,
    )
  })

  test('makes one token, one version', () => {
    expectLawful(LAW, [...founded(), ...secret(100, 6, 1, '1'), ...secret(200, 7, 2, '2')])
    expectLawful(LAW, [...founded(), ...secret(100, 6, 1, '1'), ...secret(200, 7, 1, '1')])
    expectBroken(
      LAW,
      [...founded(), call(1, 90, N2, { method: 'POST' }), ...secret(100, 6, 1, '1'), ...secret(200, 7, 2, '1')],
      'Session s9 sent POST secret/data/a to n2 at +0.090 s (call 1).',
      'Entry 6, which n0 wrote for it at +0.100 s, has a new version of logical/u/metadata/a; entry 7 of n0 at +0.200 s has another one',
    )
    const again = birth(1, 200, 9, 'h2').filter(({ kind }) => kind === 'entry' || kind === 'commit')
    expectBroken(LAW, [...born(), ...again], 'one request was carried out twice')
  })
})
