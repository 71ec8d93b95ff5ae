import { TOKEN_GATE } from '@fourtwelve/checker'
import {
  epoch,
  walIndex,
  type CallRecord,
  type HistoryRecord,
  type ReplyRecord,
  type RunRecord,
  type TokenRecord,
} from '@fourtwelve/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  call,
  created,
  entry,
  foreignReply,
  judge,
  N0,
  N1,
  N2,
  reply,
  run,
  serviceToken,
  turned,
} from './hand-written.ts'
import { BROKEN, HOLDS, UNKNOWN, judging } from './verdicts.ts'

const { expectTold, verdictOf } = judging(TOKEN_GATE)

const T31 = serviceToken('t31', 412, 2)

/** s7 creates t31 of index 412; s9 sends it to n2, which has applied `applied` and answers `status`. */
function used(
  status: number,
  applied: number,
  given: { call?: Partial<CallRecord>; reply?: Partial<ReplyRecord>; run?: Partial<RunRecord> } = {},
): readonly HistoryRecord[] {
  return [
    run(given.run),
    ...created(1, 3100, T31),
    call(2, 3120, N2, { path: 'auth/token/lookup-self', token: T31, ...given.call }),
    reply(2, 3140, status, N2, applied, { epoch: epoch(2), ...given.reply }),
  ]
}

