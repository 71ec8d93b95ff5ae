/** X-Vault-Index on answers (vault-consistency 3.2): on every success that wrote, and nowhere else. */

import { decodeIndexState, isIndexDefect, type JsonObject, type Method } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import { errorsIn, givenUser, login, NodeGroup, tokenIn, withConfig } from '../node-pair.ts'

const LOCAL_INDEX = (value: string | null): unknown => {
  const state = decodeIndexState(value ?? '')
  return isIndexDefect(state) ? state : state.localIndex
}

describe('on the active node', () => {
  test.each([
    ['POST', 'secret/data/a', { data: {} }],
    ['POST', 'sys/policies/acl/p', { policy: 'path "x" { capabilities = ["read"] }' }],
    ['POST', 'auth/token/create', {}],
    ['POST', 'sys/mounts/kv', { type: 'kv' }],
    ['POST', 'cubbyhole/a', { n: 1 }],
    ['DELETE', 'secret/metadata/a', {}],
  ] as readonly (readonly [Method, string, JsonObject])[])('%s %s names its last write', (method, path, json) => {
    const group = new NodeGroup({ given: [] })
    group.ask(0, 'POST', 'secret/data/a', { json: { data: {} } })
    const { reply, served } = group.ask(0, method, path, { json })
    expect(reply.status).toBeLessThan(300)
    expect(LOCAL_INDEX(reply.index)).toBe(group.active.log.head)
    expect(served.wrote).toBe(group.active.log.head)
  })

  test('a renewal and a login name theirs', () => {
    const group = new NodeGroup({ given: givenUser() })
    const loggedIn = group.send(0, login())
    expect(LOCAL_INDEX(loggedIn.reply.index)).toBe(group.active.log.head)
    const renewed = group.ask(0, 'POST', 'auth/token/renew-self', { token: tokenIn(loggedIn), json: {} })
    expect(LOCAL_INDEX(renewed.reply.index)).toBe(group.active.log.head)
  })

  test('reads, errors and answers of the node itself have none', () => {
    const group = new NodeGroup()
    for (const [method, path, json] of [
      ['GET', 'auth/token/lookup-self', undefined],
      ['GET', 'secret/data/none', undefined],
      ['POST', 'auth/token/lookup', {}],
      ['POST', 'auth/token/create', { type: 'nonsense' }],
      ['POST', 'sys/mounts/secret', { type: 'kv' }],
      ['GET', 'sys/health', undefined],
    ] as readonly (readonly [Method, string, JsonObject | undefined])[]) {
      const { reply } = group.ask(0, method, path, json === undefined ? {} : { json })
      expect([path, reply.index]).toEqual([path, null])
    }
  })

  test('a batch token writes nothing, so it names no index', () => {
    const group = new NodeGroup()
    const { reply } = group.ask(0, 'POST', 'auth/token/create', { json: { type: 'batch', policies: ['default'] } })
    expect([reply.status, reply.index]).toEqual([200, null])
  })

  test.each(['revoke', 'revoke-orphan', 'revoke-accessor', 'revoke-self'])('%s has one only by the switch', (path) => {
    for (const index_on_revoke of ['off', 'on'] as const) {
      const group = new NodeGroup({ config: withConfig({ index_on_revoke }) })
      const made = group.ask(0, 'POST', 'auth/token/create', { json: {} })
      const auth = made.reply.body?.['auth'] as JsonObject
      const token = tokenIn(made)
      const json: JsonObject = path === 'revoke-accessor' ? { accessor: auth['accessor'] ?? '' } : { token }
      const request = path === 'revoke-self' ? { json: {}, token } : { json }
      const { reply, served } = group.ask(0, 'POST', `auth/token/${path}`, request)
      expect(reply.status).toBe(204)
      expect(served.wrote).toBe(group.active.log.head)
      expect(reply.index === null).toBe(index_on_revoke === 'off')
      if (reply.index !== null) expect(LOCAL_INDEX(reply.index)).toBe(group.active.log.head)
    }
  })

  test('community gives none', () => {
    const group = new NodeGroup({ config: withConfig({ edition: 'community' }) })
    for (const ordinal of [0, 1]) {
      const { reply } = group.ask(ordinal, 'POST', 'secret/data/a', { json: { data: {} } })
      expect([reply.status, reply.index]).toEqual([200, null])
    }
  })
})

describe('on a standby', () => {
  const wrote = (group: NodeGroup, begin: () => number): { readonly index: unknown; readonly head: number } => {
    const id = begin()
    group.settle()
    const { head } = group.active.log
    group.catchUp()
    return { index: LOCAL_INDEX(group.answerOf(id)?.reply.index ?? null), head }
  }

  test('a forwarded write carries what the active node said', () => {
    const group = new NodeGroup()
    const { index, head } = wrote(group, () =>
      group.begin(1, group.request('POST', 'secret/data/a', { json: { data: {} } })),
    )
    expect(index).toBe(head)
  })

  test('a token minted by call carries the index of its last write, in itself and on the answer', () => {
    const group = new NodeGroup()
    const { index, head } = wrote(group, () => group.begin(1, group.request('POST', 'auth/token/create', { json: {} })))
    expect(index).toBe(head)
  })

  test('a login carries that of its token; the first of a user that of its entity, also for a batch token', () => {
    const service = new NodeGroup({ given: givenUser() })
    const first = wrote(service, () => service.begin(1, login()))
    expect(first.index).toBe(first.head)
    const batch = new NodeGroup({ given: givenUser({ token_type: 'batch' }) })
    const entity = wrote(batch, () => batch.begin(1, login()))
    expect(entity.index).toBe(entity.head)
    // Its entity is here now: the second is sealed on the standby and writes nothing.
    expect(batch.send(1, login()).reply.index).toBeNull()
  })

  test('a refused login that locks its user writes, and is an error all the same', () => {
    const group = new NodeGroup({ given: givenUser() })
    for (let failures = 0; failures < 4; failures++) expect(group.send(1, login('wrong')).reply.status).toBe(400)
    const before = group.active.log.head
    const id = group.begin(1, login('wrong'))
    group.catchUp()
    const answer = group.answerOf(id)
    expect(group.active.log.head).toBe(before + 1)
    expect([answer?.reply.status, answer?.reply.index]).toEqual([400, null])
    expect(answer === null ? null : errorsIn(answer)).toEqual(['invalid username or password'])
  })
})
