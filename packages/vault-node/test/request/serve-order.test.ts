/** The order of what a node does with a request (vault-consistency 0, vault-http-api 1.7 and 6), and the texts at each step. */

import { vaultRequest, type Method } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import { dataIn, errorsIn, givenUser, login, NodeGroup, post, tokenIn, withConfig } from '../node-pair.ts'

const NO_TOKEN = ['permission denied']
const UNKNOWN = ['2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n']
const REFUSED = ['1 error occurred:\n\t* permission denied\n\n']
const TRAILING = ["cannot write to a path ending in '/'"]
const NODE_LOCAL = ['sys/health', 'sys/leader', 'sys/seal-status', 'sys/init'] as const

const plain = (group: NodeGroup): string =>
  tokenIn(group.ask(0, 'POST', 'auth/token/create', { json: { policies: ['default'] } }))

describe.each([0, 1])('on node %i', (ordinal) => {
  const here = (): NodeGroup => new NodeGroup()

  test('a request without a token is denied, before its path is looked at', () => {
    const group = here()
    for (const token of [null, '']) {
      for (const path of ['secret/data/a', 'no/such/mount', 'auth/token/nosuch']) {
        const answer = group.ask(ordinal, 'GET', path, { token })
        expect([answer.reply.status, errorsIn(answer)]).toEqual([403, NO_TOKEN])
      }
    }
  })

  test('a token that nobody knows is told two errors', () => {
    const answer = here().ask(ordinal, 'GET', 'no/such/mount', { token: 'nobody' })
    expect([answer.reply.status, errorsIn(answer)]).toEqual([403, UNKNOWN])
  })

  test('policies come before the route: who may not, never learns whether it is there', () => {
    const group = here()
    const token = plain(group)
    group.catchUp()
    for (const [method, path] of [
      ['GET', 'no/such/mount'],
      ['GET', 'auth/token/nosuch'],
      ['DELETE', 'auth/token/lookup'],
      ['PATCH', 'sys/mounts'],
    ] as const) {
      const answer = group.ask(ordinal, method, path, { token })
      expect([answer.reply.status, errorsIn(answer)]).toEqual([403, REFUSED])
    }
  })

  test('root is told that nothing is mounted there', () => {
    const answer = here().ask(ordinal, 'GET', 'no/such/mount')
    expect([answer.reply.status, errorsIn(answer)]).toEqual([
      404,
      ['no handler for route "no/such/mount". route entry not found.'],
    ])
  })

  test('a path that the mount does not know', () => {
    for (const path of ['auth/token/nosuch', 'sys/nosuch', 'identity/entity']) {
      const answer = here().ask(ordinal, 'GET', path)
      expect([answer.reply.status, errorsIn(answer)]).toEqual([404, ['1 error occurred:\n\t* unsupported path\n\n']])
    }
  })

  test.each(['DELETE', 'PATCH', 'HEAD', 'OPTIONS'] as const)('a method that the path does not know: %s', (method) => {
    const answer = here().ask(ordinal, method, 'auth/token/lookup-self')
    expect([answer.reply.status, errorsIn(answer)]).toEqual([405, ['1 error occurred:\n\t* unsupported operation\n\n']])
  })

  test.each(['POST', 'PUT', 'PATCH'] as const)(
    '%s to a path with a slash at its end is refused before the token',
    (method) => {
      const answer = here().ask(ordinal, method, 'secret/data/a/', { token: 'nobody', json: {} })
      expect([answer.reply.status, errorsIn(answer)]).toEqual([400, TRAILING])
    },
  )

  test('reading, listing and deleting may have a slash at the end', () => {
    const group = here()
    group.ask(0, 'POST', 'secret/data/a/b', { json: { data: {} } })
    group.catchUp()
    for (const path of ['secret/metadata', 'secret/metadata/', 'secret/metadata/a', 'secret/metadata/a/']) {
      expect(group.ask(ordinal, 'LIST', path).reply.status).toBe(200)
      expect(group.ask(ordinal, 'GET', path, { query: { list: 'true' } }).reply.status).toBe(200)
    }
  })

  test('a body that is no JSON object is refused before the token', () => {
    const answer = here().ask(ordinal, 'POST', 'secret/data/a', { token: 'nobody', body: { kind: 'bad' } })
    expect([answer.reply.status, errorsIn(answer)]).toEqual([400, ['error parsing JSON']])
  })

  test('a list parameter that is no boolean is a 400 without a text', () => {
    const answer = here().ask(ordinal, 'GET', 'secret/metadata', { query: { list: 'banana' } })
    expect([answer.reply.status, errorsIn(answer)]).toEqual([400, []])
  })

  test.each(NODE_LOCAL)('%s is answered by this very node, whatever else the request holds', (path) => {
    const group = here()
    const worst = { token: 'nobody', index: ['garbage'], forward: 'active-node', inconsistent: 'forward-active-node' }
    const answer = group.send(ordinal, vaultRequest('GET', path, worst))
    expect(answer.reply.status).toBe(path === 'sys/health' && ordinal === 1 ? 473 : 200)
    expect(answer.reply.index).toBeNull()
    expect(answer.served).toMatchObject({ by: `n${ordinal}`, forwarded: null, wrote: 0 })
  })

  test.each(NODE_LOCAL)('%s goes by the method: `list` is no parameter of it', (path) => {
    const group = here()
    const bare = group.send(ordinal, vaultRequest('GET', path)).reply.status
    for (const list of ['true', 'banana']) {
      expect(group.send(ordinal, vaultRequest('GET', path, { query: { list } })).reply.status).toBe(bare)
    }
    expect(group.send(ordinal, vaultRequest('HEAD', path)).reply.status).toBe(bare)
    for (const method of ['LIST', 'DELETE', 'PATCH', 'OPTIONS'] as Method[]) {
      expect(group.send(ordinal, vaultRequest(method, path)).reply.status).toBe(405)
    }
  })

  test('a path that only begins like a node-local one is an ordinary path', () => {
    expect(here().ask(ordinal, 'GET', 'sys/health/more', { token: null }).reply.status).toBe(403)
    expect(here().ask(ordinal, 'GET', 'sys/healthy', { token: null }).reply.status).toBe(403)
  })
})

