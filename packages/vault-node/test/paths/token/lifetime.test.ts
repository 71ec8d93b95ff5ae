import { isJsonObject, seconds, vaultRequest, type JsonObject, type VaultReply } from '@fourtwelve/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { oneNode, type OneNode } from '../../one-node.ts'

let node: OneNode
beforeEach(() => {
  node = oneNode()
})

const create = (body: JsonObject, token?: string): string => {
  const reply = node.ask('POST', 'auth/token/create', body, token)
  const auth = reply.body?.['auth']
  const made = isJsonObject(auth) ? auth['client_token'] : undefined
  if (typeof made !== 'string') throw new Error(`no token in ${JSON.stringify(reply)}`)
  return made
}
const statusOf = (token: string): number => node.ask('GET', 'auth/token/lookup-self', undefined, token).status

/** Keys that tokens leave in storage, besides the root token's. */
const remains = (): readonly string[] =>
  [...node.state.store.entries()].map(([key]) => key).filter((key) => /^sys\/(?:token|expire|cubbyhole)\//.test(key))

describe('a token whose time is over', () => {
  it('leaves nothing in storage, and takes its children with it', () => {
    const before = remains()
    node.ask('PUT', 'sys/policy/maker', { policy: 'path "auth/token/create" { capabilities = ["update"] }' })
    const parent = create({ policies: ['maker'], ttl: '10s' })
    const child = create({ ttl: '1h' }, parent)
    node.ask('PUT', 'cubbyhole/a/b', { v: 1 }, child)
    expect([statusOf(parent), statusOf(child)]).toEqual([200, 200])
    node.pass(seconds(10))
    expect([statusOf(parent), statusOf(child)]).toEqual([403, 403])
    expect(remains()).toEqual(before)
  })

  it('goes with all the others that end at the same time', () => {
    const before = remains()
    for (let at = 0; at < 200; at++) create({ policies: ['default'], ttl: '5s' })
    expect(remains().length).toBe(before.length + 800)
    node.pass(seconds(5))
    expect(remains()).toEqual(before)
  })

  it('lives on when it was renewed in time', () => {
    const token = create({ policies: ['default'], period: '10s' })
    for (let at = 0; at < 5; at++) {
      node.pass(seconds(9))
      expect(node.ask('POST', 'auth/token/renew-self', {}, token).status).toBe(200)
    }
    node.pass(seconds(10))
    expect(statusOf(token)).toBe(403)
  })
})

describe('a token with a use count', () => {
  it('is revoked after its last use', () => {
    const before = remains()
    const token = create({ policies: ['default'], num_uses: 2, ttl: '1h' })
    expect(statusOf(token)).toBe(200)
    expect(node.ask('GET', 'auth/token/lookup-self', undefined, token)).toMatchObject({
      body: { data: { num_uses: -1 } },
    })
    expect(statusOf(token)).toBe(403)
    expect(remains()).toEqual(before)
  })

  it('may not make a child, not even with its last use', () => {
    node.ask('PUT', 'sys/policy/maker', { policy: 'path "auth/token/create" { capabilities = ["update"] }' })
    const token = create({ policies: ['maker'], num_uses: 2, ttl: '1h' })
    expect(node.ask('POST', 'auth/token/create', {}, token)).toMatchObject({
      status: 400,
      body: { errors: ['restricted use token cannot generate child tokens'] },
    })
    expect(node.ask('POST', 'auth/token/create', {}, token)).toMatchObject({
      status: 400,
      body: { errors: ['parent token lookup failed: no parent found'] },
    })
  })

  it('may revoke itself with its last use', () => {
    const before = remains()
    const token = create({ policies: ['default'], num_uses: 1, ttl: '1h' })
    expect(node.ask('POST', 'auth/token/revoke-self', undefined, token).status).toBe(204)
    expect(remains()).toEqual(before)
  })
})

describe('a revocation', () => {
  it('of a tree too large for one slice is answered once, when all is gone', () => {
    const before = remains()
    node.ask('PUT', 'sys/policy/maker', { policy: 'path "auth/token/create" { capabilities = ["update"] }' })
    const root = create({ policies: ['maker'], ttl: '1h' })
    const children = Array.from({ length: 30 }, () => create({ ttl: '30m' }, root))
    for (const child of children) create({ ttl: '10m' }, child)
    expect(node.ask('POST', 'auth/token/revoke', { token: root })).toMatchObject({ status: 204, body: null })
    expect(remains()).toEqual(before)
  })

  it('by accessor tells an unknown accessor in a warning, and needs one', () => {
    expect(node.ask('POST', 'auth/token/revoke-accessor', { accessor: 'nope' })).toMatchObject({
      status: 200,
      body: { warnings: ['No token found with this accessor'], data: null, auth: null },
    })
    expect(node.ask('POST', 'auth/token/revoke-accessor', {})).toMatchObject({
      status: 400,
      body: { errors: ['1 error occurred:\n\t* missing accessor\n\n'] },
    })
  })

  it('of a token alone needs sudo, and names before it looks', () => {
    const policy = 'path "auth/token/revoke-orphan" { capabilities = ["update"] }'
    node.ask('PUT', 'sys/policy/plain', { policy })
    const plain = create({ policies: ['plain'], ttl: '1h' })
    const revoke = (body: JsonObject): VaultReply => node.ask('POST', 'auth/token/revoke-orphan', body, plain)
    expect(revoke({})).toMatchObject({ status: 400, body: { errors: ['missing token ID'] } })
    expect(revoke({ token: 'nope' })).toMatchObject({
      status: 400,
      body: { errors: ['root or sudo privileges required to revoke and orphan'] },
    })
    const batch = create({ policies: ['default'], type: 'batch', ttl: '1h' })
    expect(node.ask('POST', 'auth/token/revoke-orphan', { token: batch })).toMatchObject({
      status: 400,
      body: { errors: ['batch tokens cannot be revoked'] },
    })
  })
})

describe('the other paths', () => {
  it('know accessors only as a list', () => {
    expect(node.ask('GET', 'auth/token/accessors')).toMatchObject({
      status: 404,
      body: { errors: ['1 error occurred:\n\t* unsupported path\n\n'] },
    })
    expect(node.ask('LIST', 'auth/token/accessors/')).toMatchObject({ status: 200 })
  })

  it('look up a token that awaits revocation, when it is named', () => {
    const token = create({ policies: ['default'], ttl: '1h' })
    expect(node.ask('GET', 'auth/token/lookup', undefined).status).toBe(200)
    expect(node.ask('POST', 'auth/token/lookup', { token })).toMatchObject({
      status: 200,
      body: { data: { id: token } },
    })
    expect(
      node.send(vaultRequest('GET', 'auth/token/lookup', { token: node.rootToken, query: { token } })),
    ).toMatchObject({
      status: 200,
      body: { data: { id: token } },
    })
  })

  it('refuse what is no text where text is wanted', () => {
    for (const path of ['lookup', 'renew', 'revoke', 'revoke-orphan']) {
      expect(node.ask('POST', `auth/token/${path}`, { token: { a: 1 } })).toMatchObject({
        status: 400,
        body: {
          errors: [
            expect.stringContaining('Field validation failed: error converting input map[a:1] for field "token"'),
          ],
        },
      })
    }
  })
})