describe('the token gate', () => {
  test('is unknown when nothing was seen', () => {
    expect(verdictOf([])).toEqual(UNKNOWN)
  })

  test('holds when the node has applied the index of the token it accepts, or more', () => {
    expect(verdictOf(used(200, 412))).toEqual(HOLDS)
    expect(verdictOf(used(200, 500))).toEqual(HOLDS)
  })

  test('is broken by a node that is one entry behind, and says so with every name, index and time', () => {
    const records = used(200, 411)
    expectTold(
      records,
      BROKEN,
      'Session s7 created token t31 of index 412 (epoch 2) at +3.101 s (call 1). ' +
        'Session s9 sent GET auth/token/lookup-self to n2 at +3.120 s (call 2) with token t31; ' +
        'n2 answered 200 at +3.140 s with applied = 411, an answer that only an accepted token gets. ' +
        '411 < 412, so the only lawful answers were 412 or a forward.',
      records.slice(2),
    )
  })

  test('tells a violation also when the birth of the token was not seen', () => {
    const { witness } = judge(TOKEN_GATE, [run(), ...used(200, 409).slice(3)])
    expect(witness?.prose).toContain('Who created token t31 of index 412 (epoch 2) is not remembered.')
    expect(witness?.records).toHaveLength(2)
  })

  test('tells of the birth of a token, not of its renewals', () => {
    const renewal = [call(5, 3110, N0, { path: 'auth/token/renew-self' }), reply(5, 3111, 200, N0, 412, { token: T31 })]
    const [first, ...rest] = used(200, 409)
    const records = [first, ...rest.slice(0, 2), ...renewal, ...rest.slice(2)].filter((record) => record !== undefined)
    expect(judge(TOKEN_GATE, records).witness?.prose).toContain(
      'Session s7 created token t31 of index 412 (epoch 2) at +3.101 s',
    )
  })

  test('judges a forwarded request by the node that handled it', () => {
    const forwarded = { by: N0, forwarded: 'new-token', appliedHere: walIndex(409) } as const
    expect(verdictOf(used(200, 430, { reply: forwarded }))).toEqual(HOLDS)
    const { witness } = judge(TOKEN_GATE, used(200, 409, { reply: forwarded }))
    expect(witness?.prose).toContain(
      'n2 handed it to n0 (new-token), and n0 answered 200 at +3.140 s with applied = 409',
    )
  })

  test('compares indexes beyond 2^53 exactly', () => {
    const huge = serviceToken('t31', 2n ** 63n, 2)
    expect(verdictOf(used(200, Number.MAX_SAFE_INTEGER, { call: { token: huge } }))).toEqual(BROKEN)
  })

  test.each([
    ['404: the route comes after the token', 404, []],
    ['405 with a text', 405, ['1 error occurred:\n\t* unsupported operation\n\n']],
    ['403 of the policies', 403, ['1 error occurred:\n\t* permission denied\n\n']],
    [
      '500 of a lease that the lookup misses',
      500,
      [
        'error performing token check: no lease entry found for token that ought to have one, possible eventual consistency issue',
      ],
    ],
  ])('takes as proof of acceptance a %s', (_, status, errors) => {
    expect(verdictOf(used(status, 411, { reply: { errors } }))).toEqual(BROKEN)
    expect(verdictOf(used(status, 412, { reply: { errors } }))).toEqual(HOLDS)
  })

  test.each([
    ['412', 412, ['required index state not present']],
    ['403 of a refused token', 403, ['2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n']],
    ['403 of older servers', 403, ['permission denied']],
    ['400, which may come before the token', 400, ["cannot write to a path ending in '/'"]],
    ['bare 405 of the HTTP server', 405, []],
    ['307', 307, []],
    ['500', 500, ['local node not active but active cluster node not found']],
    ['503', 503, ['Vault is sealed']],
  ])('learns nothing from a %s', (_, status, errors) => {
    expect(verdictOf(used(status, 0, { reply: { errors } }))).toEqual(UNKNOWN)
  })

  test.each([
    'auth/userpass/login/bob',
    'auth/approle/login',
    'auth/a/b/login/bob',
    'auth/oidc/oidc/callback',
    'sys/health',
    'sys/leader',
    'sys/internal/ui/mounts',
  ])('asks nothing of %s, which does not check the token, or may not', (path) => {
    expect(verdictOf(used(200, 0, { call: { path } }))).toEqual(UNKNOWN)
  })

  test.each([
    'auth/userpass/users/bob',
    'auth/token/lookup',
    'sys/policies/acl/p',
    'cubbyhole/login',
    'secret/data/auth/x/login',
  ])('judges %s', (path) => {
    expect(verdictOf(used(200, 0, { call: { path } }))).toEqual(BROKEN)
  })

  test('asks nothing of OPTIONS, which CORS answers before any token', () => {
    expect(verdictOf(used(204, 0, { call: { method: 'OPTIONS' } }))).toEqual(UNKNOWN)
  })

  test('asks nothing of tokens without an index', () => {
    for (const type of ['none', 'short', 'batch', 'other'] as const) {
      expect(verdictOf(used(200, 0, { call: { token: { type } } }))).toEqual(UNKNOWN)
    }
  })

  test('asks nothing of community servers, and over consul only of the active node', () => {
    expect(verdictOf(used(200, 0, { run: turned({ edition: 'community' }) }))).toEqual(UNKNOWN)
    expect(verdictOf(used(200, 0, { run: turned({ storage: 'consul' }) }))).toEqual(UNKNOWN)
    const byActive = { run: turned({ storage: 'consul' }), reply: { by: N0, forwarded: 'write' } } as const
    expect(verdictOf(used(200, 0, byActive))).toEqual(BROKEN)
    const [first, ...rest] = used(200, 0, { run: turned({ storage: 'consul' }) })
    const active = (node: typeof N1) => [first, entry(1, node, 1), ...rest].filter((record) => record !== undefined)
    expect(verdictOf(active(N2))).toEqual(BROKEN)
    expect(verdictOf(active(N1))).toEqual(UNKNOWN)
  })

  test('asks over consul what servers before 1.10.5 asked there', () => {
    const checking = turned({ storage: 'consul', consul_index_check: 'on' })
    expect(verdictOf(used(200, 411, { run: checking }))).toEqual(BROKEN)
    expect(verdictOf(used(200, 412, { run: checking }))).toEqual(HOLDS)
  })

  describe('a token that the body names', () => {
    const named = (status: number, applied: number, given: { errors?: readonly string[]; own?: TokenRecord } = {}) =>
      used(status, applied, {
        call: { path: 'auth/token/lookup', token: given.own ?? { type: 'batch' }, bodyToken: T31 },
        reply: { errors: given.errors ?? [] },
      })

    test('is judged like the own one', () => {
      expect(verdictOf(named(200, 412))).toEqual(HOLDS)
      expect(verdictOf(named(200, 411))).toEqual(BROKEN)
      expect(judge(TOKEN_GATE, named(200, 411)).witness?.prose).toContain(
        'Session s9 sent GET auth/token/lookup to n2 at +3.120 s (call 2) for token t31; n2 answered 200',
      )
    })

    test('is judged beside the own one, as one answer', () => {
      expect(verdictOf(named(200, 411, { own: serviceToken('t1', 411, 2) }))).toEqual(BROKEN)
      expect(verdictOf(named(200, 411, { own: serviceToken('t1', 412, 2) }))).toEqual(BROKEN)
      expect(verdictOf(named(200, 412, { own: serviceToken('t1', 412, 2) }))).toEqual(HOLDS)
    })

    test('is not accepted by an answer that came before anybody looked at it', () => {
      expect(verdictOf(named(403, 0, { errors: ['bad token'] }))).toEqual(UNKNOWN)
      expect(verdictOf(named(500, 0, { errors: ['no lease entry found for token'] }))).toEqual(UNKNOWN)
      expect(verdictOf(named(403, 0, { errors: ['1 error occurred:\n\t* permission denied\n\n'] }))).toEqual(BROKEN)
    })
  })

  test('judges nothing in the history of a foreign server', () => {
    expect(verdictOf([run(), call(2, 1, N2, { token: T31 }), foreignReply(2, 2, 200)])).toEqual(UNKNOWN)
  })

  test('is exactly: applied is not below the index, unless the epoch is older', () => {
    const small = fc.integer({ min: 0, max: 5 })
    fc.assert(
      fc.property(small, small, small, small, (index, applied, tokenEpoch, nodeEpoch) => {
        const token = serviceToken('t', index, tokenEpoch)
        const records = used(200, applied, { call: { token }, reply: { epoch: epoch(nodeEpoch) } })
        const expected = tokenEpoch < nodeEpoch ? UNKNOWN : applied >= index ? HOLDS : BROKEN
        expect(verdictOf(records)).toEqual(expected)
      }),
    )
  })

  test('keeps the first violation and counts the others', () => {
    const again = [call(3, 4000, N1, { token: T31, session: 's10' }), reply(3, 4001, 200, N1, 1, { epoch: epoch(2) })]
    const { witness, ...rest } = judge(TOKEN_GATE, [...used(200, 409), ...again])
    expect(rest).toEqual({ name: 'token-gate', verdict: 'broken', checked: 2, violations: 2 })
    expect(witness?.t).toBe(3_140_000)
  })

  test('forgets calls that were never answered, oldest first, when there are very many', () => {
    const state = TOKEN_GATE.start()
    state.observe(run())
    const MORE_THAN_REMEMBERED = 65_537
    for (let id = 0; id < MORE_THAN_REMEMBERED; id++) state.observe(call(id, 1, N2, { token: T31 }))
    state.observe(reply(0, 2, 200, N2, 500, { epoch: epoch(2) }))
    expect(state.verdict().checked).toBe(0)
    state.observe(reply(1, 2, 200, N2, 500, { epoch: epoch(2) }))
    expect(state.verdict().checked).toBe(1)
  })
})
