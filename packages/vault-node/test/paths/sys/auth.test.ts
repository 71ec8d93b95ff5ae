import type { JsonObject } from '@fourtwelve/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { oneNode, type OneNode } from '../../one-node.ts'
import { makeToken, textAt } from '../answer-parts.ts'

let node: OneNode
beforeEach(() => {
  node = oneNode()
  node.ask('POST', 'sys/auth/userpass', { type: 'userpass' })
})

const refusal = (error: string): object => ({ status: 400, body: { errors: [error] } })
const dataOf = (path: string): JsonObject => node.ask('GET', path).body?.['data'] as JsonObject
const logIn = (path: string): string => textAt(node.ask('POST', path, { password: 'pw' }, null), 'auth.client_token')

describe('sys/auth', () => {
  it('names auth methods without auth/', () => {
    const methods = dataOf('sys/auth')
    expect(Object.keys(methods)).toEqual(['token/', 'userpass/'])
    expect(methods['token/']).toMatchObject({ options: null, description: 'token based credentials' })
    expect(methods['userpass/']).toMatchObject({
      accessor: expect.stringMatching(/^auth_userpass_[0-9a-f]{8}$/) as unknown,
      config: { token_type: 'default-service' },
      options: {},
    })
    expect(dataOf('sys/auth/userpass')).toMatchObject({ type: 'userpass' })
    expect(node.ask('GET', 'sys/auth/none')).toMatchObject(refusal('No auth engine at none/'))
  })

  it.each([
    ['userpass', { type: 'userpass' }, 'path is already in use at userpass/'],
    ['userpass/deep', { type: 'userpass' }, 'path is already in use at userpass/'],
    ['x', { type: 'nosuch' }, 'plugin not found in the catalog: nosuch'],
    ['x', { type: 'token' }, 'token credential backend cannot be instantiated'],
    ['x', { type: 'userpass', config: { token_type: 'bogus' } }, "invalid value for 'token_type'"],
    ['x', { type: 'userpass', options: { version: '1' } }, 'auth method "userpass" does not allow setting a version'],
    ['userpass/tune', { token_type: 'toString' }, "invalid value for 'token_type'"],
    ['token/tune', { token_type: 'batch' }, "'token_type' cannot be set for 'token' or 'ns_token' auth mounts"],
  ])('refuses %s with %j', (path, body, error) => {
    expect(node.ask('POST', `sys/auth/${path}`, body)).toMatchObject(refusal(error))
  })

  it('needs sudo', () => {
    node.ask('PUT', 'sys/policy/ops', { policy: 'path "sys/auth/*" { capabilities = ["create", "update", "read"] }' })
    node.ask('PUT', 'sys/policy/sudo', {
      policy: 'path "sys/auth/*" { capabilities = ["create", "update", "read", "sudo"] }',
    })
    const enable = (policy: string): number =>
      node.ask('POST', `sys/auth/${policy}`, { type: 'userpass' }, makeToken(node, { policies: [policy] })).status
    expect(['ops', 'sudo'].map(enable)).toEqual([403, 204])
  })

  it('revokes the tokens of a method that is disabled, children too, and answers after the last', () => {
    node.ask('POST', 'sys/auth/other', { type: 'userpass' })
    for (const mount of ['userpass', 'other'])
      node.ask('POST', `auth/${mount}/users/ann`, { password: 'pw', token_policies: ['root-like'] })
    node.ask('PUT', 'sys/policy/root-like', {
      policy: 'path "*" { capabilities = ["create", "update", "read", "sudo"] }',
    })
    const mine = Array.from({ length: 40 }, () => logIn('auth/userpass/login/ann'))
    const child = textAt(node.ask('POST', 'auth/token/create', { ttl: '1h' }, mine[0]), 'auth.client_token')
    const other = logIn('auth/other/login/ann')
    expect(node.ask('DELETE', 'sys/auth/userpass').status).toBe(204)
    for (const token of [...mine, child]) {
      expect(node.ask('GET', 'auth/token/lookup-self', undefined, token).status).toBe(403)
    }
    expect(node.ask('GET', 'auth/token/lookup-self', undefined, other).status).toBe(200)
    expect(node.ask('DELETE', 'sys/auth/userpass').status).toBe(204)
    expect(node.ask('DELETE', 'sys/auth/token')).toMatchObject(refusal('token credential backend cannot be disabled'))
  })
})
