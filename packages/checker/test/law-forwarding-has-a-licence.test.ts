import { FORWARDING_HAS_A_LICENCE as LAW } from '@fourtwelve/checker'
import {
  walIndex,
  type CallRecord,
  type ForwardCause,
  type ForwardingAllowed,
  type HistoryRecord,
} from '@fourtwelve/protocol'
import { describe, test } from 'vitest'
import { call, foreignReply, indexValue, N0, N2, reply, serviceToken, wrote } from './hand-written.ts'
import { birth, expectBroken, expectLawful, expectUnknown, founded, T1 } from './token-story.ts'

const ON: ForwardingAllowed = { header: true, token: true }
const OFF: ForwardingAllowed = { header: false, token: false }

/** s9 asks n2, which has applied 6 and sends it on to n0. */
const sentOn = (
  forwarded: ForwardCause,
  given: Partial<CallRecord>,
  forwarding: ForwardingAllowed = ON,
  before: readonly HistoryRecord[] = [],
): readonly HistoryRecord[] => [
  ...founded({ forwarding }),
  ...before,
  call(9, 900, N2, given),
  reply(9, 905, 200, N2, 12, { by: N0, forwarded, appliedHere: walIndex(6) }),
]

describe('a forward', () => {
  test.each<readonly [ForwardCause, Partial<CallRecord>]>([
    ['header', { forward: 'forward' }],
    ['inconsistent-header', { forward: 'inconsistent', index: ['of nobody'] }],
    ['new-token', { token: serviceToken('t1', 7) }],
    ['new-token', { bodyToken: serviceToken('t1', 7) }],
    ['write', { method: 'POST' }],
    ['rpc', { method: 'POST' }],
  ])('has its licence: %s %o', (cause, given) => expectLawful(LAW, sentOn(cause, given)))

  test.each<readonly [ForwardCause, Partial<CallRecord>, string]>([
    ['header', {}, 'But the request had no X-Vault-Forward'],
    ['inconsistent-header', { index: ['of nobody'] }, 'But the request had no X-Vault-Inconsistent'],
    [
      'inconsistent-header',
      { forward: 'inconsistent' },
      'But no X-Vault-Index of the request was ahead of the 6 applied there',
    ],
    [
      'new-token',
      { token: serviceToken('t1', 6) },
      'But no token of the request names an index ahead of the 6 applied there',
    ],
    ['new-token', { token: { type: 'batch' } }, 'But no token of the request'],
    ['write', {}, 'But a GET writes nothing'],
    ['rpc', {}, 'But a GET makes no token'],
  ])('is broken without it: %s %o', (cause, given, words) =>
    expectBroken(LAW, sentOn(cause, given), `n2 sent it on to the active node for the cause ${cause}`, words),
  )

  test('is broken where the servers do not allow it', () => {
    expectBroken(LAW, sentOn('header', { forward: 'forward' }, OFF), 'allow_forwarding_via_header is off')
    expectBroken(
      LAW,
      sentOn('inconsistent-header', { forward: 'inconsistent', index: ['x'] }, OFF),
      'via_header is off',
    )
    expectBroken(LAW, sentOn('new-token', { token: serviceToken('t1', 7) }, OFF), 'allow_forwarding_via_token is off')
  })

  test('of an index that is met is broken, of one that is not is none', () => {
    const sends = (local: number) => ({ forward: 'inconsistent', index: [indexValue(local)] }) as const
    expectLawful(LAW, sentOn('inconsistent-header', sends(7), ON, wrote(1, 100, indexValue(7))))
    expectBroken(
      LAW,
      sentOn('inconsistent-header', sends(6), ON, wrote(1, 100, indexValue(6))),
      'ahead of the 6 applied',
    )
  })

  test('for a use count needs a token with one', () => {
    const token = T1
    expectLawful(LAW, sentOn('limited-use', { token }, ON, birth(1, 100, 6, 'h1', { uses: 2 })))
    expectBroken(LAW, sentOn('limited-use', { token }, ON, birth(1, 100, 6, 'h1')), 'the token has no use count')
    expectUnknown(LAW, sentOn('limited-use', { token }))
  })

  test('is not judged when nobody says why', () => {
    expectUnknown(LAW, [...sentOn('header', {}).slice(0, -1), foreignReply(9, 905, 200)])
    expectUnknown(LAW, sentOn('always', {}))
  })
})
