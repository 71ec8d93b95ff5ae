/** A token in the body of lookup, renew, revoke, revoke-orphan gets the index check of the request's own (vault-consistency 0.E6). */

import { base64Url, encodeServiceToken, epoch, fromBase64Url, walIndex } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import { errorsIn, NodeGroup, tokenIn, withConfig } from '../node-pair.ts'

const PATHS = ['auth/token/lookup', 'auth/token/renew', 'auth/token/revoke', 'auth/token/revoke-orphan'] as const
const MISSING = ['required index state not present']

const fresh = (group: NodeGroup): string =>
  tokenIn(group.ask(0, 'POST', 'auth/token/create', { json: { policies: ['default'], ttl: '1h' } }))

function forged(token: string): string {
  const bytes = fromBase64Url(token.slice('hvs.'.length))
  if (bytes === null) throw new Error(`${token} is no base64`)
  bytes[20] = (bytes[20] ?? 0) ^ 1
  return `hvs.${base64Url(bytes)}`
}

describe.each(PATHS)('%s', (path) => {
  test('on a lagging standby, one that is not here yet is a 412', () => {
    const group = new NodeGroup()
    const answer = group.ask(1, 'POST', path, { json: { token: fresh(group) } })
    expect([answer.reply.status, errorsIn(answer)]).toEqual([412, MISSING])
    expect(answer.served).toMatchObject({ by: 'n1', forwarded: null })
  })

  test('under new_token it is forwarded for that', () => {
    const group = new NodeGroup({ config: withConfig({}, { allow_forwarding_via_token: 'new_token' }) })
    const id = group.begin(1, group.request('POST', path, { json: { token: fresh(group) } }))
    group.catchUp()
    expect(group.answerOf(id)?.reply.status).toBeLessThan(300)
    expect(group.answerOf(id)?.served).toMatchObject({ by: 'n0', forwarded: 'new-token' })
  })

  test('a forged one is a bad token, on every node, also with bad_token: 500', () => {
    for (const switches of [{}, { bad_token: '500' }] as const) {
      const group = new NodeGroup({ config: withConfig(switches) })
      const token = forged(fresh(group))
      for (const ordinal of [0, 1]) {
        const answer = group.ask(ordinal, 'POST', path, { json: { token } })
        expect([answer.reply.status, errorsIn(answer)]).toEqual([403, ['bad token']])
      }
    }
  })

  test('the check comes before the policies', () => {
    const group = new NodeGroup()
    const poor = fresh(group)
    group.catchUp()
    const token = fresh(group)
    expect(group.ask(1, 'POST', path, { token: poor, json: { token } }).reply.status).toBe(412)
    group.catchUp()
    expect(group.ask(1, 'POST', path, { token: poor, json: { token } }).reply.status).toBe(403)
  })

  test('one from the future is a 412 on the active node', () => {
    const group = new NodeGroup()
    const token = encodeServiceToken(group.crypto, 'hvs.ABCDEFGHIJKLMNOPQRSTUVWX', walIndex(1e6), epoch(0))
    expect(group.ask(0, 'POST', path, { json: { token } }).reply.status).toBe(412)
  })
})

test('a token in the body of any other path is data like any other', () => {
  const group = new NodeGroup()
  const token = fresh(group)
  expect(group.ask(1, 'POST', 'auth/token/lookup-accessor', { json: { accessor: 'x', token } }).reply.status).toBe(400)
  expect(group.ask(0, 'POST', 'secret/data/a', { json: { data: { token: forged(token) } } }).reply.status).toBe(200)
})

test('the own token is checked first: a token that is ahead is not told of the one in its body', () => {
  const group = new NodeGroup({ config: withConfig({}, { allow_forwarding_via_token: 'new_token' }) })
  const token = fresh(group)
  const id = group.begin(1, group.request('POST', 'auth/token/lookup', { token, json: { token: forged(token) } }))
  group.catchUp()
  expect(group.answerOf(id)?.served.forwarded).toBe('new-token')
  expect(group.answerOf(id)?.reply.status).toBe(403)
})

test('a token whose own index is unmet gives 412 before the body is looked at', () => {
  const group = new NodeGroup()
  const token = fresh(group)
  const answer = group.ask(1, 'POST', 'auth/token/lookup', { token, json: { token: forged(token) } })
  expect(answer.reply.status).toBe(412)
})
