/** Tokens with a use count (vault-consistency 0.E5): counted on the active node alone, before policies, and over after the last. */

import { describe, expect, test } from 'vitest'
import { dataIn, errorsIn, NodeGroup, tokenIn } from '../node-pair.ts'

const UNKNOWN = ['2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n']
const REFUSED = ['1 error occurred:\n\t* permission denied\n\n']

/** A token with so many uses, here on every node. */
function limited(group: NodeGroup, uses: number, policies: readonly string[] = ['default']): string {
  const token = tokenIn(
    group.ask(0, 'POST', 'auth/token/create', {
      json: { policies, num_uses: uses, no_default_policy: policies[0] !== 'default' },
    }),
  )
  group.catchUp()
  return token
}

const lookupSelf = (group: NodeGroup, token: string, ordinal = 0): ReturnType<NodeGroup['ask']> =>
  group.ask(ordinal, 'GET', 'auth/token/lookup-self', { token })

test('on the active node each request costs one, the last answers as any other, and then the token is gone', () => {
  const group = new NodeGroup()
  const token = limited(group, 3)
  const answers = [1, 2, 3].map(() => lookupSelf(group, token))
  expect(answers.map((answer) => dataIn(answer)['num_uses'])).toEqual([2, 1, -1])
  const over = lookupSelf(group, token)
  expect([over.reply.status, errorsIn(over)]).toEqual([403, UNKNOWN])
})

test('nothing is left of a token after its last use', () => {
  const group = new NodeGroup()
  const before = group.active.store.size
  lookupSelf(group, limited(group, 1))
  group.settle()
  expect(group.active.store.size).toBe(before)
  group.catchUp()
  expect(group.node(1).store.size).toBe(before)
})

test('the last use revokes the children too', () => {
  const group = new NodeGroup()
  const parent = limited(group, 0, ['root'])
  const child = tokenIn(group.ask(0, 'POST', 'auth/token/create', { token: parent, json: { policies: ['default'] } }))
  const self = group.ask(0, 'POST', 'auth/token/revoke-self', { token: parent })
  expect(self.reply.status).toBe(204)
  expect(lookupSelf(group, child).reply.status).toBe(403)
})

test('a read that spends a use answers with the index of that write', () => {
  const group = new NodeGroup()
  const token = limited(group, 2)
  const { reply, served } = lookupSelf(group, token)
  expect(reply.index).not.toBeNull()
  expect(served.wrote).toBe(group.active.log.head)
  group.apply(1, served.wrote)
  expect(group.ask(1, 'GET', 'auth/token/lookup-self', { index: [reply.index ?? ''] }).reply.status).toBe(200)
})

test('the last use answers with the index of its count, not of the revocation behind it', () => {
  const group = new NodeGroup()
  const token = limited(group, 1)
  const before = group.active.log.head
  expect(lookupSelf(group, token).served.wrote).toBe(before + 1)
  expect(group.active.log.head).toBeGreaterThan(before + 1)
})

test('a use is counted before policies are asked: a refusal costs one, and waits for its own write', () => {
  const group = new NodeGroup()
  const token = limited(group, 2)
  const id = group.begin(0, group.request('GET', 'secret/data/a', { token }))
  expect(group.answerOf(id)).toBeNull()
  group.settle()
  const refused = group.answerOf(id)
  expect([refused?.reply.status, refused?.reply.index]).toEqual([403, null])
  expect(refused === null ? null : errorsIn(refused)).toEqual(REFUSED)
  expect(dataIn(lookupSelf(group, token))['num_uses']).toBe(-1)
})

test.each([
  ['a path that is not there', 'GET', 'no/such/mount', 404],
  ['a method that is not there', 'DELETE', 'auth/token/lookup-self', 405],
] as const)('%s costs a use', (_, method, path, status) => {
  const group = new NodeGroup()
  const token = tokenIn(group.ask(0, 'POST', 'auth/token/create', { json: { policies: ['root'], num_uses: 2 } }))
  expect(group.ask(0, method, path, { token }).reply.status).toBe(status)
  expect(dataIn(lookupSelf(group, token))['num_uses']).toBe(-1)
})

test.each([
  ['an unmet X-Vault-Index', { index: ['garbage'] }],
  ['a bad body', { body: { kind: 'bad' } }],
] as const)('%s costs none: it is judged before the token', (_, given) => {
  const group = new NodeGroup()
  const token = limited(group, 2)
  expect(group.ask(0, 'POST', 'auth/token/lookup', { token, ...given }).reply.status).toBeGreaterThanOrEqual(400)
  expect(dataIn(lookupSelf(group, token))['num_uses']).toBe(1)
})

describe('on a standby', () => {
  test('every request is forwarded, whatever it asks, and the standby counts nothing', () => {
    const group = new NodeGroup()
    const token = limited(group, 5)
    for (const [method, path, status] of [
      ['GET', 'auth/token/lookup-self', 200],
      ['GET', 'secret/data/a', 403],
      ['GET', 'no/such/path', 403],
    ] as const) {
      const id = group.begin(1, group.request(method, path, { token }))
      group.catchUp()
      const answer = group.answerOf(id)
      expect(answer?.reply.status).toBe(status)
      expect(answer?.served).toMatchObject({ node: 'n1', by: 'n0', forwarded: 'limited-use' })
    }
    expect(dataIn(lookupSelf(group, token))['num_uses']).toBe(1)
  })

  test('the answer waits until the standby has counted too, so that it never shows the use again', () => {
    const group = new NodeGroup()
    const token = limited(group, 1)
    const id = group.begin(1, group.request('GET', 'auth/token/lookup-self', { token }))
    group.settle()
    expect(group.answerOf(id)).toBeNull()
    group.apply(1)
    expect(group.answerOf(id)?.reply.status).toBe(200)
    expect(lookupSelf(group, token, 1).reply.status).toBe(403)
  })

  test('a lagging copy with uses left is forwarded, and the active node knows better', () => {
    const group = new NodeGroup({ standbys: 2 })
    const token = limited(group, 1)
    lookupSelf(group, token)
    const id = group.begin(2, group.request('GET', 'auth/token/lookup-self', { token }))
    group.catchUp()
    expect(group.answerOf(id)?.reply.status).toBe(403)
    expect(group.answerOf(id)?.served.by).toBe('n0')
  })

  test('a copy that is spent, or tainted, is refused here', () => {
    const group = new NodeGroup()
    const token = limited(group, 1)
    const before = group.active.log.head
    lookupSelf(group, token)
    group.settle()
    group.apply(1, (before + 1) as never)
    const answer = lookupSelf(group, token, 1)
    expect([answer.reply.status, errorsIn(answer)]).toEqual([403, UNKNOWN])
    expect(answer.served).toMatchObject({ by: 'n1', forwarded: null })
  })

  test('the use count is looked at before the index of a body token', () => {
    const group = new NodeGroup()
    const token = limited(group, 2)
    const fresh = tokenIn(group.ask(0, 'POST', 'auth/token/create', { json: {} }))
    const id = group.begin(1, group.request('POST', 'auth/token/lookup', { token, json: { token: fresh } }))
    group.catchUp()
    expect(group.answerOf(id)?.served.forwarded).toBe('limited-use')
  })
})