test('a node answers about itself while it waits in vain for a majority', () => {
  const group = new NodeGroup()
  group.cut(0, 1)
  const write = group.begin(0, group.request('POST', 'secret/data/a', { json: { data: {} } }))
  const read = group.begin(0, group.request('GET', 'secret/data/a'))
  group.settle()
  expect([group.answerOf(write), group.answerOf(read)]).toEqual([null, null])
  for (const path of NODE_LOCAL) expect(group.send(0, vaultRequest('GET', path)).reply.status).toBe(200)
})

describe('an entity that has not arrived', () => {
  const given = givenUser({ token_policies: ['default'], token_type: 'batch' })

  test('makes a standby forward whatever its token asks, without any configuration', () => {
    const group = new NodeGroup({ given })
    const token = tokenIn(group.send(0, login()))
    for (const path of ['auth/token/lookup-self', 'secret/data/a', 'no/such/path']) {
      group.begin(1, group.request('GET', path, { token }))
      expect(group.underWay(1, 0)).toMatchObject([{ kind: 'forward', request: { path } }])
      group.deliver(1, 0)
    }
    const id = group.begin(1, group.request('GET', 'auth/token/lookup-self', { token }))
    group.catchUp()
    expect(group.answerOf(id)?.served).toMatchObject({ by: 'n0', forwarded: 'unknown-entity' })
    expect(group.ask(1, 'GET', 'auth/token/lookup-self', { token }).served.forwarded).toBeNull()
  })

  test('is asked about after the token and before the policies', () => {
    const group = new NodeGroup({ given })
    const token = tokenIn(group.send(0, login()))
    const answer = group.ask(1, 'GET', 'no/such/path', { token: `${token}x` })
    expect([answer.reply.status, answer.served.forwarded]).toEqual([403, null])
  })
})

