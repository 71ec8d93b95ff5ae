import { vaultRequest, type JsonObject, type VaultReply } from '@fourtwelve/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { oneNode, type OneNode } from '../../one-node.ts'
import { objectAt, textAt } from '../answer-parts.ts'

let node: OneNode
beforeEach(() => {
  node = oneNode()
  node.ask('POST', 'sys/auth/userpass', { type: 'userpass' })
  node.ask('POST', 'auth/userpass/users/ann', {
    password: 'pw',
    token_policies: 'dev',
    token_ttl: '1h',
    token_max_ttl: '2h',
  })
})

const logIn = (name: string, body: JsonObject = { password: 'pw' }): VaultReply =>
  node.ask('POST', `auth/userpass/login/${name}`, body, null)
const authOf = (reply: VaultReply): JsonObject => objectAt(reply, 'auth')

describe('a userpass login', () => {
  it('gives a token with the parameters of its user', () => {
    const reply = logIn('ann')
    const auth = authOf(reply)
    expect(auth).toMatchObject({
      policies: ['default', 'dev'],
      metadata: { username: 'ann' },
      lease_duration: 3600,
      renewable: true,
      token_type: 'service',
      orphan: true,
    })
    const token = textAt(reply, 'auth.client_token')
    expect(node.ask('GET', 'auth/token/lookup-self', undefined, token).body?.['data']).toMatchObject({
      display_name: 'userpass-ann',
      entity_id: auth['entity_id'],
      path: 'auth/userpass/login/ann',
      meta: { username: 'ann' },
    })
  })

  it('is the same entity each time, whatever the case of the name', () => {
    const ids = ['ann', 'ANN', 'Ann'].map((name) => authOf(logIn(name))['entity_id'])
    expect(new Set(ids).size).toBe(1)
    node.ask('POST', 'auth/userpass/users/bob', { password: 'pw' })
    expect(authOf(logIn('bob'))['entity_id']).not.toBe(ids[0])
  })

  it('takes no notice of the token that comes with it', () => {
    const request = vaultRequest('PUT', 'auth/userpass/login/ann', {
      token: 'nobody',
      body: { kind: 'json', value: { password: 'pw' } },
    })
    expect(node.send(request).status).toBe(200)
  })

  it('tells nobody whether name or password was wrong', () => {
    const refusal = { status: 400, body: { errors: ['invalid username or password'] } }
    expect(logIn('ann', { password: 'no' })).toMatchObject(refusal)
    expect(logIn('nobody')).toMatchObject(refusal)
    for (const body of [{}, { password: '' }]) {
      expect(logIn('ann', body)).toMatchObject({ status: 500, body: { errors: ['missing password'] } })
    }
  })

  it("names tokens after the mount's whole path", () => {
    node.ask('POST', 'sys/auth/corp/people', { type: 'userpass' })
    node.ask('POST', 'auth/corp/people/users/ann', { password: 'pw' })
    const reply = node.ask('POST', 'auth/corp/people/login/ann', { password: 'pw' }, null)
    const lookup = node.ask('GET', 'auth/token/lookup-self', undefined, textAt(reply, 'auth.client_token'))
    expect(lookup.body?.['data']).toMatchObject({ display_name: 'corp-people-ann' })
  })

  it.each([
    ['default-service', 'default', 'service'],
    ['default-service', 'service', 'service'],
    ['default-service', 'batch', 'batch'],
    ['default-batch', 'default', 'batch'],
    ['default-batch', 'service', 'service'],
    ['default-batch', 'batch', 'batch'],
    ['service', 'batch', 'service'],
    ['batch', 'service', 'batch'],
  ])('on a mount of type %s, a user of type %s gets a %s token', (mount, user, type) => {
    node.ask('POST', 'sys/auth/userpass/tune', { token_type: mount })
    node.ask('POST', 'auth/userpass/users/ann', { token_type: user })
    expect(authOf(logIn('ann'))).toMatchObject({ token_type: type, renewable: type === 'service' })
  })
})
