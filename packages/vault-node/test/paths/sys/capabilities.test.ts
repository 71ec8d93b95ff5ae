import { describe, expect, it } from 'vitest'
import { oneNode } from '../../one-node.ts'
import { textAt } from '../answer-parts.ts'

describe('sys/capabilities', () => {
  const node = oneNode()
  node.ask('PUT', 'sys/policy/p', {
    policy: 'path "kv/*" { capabilities = ["update", "read"] }\npath "kv/no" { capabilities = ["deny"] }',
  })
  const made = node.ask('POST', 'auth/token/create', { policies: ['p'] })
  const token = textAt(made, 'auth.client_token')
  const accessor = textAt(made, 'auth.accessor')
  const held = { 'kv/a': ['read', 'update'], 'kv/no': ['deny'], other: ['deny'] }

  it('tells sorted capabilities of several paths, at the top of the answer too', () => {
    const reply = node.ask('POST', 'sys/capabilities-self', { paths: ['kv/a', 'kv/no', 'other'] }, token)
    expect(reply.body?.['data']).toEqual(held)
    expect(reply.body).toMatchObject(held)
  })

  it.each([
    ['sys/capabilities-self', {}],
    ['sys/capabilities', { token }],
    ['sys/capabilities-accessor', { accessor }],
  ])('%s speaks of one path twice', (path, whose) => {
    const asking = path === 'sys/capabilities-self' ? token : node.rootToken
    for (const field of [{ path: 'kv/a' }, { paths: 'kv/a' }, { paths: ['kv/a'] }]) {
      expect(node.ask('POST', path, { ...whose, ...field }, asking).body?.['data']).toEqual({
        'kv/a': ['read', 'update'],
        capabilities: ['read', 'update'],
      })
    }
    expect(node.ask('POST', path, { ...whose, paths: 'kv/a,other' }, asking).body?.['data']).toEqual({
      'kv/a': held['kv/a'],
      other: held.other,
    })
  })

  it('gives root everything', () => {
    expect(node.ask('POST', 'sys/capabilities-self', { path: 'x' }).body?.['data']).toMatchObject({ x: ['root'] })
  })

  it.each([
    ['sys/capabilities-self', {}, 'paths must be supplied'],
    ['sys/capabilities', { path: 'x', token: 'nobody' }, '1 error occurred:\n\t* invalid token\n\n'],
    ['sys/capabilities', { path: 'x' }, '1 error occurred:\n\t* missing token\n\n'],
    ['sys/capabilities-accessor', { path: 'x', accessor: 'nobody' }, '1 error occurred:\n\t* invalid accessor\n\n'],
    ['sys/capabilities-accessor', { path: 'x' }, 'missing accessor'],
  ])('%s refuses %j', (path, body, error) => {
    expect(node.ask('POST', path, body)).toMatchObject({ status: 400, body: { errors: [error] } })
  })
})
