import { REVOCATION_IS_FINAL as LAW } from '@fourtwelve/checker'
import { walIndex, type CallRecord, type HistoryRecord, type ReplyRecord } from '@fourtwelve/protocol'
import { describe, test } from 'vitest'
import { call, entry, foreignReply, indexValue, N0, N1, N2, renumber, reply, run } from './hand-written.ts'
import {
  after,
  born,
  DEAD,
  expectBroken,
  expectLawful,
  expectUnknown,
  INVALID,
  T1,
  taint,
  tokenOf,
  uses,
} from './token-story.ts'

describe('a revoked token', () => {
  test('is refused by a node that knows, and may be accepted by one that does not', () => {
    expectLawful(LAW, [...DEAD, ...uses(2, 300, N2, T1, 403, 9)])
    expectLawful(LAW, [...DEAD, ...uses(2, 300, N2, T1, 200, 8)])
  })

  test('is broken by a node that knows and accepts it', () =>
    expectBroken(
      LAW,
      [...DEAD, ...uses(2, 300, N2, T1, 200, 9)],
      'Entry 9 of +0.200 s killed token h1 (salted). Session s9 sent GET auth/token/lookup-self to n2 at +0.300 s (call 2) with token t1 of index 8',
      'n2 answered 200 at +0.302 s with applied = 9',
      '9 >= 9, so the only lawful answer was 403.',
    ))

  test('is broken for ever, and by a token in the body too', () => {
    const later = [
      ...DEAD,
      entry(4000, N0, 10),
      { kind: 'commit', t: 4_000_000, node: N0, index: walIndex(10) } as HistoryRecord,
    ]
    expectBroken(LAW, [...later, ...uses(2, 9000, N1, T1, 200, 10)], '10 >= 9')
    const named = { path: 'auth/token/renew', method: 'POST', token: { type: 'short' }, bodyToken: T1 } as const
    expectBroken(LAW, [...DEAD, ...uses(2, 300, N0, T1, 200, 9, { call: named })], 'with token t1 of index 8')
  })

  test('may be looked up by another as long as something of it is left, and no longer', () => {
    const named = { path: 'auth/token/lookup', method: 'POST', token: { type: 'short' }, bodyToken: T1 } as const
    const lookedUp = (applied: number): readonly HistoryRecord[] => uses(2, 300, N2, T1, 200, applied, { call: named })
    const gone = [...DEAD, ...after(210, 10, { what: 'token-gone', id: 'h1' })]
    expectLawful(LAW, [...gone, ...lookedUp(9)])
    expectBroken(
      LAW,
      [...gone, ...lookedUp(10)],
      'With entry 10 of +0.210 s nothing was left of token h1 (salted).',
      '10 >= 10',
    )
  })

  test('is not judged on what nobody tells, nor in another log', () => {
    expectUnknown(LAW, [...DEAD, ...uses(2, 300, N2, T1, 200, 9).slice(0, 1), foreignReply(2, 302, 200)])
    expectUnknown(LAW, [...DEAD, renumber(250, 'restore', 1), ...uses(2, 300, N2, T1, 200, 9)])
  })
})

describe('a revocation that was acknowledged', () => {
  const revokes = (dies: boolean, applied = 8): readonly HistoryRecord[] => [
    ...born(),
    call(2, 300, N0, { method: 'POST', path: 'auth/token/revoke', token: { type: 'short' }, bodyToken: T1 }),
    ...(dies ? after(301, 9, taint('h1'), { request: '2' }) : []),
    reply(2, 305, 204, N0, applied, { wrote: walIndex(dies ? 9 : 0) }),
  ]
  test('stands in the log', () => {
    expectLawful(LAW, revokes(true))
    expectBroken(
      LAW,
      revokes(false),
      'and so acknowledged its revocation. But up to entry 8 nothing in the log kills it',
    )
  })

  test('of a token that was not there yet is no revocation', () => expectUnknown(LAW, revokes(false, 7)))
})

