import { isJsonObject, seconds, type JsonObject, type VaultReply } from '@fourtwelve/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { oneNode, type OneNode } from '../../one-node.ts'

const authOf = (reply: VaultReply): JsonObject => {
  const auth = reply.body?.['auth']
  if (!isJsonObject(auth)) throw new Error(`no auth in ${JSON.stringify(reply)}`)
  return auth
}
const tokenOf = (reply: VaultReply): string => {
  const token = authOf(reply)['client_token']
  return typeof token === 'string' ? token : ''
}

let node: OneNode
beforeEach(() => {
  node = oneNode()
})

const create = (body: JsonObject, token?: string): string => tokenOf(node.ask('POST', 'auth/token/create', body, token))
const lookUp = (token: string): VaultReply => node.ask('GET', 'auth/token/lookup-self', undefined, token)
const renew = (token: string, body: JsonObject = {}): VaultReply =>
  node.ask('POST', 'auth/token/renew-self', body, token)

describe('a renewal', () => {
  it('carries a token past its first end, and without an increment gives what the last one gave', () => {
    const token = create({ policies: ['default'], ttl: '10s' })
    node.pass(seconds(9))
    expect(authOf(renew(token, { increment: '20s' }))).toMatchObject({ lease_duration: 20, renewable: true })
    node.pass(seconds(19))
    expect(authOf(renew(token))).toMatchObject({ lease_duration: 20 })
    node.pass(seconds(19))
    expect(lookUp(token)).toMatchObject({ status: 200, body: { data: { ttl: 1, creation_ttl: 10 } } })
    node.pass(seconds(1))
    expect(lookUp(token).status).toBe(403)
  })

  it('shortens a token when it asks for less than is left', () => {
    const token = create({ policies: ['default'], ttl: '1h' })
    expect(authOf(renew(token, { increment: 5 }))).toMatchObject({ lease_duration: 5 })
    node.pass(seconds(5))
    expect(lookUp(token).status).toBe(403)
  })

  it('echoes the token as it was sent, whatever its form', () => {
    const token = create({ policies: ['default'], ttl: '1h' })
    expect(tokenOf(renew(token))).toBe(token)
    expect(authOf(node.ask('POST', 'auth/token/renew', { token }))['client_token']).toBe(token)
  })

  it('is one write', () => {
    const token = create({ policies: ['default'], ttl: '1h' })
    const before = node.state.log.head
    renew(token)
    expect(node.state.log.head).toBe(before + 1)
  })

  it('is refused to a token that spends its last use on it', () => {
    const token = create({ policies: ['default'], ttl: '1h', num_uses: 1 })
    expect(renew(token)).toMatchObject({ status: 400, body: { errors: ['token not found'] } })
    expect(lookUp(token).status).toBe(403)
  })

  it('is refused when the mount no longer lets the token live that long', () => {
    const token = create({ policies: ['default'], ttl: '1h' })
    expect(node.ask('POST', 'sys/auth/token/tune', { default_lease_ttl: '30s', max_lease_ttl: '1m' }).status).toBe(204)
    node.pass(seconds(61))
    expect(renew(token)).toMatchObject({
      status: 500,
      body: { errors: ['1 error occurred:\n\t* past the max TTL, cannot renew\n\n'] },
    })
  })

  it('of the first root token finds no lease', () => {
    expect(renew(node.rootToken)).toMatchObject({ status: 400, body: { errors: ['invalid lease ID'] } })
  })

  it('by accessor needs an accessor, and knows batch tokens by none', () => {
    expect(node.ask('POST', 'auth/token/renew-accessor', {})).toMatchObject({
      status: 400,
      body: { errors: ['1 error occurred:\n\t* missing accessor\n\n'] },
    })
  })
})

describe("a user's token", () => {
  const login = (): string => tokenOf(node.ask('POST', 'auth/userpass/login/ann', { password: 'pw' }, null))
  const setUser = (body: JsonObject): VaultReply =>
    node.ask('POST', 'auth/userpass/users/ann', { password: 'pw', ...body })

  beforeEach(() => {
    node.ask('POST', 'sys/auth/userpass', { type: 'userpass' })
    setUser({ token_policies: ['dev'], token_ttl: '1h', token_max_ttl: '2h' })
  })

  it("is renewed by what the user's parameters are now", () => {
    const token = login()
    setUser({ token_ttl: '10m', token_max_ttl: '30m' })
    expect(authOf(renew(token))).toMatchObject({ lease_duration: 600 })
    expect(authOf(renew(token, { increment: '5h' }))).toMatchObject({ lease_duration: 1800 })
  })

  it('is not renewed when the policies changed', () => {
    const token = login()
    setUser({ token_policies: ['ops'] })
    expect(renew(token)).toMatchObject({
      status: 500,
      body: { errors: ['1 error occurred:\n\t* failed to renew entry: policies have changed, not renewing\n\n'] },
    })
  })

  it('is not renewed when the user is gone, and nothing is said of it', () => {
    const token = login()
    node.ask('DELETE', 'auth/userpass/users/ann')
    expect(renew(token)).toMatchObject({ status: 204, body: null })
    node.pass(seconds(3600))
    expect(lookUp(token).status).toBe(403)
  })

  it("lives no longer than the user's maximum, and is told so", () => {
    setUser({ token_ttl: 0, token_max_ttl: '90m' })
    const reply = node.ask('POST', 'auth/userpass/login/ann', { password: 'pw' }, null)
    expect(authOf(reply)).toMatchObject({ lease_duration: 5400 })
    expect(reply.body?.['warnings']).toEqual([
      'TTL of "768h" exceeded the effective max_ttl of "1h30m"; TTL value is capped accordingly',
    ])
  })

  it('is never root', () => {
    setUser({ token_policies: ['root'] })
    expect(node.ask('POST', 'auth/userpass/login/ann', { password: 'pw' }, null)).toMatchObject({
      status: 400,
      body: { errors: ['auth methods cannot create root tokens'] },
    })
  })
})
