import { FRESH_TOKEN_NEVER_REFUSED as LAW } from '@fourtwelve/checker'
import {
  epoch,
  seconds,
  type CallRecord,
  type HistoryRecord,
  type ReplyRecord,
  type TokenRecord,
} from '@fourtwelve/protocol'
import { describe, test } from 'vitest'
import { call, foreignReply, N0, N2, renumber, run, serviceToken, turned } from './hand-written.ts'
import { after, born, expectBroken, expectLawful, expectUnknown, INVALID, T1, taint, uses } from './token-story.ts'

const living = (ttl = 3600, switches = {}): readonly HistoryRecord[] => born({ ttl: seconds(ttl) }, turned(switches))

describe('a token that lives', () => {
  test('is accepted, or has to wait', () => {
    expectLawful(LAW, [...living(), ...uses(2, 200, N2, T1, 200, 8)])
    expectLawful(LAW, [...living(), ...uses(2, 200, N2, T1, 412, 7)])
  })

  test('is broken by a node that has it and refuses it', () =>
    expectBroken(
      LAW,
      [...living(), ...uses(2, 200, N2, T1, 403, 8)],
      'Session s7 created token t1 of index 8 (epoch 0) at +0.101 s (call 1).',
      'n2 answered 403 at +0.202 s with applied = 8 and refused the token.',
      'But token h1 (salted) stands in the log from entry 8 on, and ends at +3600.100 s; 8 >= 8: a token that lives was refused.',
    ))

  test('is broken by a node that lacks it and does not say so', () => {
    expectBroken(
      LAW,
      [...living(), ...uses(2, 200, N2, T1, 403, 7)],
      'But 7 < 8, so the node could see that it lacked the token',
    )
    expectUnknown(LAW, [...living(3600, { storage: 'consul' }), ...uses(2, 200, N2, T1, 403, 7)])
    expectUnknown(LAW, [...living(), ...uses(2, 200, N2, T1, 403, 7, { reply: { epoch: epoch(1) } })])
  })

  test('may be refused when it is dead, over here, or none of this run', () => {
    expectUnknown(LAW, [...living(), ...after(150, 9, taint('h1')), ...uses(2, 200, N2, T1, 403, 9)])
    expectUnknown(LAW, [
      ...living(2),
      ...after(150, 9, { what: 'lease', id: 'h1', left: seconds(60) }),
      ...uses(2, 2200, N2, T1, 403, 8),
    ])
    expectBroken(
      LAW,
      [
        ...living(2),
        ...after(150, 9, { what: 'lease', id: 'h1', left: seconds(60) }),
        ...uses(2, 2200, N2, T1, 403, 9),
      ],
      'ends at +60.150 s',
    )
    expectUnknown(LAW, [...living(), ...uses(2, 200, N2, serviceToken('t2', 8), 403, 8)])
    expectUnknown(LAW, [...living(), ...uses(2, 200, N2, T1, 403, 8, { call: { tampered: true } })])
  })

  test('is not refused by policies', () =>
    expectLawful(LAW, [
      ...living(),
      ...uses(2, 200, N2, T1, 403, 8, { reply: { errors: ['1 error occurred:\n\t* permission denied\n\n'] } }),
    ]))
})

interface Made {
  readonly before?: readonly HistoryRecord[]
  readonly by?: TokenRecord
  readonly orphan?: boolean
}

describe('a token of a server of which only the answers are known', () => {
  const made: Partial<ReplyRecord> = { token: T1 }
  /** What s7 may have asked for before; what it makes with which token; what was asked for between that and its use. */
  const seen = (
    ms: number,
    between: readonly HistoryRecord[] = [],
    { before = [], by = { type: 'none' }, orphan = true }: Made = {},
  ): readonly HistoryRecord[] => [
    run(),
    ...before,
    call(1, 100, N0, { session: 's7', method: 'POST', path: 'auth/token/create', token: by }),
    foreignReply(1, 110, 200, { ...made, grant: { ttl: seconds(60), uses: 0, orphan } }),
    ...between,
    call(2, ms, N2, { token: T1 }),
    foreignReply(2, ms + 5, 403, { errors: INVALID }),
  ]
  test('is refused after its end only', () => {
    expectBroken(LAW, seen(200), 'But nothing that may end it was ever asked for, and it does not end before +60.100 s')
    expectUnknown(LAW, seen(59_200))
  })

  test('may be refused when something may have ended it, or the log is another one', () => {
    const asks = (path: string, given: Partial<CallRecord> = {}): readonly HistoryRecord[] => [
      call(3, 150, N0, { method: 'POST', path, ...given }),
    ]
    expectUnknown(LAW, seen(200, asks('auth/token/revoke-self')))
    expectUnknown(LAW, seen(200, asks('sys/storage/raft/snapshot')))
    expectUnknown(LAW, seen(200, asks('auth/token/renew-self', { token: T1 })))
    expectUnknown(LAW, seen(200, asks('auth/token/renew', { bodyToken: T1 })))
    expectUnknown(LAW, seen(200, asks('auth/token/renew')))
    expectBroken(LAW, seen(200, asks('auth/token/renew', { bodyToken: serviceToken('t4', 3) })), 'But nothing')
    expectUnknown(LAW, seen(200, [renumber(150, 'restore', 1)]))
  })

  test('ends with its parent, so it is judged only when that is known', () => {
    const parent = serviceToken('t0', 3)
    const before = (ttl: number, uses = 0): readonly HistoryRecord[] => [
      call(0, 10, N0, { session: 's7', method: 'POST', path: 'auth/userpass/login/ann' }),
      foreignReply(0, 20, 200, { token: parent, grant: { ttl: seconds(ttl), uses, orphan: true } }),
    ]
    const child = (ms: number, ttl: number, uses = 0): readonly HistoryRecord[] =>
      seen(ms, [], { before: before(ttl, uses), by: parent, orphan: false })
    expectBroken(LAW, child(200, 5), 'does not end before +5.010 s')
    // What is judged is the creation, with the parent itself.
    expectLawful(LAW, child(4500, 5))
    expectUnknown(LAW, child(200, 5, 9))
    expectUnknown(LAW, seen(200, [], { by: parent, orphan: false }))
  })

  test('is another one when it was changed', () => {
    const sealed = (seal: number): TokenRecord => ({ ...T1, seal }) as TokenRecord
    const sent = (seal: number): readonly HistoryRecord[] => [
      run(),
      call(1, 100, N0, { session: 's7', method: 'POST', path: 'auth/token/create' }),
      foreignReply(1, 110, 200, { token: sealed(7), grant: { ttl: seconds(60), uses: 0, orphan: true } }),
      call(2, 200, N2, { token: sealed(seal) }),
      foreignReply(2, 205, 403, { errors: INVALID }),
    ]
    expectBroken(LAW, sent(7), 'But nothing that may end it')
    expectUnknown(LAW, sent(8))
  })
})
