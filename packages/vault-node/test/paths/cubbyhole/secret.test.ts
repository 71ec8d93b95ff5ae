import { beforeEach, describe, expect, it } from 'vitest'
import { oneNode, type OneNode } from '../../one-node.ts'
import { makeToken } from '../answer-parts.ts'

let node: OneNode
let ann: string
let bob: string

beforeEach(() => {
  node = oneNode()
  ann = makeToken(node, { policies: ['default'], ttl: '1h' })
  bob = makeToken(node, { policies: ['default'], ttl: '1h' })
})

describe('the cubbyhole', () => {
  it('belongs to one token, and not even root sees into it', () => {
    expect(node.ask('PUT', 'cubbyhole/d/e', { one: 1 }, ann).status).toBe(204)
    expect(node.ask('GET', 'cubbyhole/d/e', undefined, ann).body).toMatchObject({ data: { one: 1 }, lease_duration: 0 })
    for (const other of [bob, node.rootToken]) {
      expect(node.ask('GET', 'cubbyhole/d/e', undefined, other)).toMatchObject({ status: 404, body: { errors: [] } })
      expect(node.ask('LIST', 'cubbyhole/', undefined, other).status).toBe(404)
    }
    expect(node.ask('LIST', 'cubbyhole', undefined, ann).body?.['data']).toEqual({ keys: ['d/'] })
    expect(node.ask('LIST', 'cubbyhole/d', undefined, ann).body?.['data']).toEqual({ keys: ['e'] })
  })

  it('goes with its token', () => {
    node.ask('PUT', 'cubbyhole/x', { one: 1 }, ann)
    const held = (): boolean => [...node.state.store.entries()].some(([key]) => key.startsWith('sys/cubbyhole/'))
    expect(held()).toBe(true)
    node.ask('POST', 'auth/token/revoke-self', {}, ann)
    expect(held()).toBe(false)
  })

  it('answers an empty write with an internal error, unlike kv', () => {
    expect(node.ask('PUT', 'cubbyhole/x', {}, ann)).toMatchObject({
      status: 500,
      body: { errors: ['1 error occurred:\n\t* missing data fields\n\n'] },
    })
  })

  it('is for service tokens only', () => {
    const batch = makeToken(node, { policies: ['default'], ttl: '1h', type: 'batch' })
    for (const method of ['GET', 'LIST', 'DELETE'] as const) {
      expect(node.ask(method, 'cubbyhole/x', undefined, batch)).toMatchObject({
        status: 400,
        body: { errors: ['cubbyhole operations are only supported by "service" type tokens'] },
      })
    }
    expect(node.ask('PUT', 'cubbyhole/x', { a: 1 }, batch).status).toBe(400)
  })
})
