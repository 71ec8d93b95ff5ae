import type { JsonObject } from '@fourtwelve/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { oneNode, type OneNode } from '../../one-node.ts'

let node: OneNode
beforeEach(() => {
  node = oneNode()
})

const refusal = (error: string): object => ({ status: 400, body: { errors: [error] } })
const dataOf = (path: string): JsonObject => node.ask('GET', path).body?.['data'] as JsonObject

describe('sys/mounts', () => {
  it('tells what a new cluster has', () => {
    const mounts = dataOf('sys/mounts')
    expect(Object.keys(mounts)).toEqual(['cubbyhole/', 'identity/', 'secret/', 'sys/'])
    expect(mounts['secret/']).toEqual({
      accessor: expect.stringMatching(/^kv_[0-9a-f]{8}$/),
      config: { default_lease_ttl: 0, force_no_cache: false, max_lease_ttl: 0 },
      deprecation_status: 'supported',
      description: 'key/value secret storage',
      external_entropy_access: false,
      local: false,
      options: { version: '2' },
      plugin_version: '',
      running_plugin_version: 'v0.20.0+builtin',
      running_sha256: '',
      seal_wrap: false,
      type: 'kv',
      uuid: expect.stringMatching(/^[0-9a-f]{8}-/),
    })
    expect(mounts['cubbyhole/']).toMatchObject({
      local: true,
      options: null,
      running_plugin_version: 'v1.18.5+builtin.vault',
    })
    expect(node.ask('GET', 'sys/mounts').body).toMatchObject({ 'sys/': { type: 'system' } })
  })

  it('mounts kv, with a version by name or by option, in one write', () => {
    const before = node.state.log.head
    node.ask('POST', 'sys/mounts/one', { type: 'kv' })
    expect(node.state.log.head - before).toBe(1)
    node.ask('POST', 'sys/mounts/two', { type: 'kv-v2', description: 'mine', config: { default_lease_ttl: '1h' } })
    node.ask('POST', 'sys/mounts/deep/three', { type: 'kv', options: { version: '2' }, seal_wrap: true })
    expect(dataOf('sys/mounts/one')).toMatchObject({ type: 'kv', options: {} })
    expect(dataOf('sys/mounts/two')).toMatchObject({
      options: { version: '2' },
      description: 'mine',
      config: { default_lease_ttl: 3600 },
    })
    expect(dataOf('sys/mounts/deep/three')).toMatchObject({ options: { version: '2' }, seal_wrap: true })
    expect(node.ask('PUT', 'one/a', { x: 1 }).status).toBe(204)
    expect(node.ask('PUT', 'deep/three/data/a', { data: {} }).status).toBe(200)
  })

  it.each([
    ['secret', { type: 'kv' }, 'path is already in use at secret/'],
    ['secret/in', { type: 'kv' }, 'path is already in use at secret/'],
    ['sys/x', { type: 'kv' }, 'cannot mount "sys/x/"'],
    ['auth/x', { type: 'kv' }, 'cannot mount "auth/x/"'],
    ['x', { type: 'cubbyhole' }, 'mount type of "cubbyhole" is not mountable'],
    ['x', {}, 'backend type must be specified as a string'],
    ['x', { type: 'nosuch' }, 'plugin not found in the catalog: nosuch'],
    ['x', { type: 'constructor' }, 'plugin not found in the catalog: constructor'],
    ['x', { type: 'nosuch', options: { version: '2' } }, 'secrets engine "nosuch" does not allow setting a version'],
    [
      'x',
      { type: 'kv', config: { default_lease_ttl: 'soon' } },
      'unable to parse default TTL of soon: time: invalid duration "soon"',
    ],
    [
      'x',
      { type: 'kv', config: { default_lease_ttl: 2, max_lease_ttl: 1 } },
      'given default lease TTL greater than given max lease TTL',
    ],
    [
      'x',
      { type: 'kv', config: { default_lease_ttl: '769h' } },
      'given default lease TTL greater than system max lease TTL of 2764800',
    ],
    ['x', { type: 'kv', config: { listing_visibility: 'all' } }, 'invalid listing_visibility all'],
  ])('refuses to mount %s as %j', (path, body, error) => {
    expect(node.ask('POST', `sys/mounts/${path}`, body)).toMatchObject(refusal(error))
  })

  it('does not mount over what stands deeper', () => {
    node.ask('POST', 'sys/mounts/a/b', { type: 'kv' })
    expect(node.ask('POST', 'sys/mounts/a', { type: 'kv' })).toMatchObject(refusal('path is already in use at a/b/'))
  })

  it('unmounts with everything in it, and answers the same when there was nothing', () => {
    node.ask('POST', 'sys/mounts/kv', { type: 'kv-v2' })
    node.ask('POST', 'kv/data/a/b', { data: {} })
    const { uuid } = dataOf('sys/mounts/kv') as { uuid: string }
    const kept = (): number => [...node.state.store.entries()].filter(([key]) => key.includes(uuid)).length
    expect(kept()).toBe(2)
    expect(node.ask('DELETE', 'sys/mounts/kv').status).toBe(204)
    expect(kept()).toBe(0)
    expect(node.ask('DELETE', 'sys/mounts/kv').status).toBe(204)
    expect(node.ask('GET', 'kv/data/a/b').status).toBe(404)
    expect(node.ask('GET', 'sys/mounts/kv')).toMatchObject(refusal('No secret engine mount at kv/'))
    expect(node.ask('DELETE', 'sys/mounts/sys')).toMatchObject(refusal('cannot unmount "sys/"'))
  })
})