describe('policies are those of the node that is asked', () => {
  const policy = (capability: string): string => `path "secret/data/*" { capabilities = ["${capability}"] }`

  test('a standby goes by the old policy until the new one is applied', () => {
    const group = new NodeGroup({ given: [post('sys/policies/acl/p', { policy: policy('read') })] })
    const token = tokenIn(group.ask(0, 'POST', 'auth/token/create', { json: { policies: ['p'] } }))
    group.catchUp()
    const status = (): number => group.ask(1, 'GET', 'secret/data/a', { token }).reply.status
    expect(status()).toBe(404)
    group.ask(0, 'POST', 'sys/policies/acl/p', { json: { policy: policy('deny') } })
    expect(status()).toBe(404)
    group.catchUp()
    expect(status()).toBe(403)
  })

  test('create or update is judged on what is here', () => {
    const group = new NodeGroup({ given: [post('sys/policies/acl/p', { policy: policy('create') })] })
    const token = tokenIn(group.ask(0, 'POST', 'auth/token/create', { json: { policies: ['p'] } }))
    group.catchUp()
    group.ask(0, 'POST', 'secret/data/a', { json: { data: {} } })
    const write = group.request('POST', 'secret/data/a', { token, json: { data: {} } })
    expect(group.send(0, write).reply.status).toBe(403)
    // The standby has no secret there: it lets the create pass, and the active node judges again.
    const answer = group.send(1, write)
    expect(answer.reply.status).toBe(403)
    expect(answer.served).toMatchObject({ by: 'n0', forwarded: 'write' })
    group.catchUp()
    expect(group.send(1, write).served).toMatchObject({ by: 'n1', forwarded: null })
  })

  test('one policy with a comma in its name is not the two that its parts name', () => {
    const rich = { policy: 'path "secret/*" { capabilities = ["read"] }' }
    const group = new NodeGroup({ given: [post('sys/policies/acl/rich', rich)] })
    const create = (policies: readonly string[]): string =>
      tokenIn(group.ask(0, 'POST', 'auth/token/create', { json: { policies, no_default_policy: true } }))
    const two = create(['none', 'rich'])
    const one = create(['none,rich'])
    expect(group.ask(0, 'GET', 'secret/data/a', { token: two }).reply.status).toBe(404)
    expect(group.ask(0, 'GET', 'secret/data/a', { token: one }).reply.status).toBe(403)
  })
})

describe('a plain standby', () => {
  const community = (): NodeGroup => new NodeGroup({ config: withConfig({ edition: 'community' }) })

  test('forwards everything but what is about itself', () => {
    const group = community()
    group.ask(0, 'POST', 'secret/data/a', { json: { data: { n: 1 } } })
    const answer = group.ask(1, 'GET', 'secret/data/a')
    expect(answer.served).toMatchObject({ node: 'n1', by: 'n0', forwarded: 'plain-standby' })
    expect(dataIn(answer)).toMatchObject({ data: { n: 1 } })
    expect(group.send(1, vaultRequest('GET', 'sys/health')).reply.status).toBe(429)
  })

  test('waits for no state of its own, which nobody reads', () => {
    const group = community()
    const answer = group.ask(1, 'POST', 'secret/data/a', { json: { data: {} } })
    expect(answer.reply).toMatchObject({ status: 200, index: null })
    expect(answer.served.waitTimedOut).toBe(false)
  })

  test('gives tokens that carry no index, good everywhere at once', () => {
    const group = community()
    const token = tokenIn(group.ask(1, 'POST', 'auth/token/create', { json: { policies: ['default'] } }))
    expect(token).toHaveLength(95)
    expect(group.ask(1, 'GET', 'auth/token/lookup-self', { token }).reply.status).toBe(200)
  })
})