describe('a revocation of which only answers are known', () => {
  const revoked = (given: Partial<ReplyRecord> = {}, self: Partial<CallRecord> = {}): readonly HistoryRecord[] => [
    run(),
    call(2, 300, N0, { session: 's7', method: 'POST', path: 'auth/token/revoke-self', token: T1, ...self }),
    foreignReply(2, 305, 204, given),
  ]
  const used = (status: number, given: Partial<CallRecord>, ms = 400): readonly HistoryRecord[] => [
    call(4, ms, N2, { path: 'auth/token/lookup-self', token: T1, ...given }),
    foreignReply(4, ms + 5, status, { errors: status === 403 ? INVALID : [] }),
  ]
  /** Something is written when the revocation is known to be done, and its answer says an index. */
  const writes = (ms: number, index: number): readonly HistoryRecord[] => [
    call(3, ms, N0, { method: 'POST' }),
    foreignReply(3, ms + 5, 200, { index: indexValue(index), version: 1 }),
  ]
  const FORWARD = { forward: 'forward' } as const
  const asking = (index: number): Partial<CallRecord> => ({ index: [indexValue(index)] })

  test('holds for the active node, which X-Vault-Forward asks', () => {
    expectLawful(LAW, [...revoked(), ...used(403, FORWARD)])
    expectBroken(
      LAW,
      [...revoked(), ...used(200, FORWARD)],
      'Session s7 sent POST auth/token/revoke-self to n0 at +0.300 s (call 2) and asked to revoke token t1 of index 8 (epoch 0); n0 answered 204',
      'X-Vault-Forward asked the active node, which has the revocation, so the only lawful answer was 403.',
    )
  })

  test('holds for whoever carries out a write', () => {
    const write = (status: number, given: Partial<ReplyRecord>): readonly HistoryRecord[] => [
      call(4, 400, N2, { method: 'POST', token: T1 }),
      foreignReply(4, 405, status, given),
    ]
    expectBroken(LAW, [...revoked(), ...write(200, { version: 2 })], 'The active node carried it out')
    expectUnknown(LAW, [...revoked(), ...write(200, {})])
    expectUnknown(LAW, [...revoked(), ...write(403, { errors: INVALID })])
  })

  test('holds for a state behind it: of its own index, or of one that was written later', () => {
    expectBroken(LAW, [...revoked({ index: indexValue(9) }), ...used(200, asking(9))], 'a state that has entry 9')
    expectUnknown(LAW, [...revoked({ index: indexValue(9) }), ...writes(100, 8), ...used(200, asking(8))])
    expectBroken(LAW, [...revoked(), ...writes(310, 12), ...used(200, asking(12))], 'a state that has entry 12')
    expectUnknown(LAW, [...revoked(), ...writes(305, 12), ...used(200, asking(12))])
    const [left, ...answer] = writes(200, 12)
    const [first, ...others] = revoked()
    const crossing = [first ?? run(), ...(left === undefined ? [] : [left]), ...others, ...answer]
    expectUnknown(LAW, [...crossing, ...used(200, asking(12))])
  })

  test('of a token in the body counts, and so does one that a lookup names', () => {
    const named = { path: 'auth/token/revoke', token: { type: 'short' }, bodyToken: T1 } as const
    const lookup = { path: 'auth/token/lookup', method: 'POST', token: { type: 'short' }, bodyToken: T1 } as const
    expectBroken(LAW, [...revoked({}, named), ...used(200, FORWARD)], 'X-Vault-Forward asked')
    expectBroken(LAW, [...revoked(), ...used(200, { ...lookup, ...FORWARD })], 'X-Vault-Forward asked')
  })

  test('is not judged where an older state may answer, or it may not be this token', () => {
    expectUnknown(LAW, [...revoked(), ...used(200, {})])
    // A plain standby has others answer, and may show an older state of its own later.
    expectUnknown(LAW, [...revoked(), ...used(403, {}), ...used(200, {}, 500)])
    expectUnknown(LAW, [...revoked(), ...used(200, { ...FORWARD, token: tokenOf(1, 9) })])
    expectUnknown(LAW, [...revoked(), ...used(200, { ...FORWARD, path: 'sys/health' })])
    expectUnknown(LAW, [...revoked(), ...used(200, FORWARD, 305)])
    expectUnknown(LAW, [...revoked(), renumber(350, 'restore', 1), ...used(200, FORWARD)])
    const restores = call(3, 350, N0, { method: 'POST', path: 'sys/storage/raft/snapshot-force' })
    expectUnknown(LAW, [...revoked(), restores, ...used(200, FORWARD)])
    expectUnknown(LAW, [run(), ...revoked().slice(1, 2), foreignReply(2, 305, 500), ...used(200, FORWARD)])
  })
})