describe('tune of a mount', () => {
  it("shows the system's TTLs until the mount has its own", () => {
    expect(dataOf('sys/mounts/secret/tune')).toEqual({
      default_lease_ttl: 2_764_800,
      description: 'key/value secret storage',
      force_no_cache: false,
      max_lease_ttl: 2_764_800,
      options: { version: '2' },
    })
    node.ask('POST', 'sys/mounts/secret/tune', { default_lease_ttl: '1h', max_lease_ttl: 7200, description: 'mine' })
    expect(dataOf('sys/mounts/secret/tune')).toMatchObject({
      default_lease_ttl: 3600,
      max_lease_ttl: 7200,
      description: 'mine',
    })
    node.ask('POST', 'sys/mounts/secret/tune', { default_lease_ttl: 'system', max_lease_ttl: 'system' })
    expect(dataOf('sys/mounts/secret/tune')).toMatchObject({ default_lease_ttl: 2_764_800, max_lease_ttl: 2_764_800 })
  })

  it('writes once, and not at all when nothing is given', () => {
    const writes = (body: JsonObject): number => {
      const before = node.state.log.head
      expect(node.ask('POST', 'sys/mounts/secret/tune', body).status).toBe(204)
      return node.state.log.head - before
    }
    expect(writes({ default_lease_ttl: 60, listing_visibility: 'unauth' })).toBe(1)
    expect(writes({})).toBe(0)
  })

  it.each([
    [
      'secret',
      { default_lease_ttl: 3600, max_lease_ttl: 1800 },
      'backend max lease TTL of 1800 would be less than backend default lease TTL of 3600',
    ],
    ['secret', { default_lease_ttl: '-5s' }, "cannot provide negative value '-5'"],
    ['secret', { token_type: 'batch' }, "'token_type' can only be modified on auth mounts"],
    ['secret', { options: { version: '1' } }, 'cannot downgrade mount from version 2'],
    ['secret', { options: { version: '3' } }, 'invalid version provided: 3'],
    ['sys', { default_lease_ttl: 1 }, 'cannot tune "sys/"'],
    ['cubbyhole', { default_lease_ttl: 1 }, 'cannot tune "cubbyhole/"'],
    ['none', { default_lease_ttl: 1 }, 'tune of path "none/" failed: no mount entry found'],
  ])('refuses for %s: %j', (path, body, error) => {
    expect(node.ask('POST', `sys/mounts/${path}/tune`, body)).toMatchObject(refusal(error))
  })
})
