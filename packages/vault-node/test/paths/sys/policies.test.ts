import { base64, utf8 } from '@fourtwelve/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { oneNode, type OneNode } from '../../one-node.ts'
import { makeToken } from '../answer-parts.ts'

let node: OneNode
beforeEach(() => {
  node = oneNode()
})

const TEXT = 'path "secret/data/app/*" { capabilities = ["read"] }'
const refusal = (error: string): object => ({ status: 400, body: { errors: [error] } })

describe('sys/policies/acl', () => {
  it('stores a text and gives it back, in one write', () => {
    const before = node.state.log.head
    expect(node.ask('PUT', 'sys/policies/acl/reader', { policy: TEXT }).status).toBe(204)
    expect(node.state.log.head - before).toBe(1)
    expect(node.ask('GET', 'sys/policies/acl/reader').body?.['data']).toEqual({ name: 'reader', policy: TEXT })
    expect(node.ask('GET', 'sys/policies/acl/READER').status).toBe(200)
    expect(node.ask('GET', 'sys/policies/acl/none')).toMatchObject({ status: 404, body: { errors: [] } })
  })

  it('takes base64 and JSON', () => {
    const json = '{"path":{"kv/*":{"capabilities":["list"]}}}'
    node.ask('PUT', 'sys/policies/acl/b', { policy: base64(utf8(TEXT)) })
    node.ask('PUT', 'sys/policies/acl/j', { policy: json })
    expect(node.ask('GET', 'sys/policies/acl/b').body?.['data']).toMatchObject({ policy: TEXT })
    expect(node.ask('GET', 'sys/policies/acl/j').body?.['data']).toMatchObject({ policy: json })
  })

  it('lists names, root last, and none that no token can have', () => {
    node.ask('PUT', 'sys/policies/acl/zz', { policy: TEXT })
    expect(node.ask('LIST', 'sys/policies/acl').body?.['data']).toEqual({ keys: ['default', 'zz', 'root'] })
    expect(node.ask('GET', 'sys/policies/acl')).toMatchObject({
      status: 405,
      body: { errors: ['1 error occurred:\n\t* unsupported operation\n\n'] },
    })
  })

  it('stores names in lower case, and says so', () => {
    expect(node.ask('PUT', 'sys/policies/acl/Reader', { policy: TEXT })).toMatchObject({
      status: 200,
      body: { warnings: ['policy name was converted to reader'] },
    })
  })

  it('refuses what does not parse, and what nobody may write', () => {
    expect(node.ask('PUT', 'sys/policies/acl/x', {})).toMatchObject(refusal("'policy' parameter not supplied or empty"))
    expect(
      node.ask('PUT', 'sys/policies/acl/x', { policy: 'path "secret/*" { capabilities = ["bogus"] }' }),
    ).toMatchObject(refusal('failed to parse policy: path "secret/*": invalid capability "bogus"'))
    expect(node.ask('PUT', 'sys/policies/acl/root', { policy: TEXT })).toMatchObject(
      refusal('cannot update "root" policy'),
    )
    expect(node.ask('DELETE', 'sys/policies/acl/root')).toMatchObject(refusal('cannot delete "root" policy'))
    expect(node.ask('DELETE', 'sys/policies/acl/default')).toMatchObject(refusal('cannot delete default policy'))
  })

  it('deletes, and answers the same when there was nothing', () => {
    node.ask('PUT', 'sys/policies/acl/reader', { policy: TEXT })
    expect(node.ask('DELETE', 'sys/policies/acl/reader').status).toBe(204)
    expect(node.ask('DELETE', 'sys/policies/acl/reader').status).toBe(204)
    expect(node.ask('GET', 'sys/policies/acl/reader').status).toBe(404)
  })

  it('counts from the write on', () => {
    node.ask('PUT', 'sys/policies/acl/p', { policy: 'path "secret/data/a" { capabilities = ["read"] }' })
    node.ask('POST', 'secret/data/a', { data: { x: 1 } })
    const token = makeToken(node, { policies: ['p'] })
    expect(node.ask('GET', 'secret/data/a', undefined, token).status).toBe(200)
    node.ask('PUT', 'sys/policies/acl/p', { policy: 'path "secret/data/a" { capabilities = ["deny"] }' })
    expect(node.ask('GET', 'secret/data/a', undefined, token).status).toBe(403)
  })
})

describe('sys/policy, the older path', () => {
  it('speaks of rules, and injects its answers', () => {
    expect(node.ask('PUT', 'sys/policy/reader', { rules: TEXT })).toMatchObject({
      status: 200,
      body: { warnings: ["'rules' is deprecated, please use 'policy' instead"] },
    })
    expect(node.ask('GET', 'sys/policy/reader').body).toMatchObject({
      name: 'reader',
      rules: TEXT,
      data: { name: 'reader', rules: TEXT },
    })
    expect(node.ask('GET', 'sys/policy/root').body?.['data']).toEqual({ name: 'root', rules: '' })
  })

  it('lists on GET and LIST, under both names', () => {
    const names = ['default', 'root']
    for (const method of ['GET', 'LIST'] as const) {
      expect(node.ask(method, 'sys/policy').body).toMatchObject({ keys: names, policies: names, data: { keys: names } })
    }
  })
})
