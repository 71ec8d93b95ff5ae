import { JUSTIFIED_412 } from '@fourtwelve/checker'
import { epoch, walIndex, type CallRecord } from '@fourtwelve/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  call,
  created,
  entry,
  foreignReply,
  indexValue,
  judge,
  N0,
  N2,
  reply,
  run,
  serviceToken,
  turned,
  wrote,
} from './hand-written.ts'
import { expectTold, I398, NO_TOKEN, refused, T31, verdictOf, why } from './refused.ts'
import { BROKEN, HOLDS, UNKNOWN } from './verdicts.ts'

describe('a 412', () => {
  test('is unknown when there was none', () => {
    expect(judge(JUSTIFIED_412, [])).toEqual({ name: '412-justified', verdict: 'unknown', checked: 0, violations: 0 })
    expect(verdictOf([run(), call(1, 1, N2, { token: T31 }), reply(1, 2, 200, N2, 400)])).toEqual(UNKNOWN)
  })

  test('is lawful while the index of the token is not applied', () => {
    expect(verdictOf(refused(399))).toEqual(HOLDS)
  })

  test('is not lawful once it is, and the witness names everything', () => {
    const records = refused(412, { call: { index: [I398] } })
    expectTold(
      records,
      BROKEN,
      'Session s7 created token t31 of index 400 (epoch 2) at +3.101 s (call 1). ' +
        'Session s7 got X-Vault-Index 398 at +3.111 s (call 2). ' +
        'Session s9 sent GET secret/data/a to n2 at +3.120 s (call 3) with token t31 of index 400 (epoch 2); ' +
        'n2 answered 412 at +3.140 s with applied = 412. But 412 >= 400, and 412 >= 398: ' +
        'no state that the request may require was missing at +3.140 s, so a 412 was not lawful.',
      [records[2], records[4], records[5], records[6]],
    )
  })

  test('is judged by what was applied when the request arrived', () => {
    expect(verdictOf(refused(412, { reply: { appliedHere: walIndex(399) } }))).toEqual(HOLDS)
    expect(verdictOf(refused(399, { reply: { appliedHere: walIndex(400) } }))).toEqual(BROKEN)
  })

  test('is never lawful on account of a token of an older epoch', () => {
    const records = refused(0, { reply: { epoch: epoch(3) } })
    expect(verdictOf(records)).toEqual(BROKEN)
    expect(why(records)).toContain("the token's epoch 2 is below the node's epoch 3")
  })

  test('may come from a token of a later epoch, by its index', () => {
    expect(verdictOf(refused(399, { reply: { epoch: epoch(1) } }))).toEqual(HOLDS)
    expect(verdictOf(refused(400, { reply: { epoch: epoch(1) } }))).toEqual(BROKEN)
  })

  test('never comes from the active node for its own epoch', () => {
    const forwarded = { by: N0, forwarded: 'write' } as const
    expect(verdictOf(refused(399, { reply: forwarded }))).toEqual(BROKEN)
    expect(why(refused(399, { reply: forwarded }))).toContain(
      'n2 handed it to n0 (write), and n0 answered 412 at +3.140 s with applied = 399. ' +
        'But n0 is the active node, which has every index of its own epoch 2',
    )
    expect(verdictOf([entry(1, N2, 1), ...refused(399)])).toEqual(BROKEN)
    expect(verdictOf([entry(1, N2, 1), ...refused(399, { reply: { epoch: epoch(1) } })])).toEqual(HOLDS)
  })

  test('is lawful for an X-Vault-Index that is ahead, on the active node too', () => {
    expect(verdictOf(refused(397, { call: { ...NO_TOKEN, index: [I398] } }))).toEqual(HOLDS)
    const forwarded = { by: N0, forwarded: 'header' } as const
    expect(verdictOf(refused(397, { call: { ...NO_TOKEN, index: [I398] }, reply: forwarded }))).toEqual(HOLDS)
  })

  test('is lawful for an X-Vault-Index that was not issued so: foreign, forged, malformed', () => {
    const forged = `${I398.slice(0, -3)}${I398.at(-3) === 'A' ? 'B' : 'A'}${I398.slice(-2)}`
    const foreign = indexValue(3, { cluster: 'c0ffee00-0000-4000-8000-000000000000' })
    for (const value of [forged, foreign, 'nonsense', '', `${I398} `, indexValue(398, { key: 'another' })]) {
      expect(verdictOf(refused(500, { call: { ...NO_TOKEN, index: [I398, value] } }))).toEqual(HOLDS)
    }
  })

  test('is not lawful when every X-Vault-Index was issued and is applied', () => {
    expect(verdictOf(refused(398, { call: { ...NO_TOKEN, index: [I398] } }))).toEqual(BROKEN)
  })

  test.each(['none', 'short', 'batch', 'other'] as const)('is never lawful for a token of type %s alone', (type) => {
    const records = refused(0, { call: { token: { type } } })
    expect(verdictOf(records)).toEqual(BROKEN)
    expect(why(records)).toContain(`a token of type ${type} carries no index, and the request had no X-Vault-Index`)
  })

  test('is never lawful on a login on account of its token', () => {
    expect(verdictOf(refused(0, { call: { path: 'auth/userpass/login/bob' } }))).toEqual(BROKEN)
    expect(verdictOf(refused(0, { call: { path: 'auth/userpass/login/bob', index: [I398] } }))).toEqual(HOLDS)
    expect(verdictOf(refused(0, { call: { path: 'auth/userpass/users/login' } }))).toEqual(HOLDS)
  })

  test('is never lawful on a path that every node answers for itself', () => {
    const records = refused(0, { call: { path: 'sys/health', index: [I398] } })
    expect(verdictOf(records)).toEqual(BROKEN)
    expect(why(records)).toContain('sys/health does not check the token, and sys/health does not look at X-Vault-Index')
  })

  test('is never lawful on community servers, and over consul only on account of X-Vault-Index', () => {
    expect(verdictOf(refused(0, { run: turned({ edition: 'community' }), call: { index: [I398] } }))).toEqual(BROKEN)
    expect(verdictOf(refused(0, { run: turned({ storage: 'consul' }) }))).toEqual(BROKEN)
    expect(verdictOf(refused(0, { run: turned({ storage: 'consul' }), call: { index: [I398] } }))).toEqual(HOLDS)
  })

  test('over consul may come from the token where servers check it there too', () => {
    const checking = turned({ storage: 'consul', consul_index_check: 'on' })
    expect(verdictOf(refused(399, { run: checking }))).toEqual(HOLDS)
    expect(verdictOf(refused(400, { run: checking }))).toEqual(BROKEN)
  })

  test.each(['lookup', 'renew', 'revoke', 'revoke-orphan'])(
    'on auth/token/%s is lawful while the index of the token in the body is not applied',
    (word) => {
      const call = { path: `auth/token/${word}`, ...NO_TOKEN, bodyToken: T31 }
      expect(verdictOf(refused(399, { call }))).toEqual(HOLDS)
      expect(verdictOf(refused(400, { call }))).toEqual(BROKEN)
      expect(verdictOf(refused(399, { call, run: turned({ storage: 'consul' }) }))).toEqual(BROKEN)
      expect(verdictOf(refused(399, { call, run: turned({ edition: 'community' }) }))).toEqual(BROKEN)
      expect(verdictOf(refused(399, { call, reply: { by: N0, forwarded: 'write' } }))).toEqual(BROKEN)
      expect(verdictOf(refused(399, { call, reply: { epoch: epoch(3) } }))).toEqual(BROKEN)
    },
  )

  test('on account of a token in the body is told with the birth of both tokens', () => {
    const [first, ...rest] = refused(450, {
      call: { path: 'auth/token/lookup', bodyToken: serviceToken('t32', 410, 2) },
    })
    const records = [first ?? run(), ...created(8, 3000, serviceToken('t32', 410, 2)), ...rest]
    const { witness } = judge(JUSTIFIED_412, records)
    expect(witness?.prose).toBe(
      'Session s7 created token t31 of index 400 (epoch 2) at +3.101 s (call 1). ' +
        'Session s7 created token t32 of index 410 (epoch 2) at +3.001 s (call 8). ' +
        'Session s9 sent GET auth/token/lookup to n2 at +3.120 s (call 3) with token t31 of index 400 (epoch 2) ' +
        'for token t32 of index 410 (epoch 2); n2 answered 412 at +3.140 s with applied = 450. ' +
        'But 450 >= 400, and the request had no X-Vault-Index, and 450 >= 410: ' +
        'no state that the request may require was missing at +3.140 s, so a 412 was not lawful.',
    )
    expect(witness?.records).toEqual([records[2], records[4], records[7], records[8]])
  })

  test('names a token once that asks for itself, and says what a body token without an index is', () => {
    const path = 'auth/token/lookup'
    const itself = judge(JUSTIFIED_412, refused(450, { call: { path, bodyToken: T31 } })).witness
    expect(itself?.prose.match(/created token t31/g)).toHaveLength(1)
    expect(itself?.records).toHaveLength(3)
    expect(why(refused(450, { call: { path, bodyToken: { type: 'batch' } } }))).toContain(
      'a body token of type batch carries no index',
    )
  })

  test('is judged on those paths when the body names no token, and not when nobody looked', () => {
    const path = 'auth/token/lookup'
    expect(verdictOf(refused(500, { call: { path, bodyToken: { type: 'none' } } }))).toEqual(BROKEN)
    expect(verdictOf(refused(500, { call: { path } }))).toEqual(UNKNOWN)
    expect(verdictOf(refused(399, { call: { path } }))).toEqual(HOLDS)
    expect(verdictOf(refused(500, { call: { path }, reply: { by: N0, forwarded: 'header' } }))).toEqual(BROKEN)
  })

  test('on any other path is never lawful on account of a token in the body', () => {
    expect(verdictOf(refused(0, { call: { ...NO_TOKEN, path: 'auth/token/create', bodyToken: T31 } }))).toEqual(BROKEN)
  })

  describe('where one X-Vault-Index value of several is enough', () => {
    const any = turned({ several_indexes: 'any' })
    const asking = (applied: number, index: readonly string[], switches = any) => {
      const [first, ...rest] = refused(applied, { call: { ...NO_TOKEN, index }, run: switches })
      return [first ?? run(), ...wrote(9, 1, indexValue(300)), ...rest]
    }

    test('is lawful only when none is met', () => {
      expect(verdictOf(asking(299, [I398, indexValue(300)]))).toEqual(HOLDS)
      expect(verdictOf(asking(300, [I398, indexValue(300)]))).toEqual(BROKEN)
      expect(verdictOf(asking(398, [I398, indexValue(300)]))).toEqual(BROKEN)
      expect(verdictOf(asking(397, [I398]))).toEqual(HOLDS)
      expect(why(asking(300, [I398, indexValue(300)]))).toContain('300 >= 300, where one value is enough')
      expect(why(asking(398, [I398]))).toContain('398 >= 398: no state')
    })

    test('is not made lawful by a forged value beside one that is met', () => {
      expect(verdictOf(asking(300, ['nonsense', indexValue(300)]))).toEqual(BROKEN)
      expect(verdictOf(asking(299, ['nonsense', indexValue(300)]))).toEqual(HOLDS)
      expect(verdictOf(asking(500, ['nonsense']))).toEqual(HOLDS)
    })

    test('is judged as if bad values were not there where they are left out', () => {
      const lenient = turned({ several_indexes: 'any', bad_index: 'ignore' })
      const forged = (local: number): string => indexValue(local, { key: 'another' })
      expect(verdictOf(asking(299, ['nonsense', indexValue(300)], lenient))).toEqual(HOLDS)
      expect(verdictOf(asking(300, ['nonsense', indexValue(300)], lenient))).toEqual(BROKEN)
      expect(verdictOf(asking(0, ['nonsense'], lenient))).toEqual(BROKEN)
      expect(verdictOf(asking(100, [forged(100)], lenient))).toEqual(BROKEN)
      // What is not known to be bad may be what was met, or what was not.
      expect(verdictOf(asking(299, [forged(100), indexValue(300)], lenient))).toEqual(UNKNOWN)
      expect(verdictOf(asking(299, [forged(301), indexValue(300)], lenient))).toEqual(HOLDS)
      expect(verdictOf(asking(299, [forged(301), 'nonsense'], lenient))).toEqual(UNKNOWN)
    })
  })

  describe('where bad X-Vault-Index values are left out', () => {
    const lenient = turned({ bad_index: 'ignore' })
    const asking = (applied: number, ...index: readonly string[]) =>
      refused(applied, { call: { ...NO_TOKEN, index }, run: lenient })

    test('is never lawful on account of a malformed or foreign one', () => {
      const foreign = indexValue(999, { cluster: 'c0ffee00-0000-4000-8000-000000000000' })
      for (const value of ['nonsense', '', foreign]) {
        expect(verdictOf(asking(500, value))).toEqual(BROKEN)
        expect(verdictOf(asking(500, value, I398))).toEqual(BROKEN)
        expect(verdictOf(asking(397, value, I398))).toEqual(HOLDS)
      }
      expect(why(asking(500, 'nonsense', I398))).toContain(
        'a value that is none of this cluster is left out and 500 >= 398: no state',
      )
    })

    test('is not judged on account of one that looks right, is ahead and was not issued here: it may be either', () => {
      const forged = indexValue(600, { key: 'another' })
      expect(verdictOf(asking(599, forged))).toEqual(UNKNOWN)
      expect(verdictOf(asking(599, ` ${forged} `))).toEqual(UNKNOWN)
      expect(verdictOf(asking(600, forged))).toEqual(BROKEN)
      expect(verdictOf(asking(397, forged, I398))).toEqual(HOLDS)
    })
  })

  test('of an Agent that wants another header is not judged', () => {
    expect(verdictOf(refused(500, { reply: { errors: ['missing "X-Vault-Request" header'] } }))).toEqual(UNKNOWN)
  })

  test('of a foreign server is judged only when the request named no index', () => {
    const foreign = (given: Partial<CallRecord>) =>
      verdictOf([run(), ...wrote(1, 1, I398), call(2, 3, N2, given), foreignReply(2, 4, 412)])
    expect(foreign({ token: T31 })).toEqual(UNKNOWN)
    expect(foreign({ index: [I398] })).toEqual(UNKNOWN)
    expect(foreign({ index: ['nonsense'] })).toEqual(HOLDS)
    expect(foreign({ index: [indexValue(0)] })).toEqual(HOLDS)
    expect(foreign({ token: { type: 'batch' } })).toEqual(BROKEN)
    expect(foreign({ token: serviceToken('t', 0) })).toEqual(BROKEN)
  })

  test('is not judged when an issued value is in a form that this reader does not know', () => {
    const records = [run(), ...wrote(1, 1, 'c1:412'), call(2, 3, N2, { index: ['c1:412'] }), reply(2, 4, 412, N2, 500)]
    expect(verdictOf(records)).toEqual(UNKNOWN)
  })

  test('of a standby is lawful exactly when the token or a value is ahead of it', () => {
    const small = fc.integer({ min: 0, max: 6 })
    fc.assert(
      fc.property(
        small,
        small,
        small,
        small,
        fc.array(small, { maxLength: 3 }),
        (index, applied, tokenEpoch, nodeEpoch, required) => {
          const records = [
            run(),
            ...required.flatMap((local, i) => wrote(10 + i, 1, indexValue(local))),
            call(1, 2, N2, {
              token: serviceToken('t', index, tokenEpoch),
              index: required.map((local) => indexValue(local)),
            }),
            reply(1, 3, 412, N2, applied, { epoch: epoch(nodeEpoch) }),
          ]
          const lawful = (tokenEpoch >= nodeEpoch && index > applied) || required.some((local) => local > applied)
          expect(verdictOf(records)).toEqual(lawful ? HOLDS : BROKEN)
        },
      ),
    )
  })

  test('keeps the first violation and counts the others', () => {
    const again = [call(9, 4000, N2), reply(9, 4001, 412, N2, 1)]
    const { witness, ...rest } = judge(JUSTIFIED_412, [...refused(500), ...again])
    expect(rest).toEqual({ name: '412-justified', verdict: 'broken', checked: 2, violations: 2 })
    expect(witness?.t).toBe(3_140_000)
  })

  test('with very many X-Vault-Index values still has a witness of a few records', () => {
    const values = Array.from({ length: 50 }, (_, i) => indexValue(i + 1))
    const issued = values.flatMap((value, i) => wrote(100 + i, 1, value))
    const { witness } = judge(JUSTIFIED_412, [
      run(),
      ...issued,
      call(1, 3, N2, { index: values }),
      reply(1, 4, 412, N2, 50),
    ])
    expect(witness?.records.length).toBeLessThanOrEqual(8)
    expect(witness?.records.at(-1)).toMatchObject({ kind: 'reply', status: 412 })
  })
})
