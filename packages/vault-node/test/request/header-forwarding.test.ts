/** X-Vault-Forward and X-Vault-Inconsistent (vault-consistency 0.B): judged before everything but what a node says of itself. */

import { vaultRequest, type VaultRequest } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import { dataIn, errorsIn, NodeGroup, withConfig } from '../node-pair.ts'

const ALLOWED = withConfig({}, { allow_forwarding_via_header: true })
const FORWARD_DISABLED = ['forwarding via header X-Vault-Forward disabled in configuration']
const INCONSISTENT_DISABLED = [
  'forwarding via header X-Vault-Inconsistent=forward-active-node disabled in configuration',
]
const MISSING = ['required index state not present']

const forwarding = (value: string): Partial<VaultRequest> => ({ forward: value })
const inconsistent = (index: readonly string[] = []): Partial<VaultRequest> => ({
  inconsistent: 'forward-active-node',
  index,
})

describe('without allow_forwarding_via_header', () => {
  test.each([0, 1])('any X-Vault-Forward is refused with 400 on node %i', (ordinal) => {
    const group = new NodeGroup()
    for (const value of ['active-node', 'standby', 'x']) {
      const answer = group.ask(ordinal, 'GET', 'auth/token/lookup-self', forwarding(value))
      expect(answer.reply).toMatchObject({ status: 400, index: null })
      expect(errorsIn(answer)).toEqual(FORWARD_DISABLED)
    }
  })

  test.each([0, 1])('X-Vault-Inconsistent: forward-active-node is refused with 400 on node %i', (ordinal) => {
    const group = new NodeGroup()
    const answer = group.ask(ordinal, 'GET', 'auth/token/lookup-self', inconsistent())
    expect(answer.reply.status).toBe(400)
    expect(errorsIn(answer)).toEqual(INCONSISTENT_DISABLED)
  })

  test('other values of X-Vault-Inconsistent are the default, which is to fail', () => {
    const group = new NodeGroup()
    for (const value of ['fail', 'await-state', '']) {
      expect(group.ask(1, 'GET', 'auth/token/lookup-self', { inconsistent: value }).reply.status).toBe(200)
    }
  })

  test('the refusal comes before the token, the index, the body and the path are looked at', () => {
    const group = new NodeGroup()
    const worst = vaultRequest('POST', 'no/such/path/', {
      ...forwarding('x'),
      token: 'hvs.none',
      index: ['garbage'],
      body: { kind: 'bad' },
    })
    for (const ordinal of [0, 1]) expect(errorsIn(group.send(ordinal, worst))).toEqual(FORWARD_DISABLED)
  })

  test('X-Vault-Forward is asked first: with both headers its refusal is the answer', () => {
    const group = new NodeGroup()
    expect(errorsIn(group.ask(1, 'GET', 'x', { ...inconsistent(), ...forwarding('active-node') }))).toEqual(
      FORWARD_DISABLED,
    )
  })

  test('a refusal leaves at once, even while the active node waits for a majority', () => {
    const group = new NodeGroup()
    const write = group.begin(0, group.request('POST', 'secret/data/a', { json: { data: { n: 1 } } }))
    const refused = group.begin(0, group.request('GET', 'secret/data/a', forwarding('active-node')))
    expect(group.answerOf(write)).toBeNull()
    expect(group.answerOf(refused)?.reply.status).toBe(400)
  })
})

