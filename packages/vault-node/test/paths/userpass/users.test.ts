import type { JsonObject } from '@fourtwelve/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { oneNode, type OneNode } from '../../one-node.ts'

let node: OneNode
beforeEach(() => {
  node = oneNode()
  node.ask('POST', 'sys/auth/userpass', { type: 'userpass' })
})

const refusal = (status: number, error: string): object => ({ status, body: { errors: [error] } })
const read = (name: string): JsonObject => node.ask('GET', `auth/userpass/users/${name}`).body?.['data'] as JsonObject
const write = (name: string, body: JsonObject): unknown => node.ask('POST', `auth/userpass/users/${name}`, body)

describe('userpass users', () => {
  it('are stored in one write, in lower case, and show their token parameters', () => {
    const before = node.state.log.head
    expect(write('Ann.B-c', { password: 'pw', token_policies: 'a, b', token_ttl: '1h' })).toMatchObject({ status: 204 })
    expect(node.state.log.head - before).toBe(1)
    expect(read('ann.b-c')).toEqual({
      token_bound_cidrs: [],
      token_explicit_max_ttl: 0,
      token_max_ttl: 0,
      token_no_default_policy: false,
      token_num_uses: 0,
      token_period: 0,
      token_policies: ['a', 'b'],
      token_ttl: 3600,
      token_type: 'default',
    })
    expect(node.ask('LIST', 'auth/userpass/users').body?.['data']).toEqual({ keys: ['ann.b-c'] })
    expect(node.ask('GET', 'auth/userpass/users/bob')).toMatchObject({ status: 404, body: { errors: [] } })
  })

  it('keep what an update does not give', () => {
    write('ann', { password: 'pw', token_ttl: 60, token_policies: ['dev'] })
    write('ann', { token_ttl: 0, token_num_uses: 3 })
    expect(read('ann')).toMatchObject({ token_ttl: 0, token_num_uses: 3, token_policies: ['dev'] })
    expect(node.ask('POST', 'auth/userpass/login/ann', { password: 'pw' }, null).status).toBe(200)
  })

  it('leave no password in storage', () => {
    write('ann', { password: 'correct horse' })
    expect(JSON.stringify([...node.state.store.entries()])).not.toContain('correct horse')
  })

  it('show older names of parameters again, under both names', () => {
    write('ann', { password: 'pw', policies: 'Dev,ops', ttl: '2m', max_ttl: 300 })
    const older = { policies: ['dev', 'ops'], ttl: 120, max_ttl: 300 }
    expect(read('ann')).toMatchObject({ ...older, token_policies: ['dev', 'ops'], token_ttl: 120, token_max_ttl: 300 })
    write('ann', { token_ttl: 60, token_policies: ['new'] })
    expect(read('ann')).toMatchObject({ token_ttl: 60, token_policies: ['new'], max_ttl: 300 })
    expect(Object.keys(read('ann'))).not.toContain('ttl')
    expect(Object.keys(read('ann'))).not.toContain('policies')
  })

  it.each([
    [{ token_policies: ['dev'] }, 'missing password'],
    [{ password: '' }, 'missing password'],
    [{ password: 'pw', token_type: 'bogus' }, `invalid 'token_type' value "bogus"`],
    [{ password: 'pw', token_type: 'constructor' }, `invalid 'token_type' value "constructor"`],
    [
      { password: 'pw', token_type: 'batch', token_period: '1h' },
      "'token_type' cannot be 'batch' or 'default_batch' when set to generate periodic tokens",
    ],
    [
      { password: 'pw', token_type: 'batch', token_num_uses: 1 },
      "'token_type' cannot be 'batch' or 'default_batch' when set to generate tokens with limited use count",
    ],
    [{ password: 'pw', token_ttl: '2h', token_max_ttl: '1h' }, "'token_ttl' cannot be greater than 'token_max_ttl'"],
    [{ password: 'pw', token_num_uses: -1 }, "'token_num_uses' cannot be negative"],
  ])('are refused with %j', (body, error) => {
    expect(write('ann', body)).toMatchObject(refusal(400, error))
  })

  it.each([
    ['default-service', 'service'],
    ['default-batch', 'batch'],
  ])('take %s for %s, and warn', (given, stored) => {
    expect(write('ann', { password: 'pw', token_type: given })).toMatchObject({
      status: 200,
      body: { warnings: [`${given} has no useful meaning; adjusting to ${stored}`] },
    })
    expect(read('ann')['token_type']).toBe(stored)
  })

  it('get another password or other policies on paths of their own', () => {
    write('ann', { password: 'pw' })
    expect(node.ask('POST', 'auth/userpass/users/ann/password', { password: 'new' }).status).toBe(204)
    expect(node.ask('POST', 'auth/userpass/login/ann', { password: 'pw' }, null).status).toBe(400)
    expect(node.ask('POST', 'auth/userpass/login/ann', { password: 'new' }, null).status).toBe(200)
    expect(node.ask('POST', 'auth/userpass/users/ann/policies', { token_policies: 'Ops' }).status).toBe(204)
    expect(read('ann')).toMatchObject({ token_policies: ['ops'] })
    expect(node.ask('POST', 'auth/userpass/users/ann/password', {})).toMatchObject(refusal(400, 'missing password'))
    const unknown = refusal(500, '1 error occurred:\n\t* username does not exist\n\n')
    expect(node.ask('POST', 'auth/userpass/users/bob/password', { password: 'x' })).toMatchObject(unknown)
    expect(node.ask('POST', 'auth/userpass/users/bob/policies', { token_policies: 'x' })).toMatchObject(unknown)
  })

  it('go, and names that are none are no paths', () => {
    write('ann', { password: 'pw' })
    expect(node.ask('DELETE', 'auth/userpass/users/ann').status).toBe(204)
    expect(node.ask('DELETE', 'auth/userpass/users/ann').status).toBe(204)
    expect(node.ask('GET', 'auth/userpass/users/ann').status).toBe(404)
    const unsupported = refusal(404, '1 error occurred:\n\t* unsupported path\n\n')
    for (const name of ['a@b', '.a', 'a-'])
      expect(node.ask('GET', `auth/userpass/users/${name}`)).toMatchObject(unsupported)
  })
})
