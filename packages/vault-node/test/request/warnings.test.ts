/** The warning about body fields that a path does not know (vault-http-api 1.7): on every answer with a body of its own. */

import type { VaultRequest } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import { givenUser, NodeGroup, post } from '../node-pair.ts'

const IGNORED = 'Endpoint ignored these unrecognized parameters: [also foo]'
const EXTRA = { foo: 1, also: [2] }

const rows: readonly (readonly [string, VaultRequest])[] = [
  ['a read by POST', post('auth/token/lookup', EXTRA)],
  ['a child token', post('auth/token/create', { policies: ['default'], ttl: '1h', ...EXTRA })],
  ['a batch child', post('auth/token/create', { policies: ['default'], type: 'batch', ttl: '1h', ...EXTRA })],
  ['a login', post('auth/userpass/login/ann', { password: 'pw', ...EXTRA })],
  ['a login for a batch token', post('auth/userpass/login/bob', { password: 'pw', ...EXTRA })],
]

describe.each([0, 1])('on node %i', (ordinal) => {
  const given = [...givenUser(), post('auth/userpass/users/bob', { password: 'pw', token_type: 'batch' })]

  test.each(rows)('%s', (_, request) => {
    const group = new NodeGroup({ given })
    const id = group.begin(ordinal, { ...request, token: group.rootToken })
    group.catchUp()
    const answer = group.answerOf(id)
    expect(answer?.reply.status).toBe(200)
    expect(answer?.reply.body?.['warnings']).toEqual([IGNORED])
  })

  test('an answer without a body, and an error, carry none', () => {
    const group = new NodeGroup({ given })
    const none = group.begin(ordinal, group.request('POST', 'cubbyhole/a', { json: EXTRA }))
    const wrong = group.begin(ordinal, post('auth/userpass/login/ann', { password: 'no', ...EXTRA }))
    group.catchUp()
    expect(group.answerOf(none)?.reply).toMatchObject({ status: 204, body: null })
    expect(group.answerOf(wrong)?.reply).toMatchObject({
      status: 400,
      body: { errors: ['invalid username or password'] },
    })
  })
})