describe('with allow_forwarding_via_header', () => {
  const lagging = (): NodeGroup => {
    const group = new NodeGroup({ config: ALLOWED })
    group.ask(0, 'POST', 'secret/data/a', { json: { data: { n: 1 } } })
    return group
  }

  test('X-Vault-Forward: active-node sends a read to the active node, whose state answers', () => {
    const group = lagging()
    const id = group.begin(1, group.request('GET', 'secret/data/a', forwarding('active-node')))
    group.catchUp()
    const answer = group.answerOf(id)
    expect(answer?.reply.status).toBe(200)
    expect(answer?.served).toMatchObject({ node: 'n1', by: 'n0', forwarded: 'header' })
  })

  test('any other X-Vault-Forward is a no-op, and X-Vault-Inconsistent is not examined then', () => {
    const group = lagging()
    const index = group.ask(0, 'POST', 'secret/data/b', { json: { data: {} } }).reply.index ?? ''
    const answer = group.ask(1, 'GET', 'secret/data/a', { ...inconsistent([index]), ...forwarding('standby') })
    expect(answer.reply.status).toBe(412)
    expect(answer.served).toMatchObject({ by: 'n1', forwarded: null })
  })

  test('conditional forwarding forwards what is not here, and serves what is', () => {
    const group = lagging()
    const { index } = group.ask(0, 'POST', 'secret/data/b', { json: { data: { n: 2 } } }).reply
    const read = (): number => group.begin(1, group.request('GET', 'secret/data/b', inconsistent([index ?? ''])))
    const early = read()
    group.catchUp()
    const late = read()
    expect(group.answerOf(early)?.served).toMatchObject({ by: 'n0', forwarded: 'inconsistent-header' })
    expect(group.answerOf(late)?.served).toMatchObject({ by: 'n1', forwarded: null })
    for (const id of [early, late]) expect(group.answerOf(id)?.reply.status).toBe(200)
  })

  test('conditional forwarding without an index serves here, however old the state is', () => {
    const group = lagging()
    const answer = group.ask(1, 'GET', 'secret/data/a', inconsistent())
    expect(answer.reply.status).toBe(404)
    expect(answer.served).toMatchObject({ by: 'n1', forwarded: null })
  })

  test('a bad value counts as missing: the request is forwarded, and the active node refuses it', () => {
    const group = lagging()
    const id = group.begin(1, group.request('GET', 'secret/data/a', inconsistent(['garbage'])))
    group.catchUp()
    const answer = group.answerOf(id)
    expect(answer?.served.by).toBe('n0')
    expect(answer?.reply.status).toBe(412)
  })

  test('the active node serves itself: a state that it lacks is a 412 there', () => {
    const group = lagging()
    const answer = group.ask(0, 'GET', 'secret/data/a', inconsistent(['garbage']))
    expect(answer.reply.status).toBe(412)
    expect(errorsIn(answer)).toEqual(MISSING)
    expect(group.ask(0, 'GET', 'secret/data/a', forwarding('active-node')).served.forwarded).toBeNull()
  })

  test('forwarding by header needs no valid token on the standby: the active node judges it', () => {
    const group = lagging()
    const id = group.begin(1, group.request('GET', 'secret/data/a', { ...forwarding('active-node'), token: 'nobody' }))
    group.catchUp()
    expect(group.answerOf(id)?.reply.status).toBe(403)
    expect(group.answerOf(id)?.served.by).toBe('n0')
  })
})

test('community: the option counts for nothing, both headers are refused everywhere', () => {
  const config = withConfig({ edition: 'community' }, { allow_forwarding_via_header: true })
  const group = new NodeGroup({ config })
  for (const ordinal of [0, 1]) {
    expect(errorsIn(group.ask(ordinal, 'GET', 'x', forwarding('active-node')))).toEqual(FORWARD_DISABLED)
    expect(errorsIn(group.ask(ordinal, 'GET', 'x', inconsistent()))).toEqual(INCONSISTENT_DISABLED)
  }
})

test('a forwarded read shows what it read only after the standby has caught up', () => {
  const group = new NodeGroup({ config: ALLOWED })
  group.ask(0, 'POST', 'secret/data/a', { json: { data: { n: 1 } } })
  const id = group.begin(1, group.request('GET', 'secret/data/a', forwarding('active-node')))
  group.settle()
  expect(group.answerOf(id)).toBeNull()
  group.apply(1)
  const answer = group.answerOf(id)
  expect(answer === null ? null : dataIn(answer)).toMatchObject({ data: { n: 1 } })
})
