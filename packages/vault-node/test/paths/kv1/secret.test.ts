import type { JsonObject } from '@fourtwelve/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { oneNode, type OneNode } from '../../one-node.ts'
import { makeToken, writesOf } from '../answer-parts.ts'

let node: OneNode
beforeEach(() => {
  node = oneNode()
  node.ask('POST', 'sys/mounts/kv', { type: 'kv', options: { version: '1' } })
})

describe('kv version 1', () => {
  it('stores a body as it came, a field called path too, in one write', () => {
    expect(writesOf(node, () => node.ask('PUT', 'kv/a/b', { path: 'mine', n: 1 }))).toBe(1)
    expect(node.ask('GET', 'kv/a/b').body).toMatchObject({ data: { path: 'mine', n: 1 }, lease_duration: 2_764_800 })
  })

  it.each<[JsonObject, number]>([
    [{ ttl: '30m' }, 1800],
    [{ ttl: 60 }, 60],
    [{ lease: '1h' }, 3600],
    [{ ttl: '2m', lease: '1h' }, 120],
    [{ ttl: 'soon' }, 2_764_800],
    [{ x: 1 }, 2_764_800],
  ])('tells clients to come back for %j after %i seconds', (body, seconds) => {
    node.ask('PUT', 'kv/a', body)
    expect(node.ask('GET', 'kv/a').body?.['lease_duration']).toBe(seconds)
  })

  it("takes the mount's own lease where it has one", () => {
    node.ask('POST', 'sys/mounts/kv/tune', { default_lease_ttl: '5m' })
    node.ask('PUT', 'kv/a', { x: 1 })
    expect(node.ask('GET', 'kv/a').body?.['lease_duration']).toBe(300)
  })

  it('lists names, folders with a slash, with and without a slash in the request', () => {
    node.ask('PUT', 'kv/a/b', { x: 1 })
    node.ask('PUT', 'kv/a/c/d', { x: 1 })
    node.ask('PUT', 'kv/z', { x: 1 })
    for (const path of ['kv', 'kv/']) expect(node.ask('LIST', path).body?.['data']).toEqual({ keys: ['a/', 'z'] })
    for (const path of ['kv/a', 'kv/a/']) expect(node.ask('LIST', path).body?.['data']).toEqual({ keys: ['b', 'c/'] })
    expect(node.ask('LIST', 'kv/none')).toMatchObject({ status: 404, body: { errors: [] } })
  })

  it('refuses an empty body, and a missing one', () => {
    const refusal = { status: 400, body: { errors: ['missing data fields'] } }
    expect(node.ask('PUT', 'kv/a', {})).toMatchObject(refusal)
    expect(node.ask('PUT', 'kv/a')).toMatchObject(refusal)
    expect(node.ask('PUT', 'kv', { x: 1 })).toMatchObject({ status: 400, body: { errors: ['missing path'] } })
  })

  it('deletes what is there and what is not, and then finds nothing', () => {
    node.ask('PUT', 'kv/a', { x: 1 })
    expect(node.ask('DELETE', 'kv/a').status).toBe(204)
    expect(node.ask('DELETE', 'kv/a').status).toBe(204)
    expect(node.ask('GET', 'kv/a')).toMatchObject({ status: 404, body: { errors: [] } })
  })

  it('does not take a folder for the secret of the same name', () => {
    node.ask('PUT', 'kv/a', { x: 1 })
    expect(node.ask('GET', 'kv/a/').status).toBe(404)
  })

  it('asks for create or update by what is there', () => {
    node.ask('PUT', 'sys/policy/updater', { policy: 'path "kv/*" { capabilities = ["update"] }' })
    const token = makeToken(node, { policies: ['updater'] })
    expect(node.ask('PUT', 'kv/a', { x: 1 }, token).status).toBe(403)
    node.ask('PUT', 'kv/a', { x: 1 })
    expect(node.ask('PUT', 'kv/a', { x: 2 }, token).status).toBe(204)
  })
})
