import { describe, expect, it } from 'vitest'
import { oneNode } from '../../one-node.ts'
import { makeToken, objectAt } from '../answer-parts.ts'

describe('sys/internal/ui/mounts', () => {
  const node = oneNode()
  node.ask('POST', 'sys/mounts/deep/kv', { type: 'kv' })
  node.ask('POST', 'sys/auth/open', { type: 'userpass', config: { listing_visibility: 'unauth' } })

  const holder = (policy: string): string => {
    node.ask('PUT', 'sys/policy/p', { policy })
    return makeToken(node, { policies: ['p'], no_default_policy: true })
  }
  const statusOf = (path: string, policy: string): number =>
    node.ask('GET', `sys/internal/ui/mounts/${path}`, undefined, holder(policy)).status

  it('tells the mount over a path, with its version as text', () => {
    expect(node.ask('GET', 'sys/internal/ui/mounts/secret/app/db').body?.['data']).toMatchObject({
      path: 'secret/',
      type: 'kv',
      options: { version: '2' },
    })
    expect(node.ask('GET', 'sys/internal/ui/mounts/deep/kv').body?.['data']).toMatchObject({ path: 'deep/kv/' })
  })

  it.each([
    ['secret/x', 'path "secret/data/app" { capabilities = ["read"] }', 200],
    ['secret/x', 'path "secret/data/app/*" { capabilities = ["list"] }', 200],
    ['secret/x', 'path "secret/*" { capabilities = ["read"] }', 200],
    ['secret/x', 'path "sec*" { capabilities = ["read"] }', 200],
    ['secret/x', 'path "+/data/*" { capabilities = ["read"] }', 200],
    ['deep/kv/x', 'path "deep/+/x" { capabilities = ["read"] }', 200],
    ['deep/kv/x', 'path "deep/+/+/x" { capabilities = ["deny"] }', 403],
    ['secret/x', 'path "deep/+/x" { capabilities = ["read"] }', 403],
    ['secret/x', 'path "secret/data/app" { capabilities = ["deny"] }', 403],
    ['secret/x', 'path "other/*" { capabilities = ["read"] }', 403],
    ['none/x', 'path "*" { capabilities = ["read"] }', 403],
  ])('asks about %s with %s: %i', (path, policy, status) => {
    expect(statusOf(path, policy)).toBe(status)
  })

  it('gives one answer for "not there" and "not for you", and needs a token', () => {
    const text = (path: string): string =>
      `preflight capability check returned 403, please ensure client's policies grant access to path "${path}"`
    const token = holder('path "other/*" { capabilities = ["read"] }')
    for (const path of ['secret/', 'none/']) {
      expect(node.ask('GET', `sys/internal/ui/mounts/${path}`, undefined, token).body).toEqual({ errors: [text(path)] })
    }
    expect(node.ask('GET', 'sys/internal/ui/mounts/secret', undefined, null)).toMatchObject({
      status: 403,
      body: { errors: ['permission denied'] },
    })
  })

  it('lists to strangers what is meant for them, and to others what they can see', () => {
    expect(node.ask('GET', 'sys/internal/ui/mounts', undefined, null).body?.['data']).toEqual({
      auth: { 'open/': { description: '', options: {}, type: 'userpass' } },
      secret: {},
    })
    const token = holder('path "secret/*" { capabilities = ["read"] }')
    const reply = node.ask('GET', 'sys/internal/ui/mounts', undefined, token)
    expect(Object.keys(objectAt(reply, 'data.secret'))).toEqual(['secret/'])
    expect(Object.keys(objectAt(reply, 'data.auth'))).toEqual(['open/'])
    expect(node.ask('GET', 'sys/internal/ui/mounts', undefined, 'nobody').status).toBe(403)
  })
})
