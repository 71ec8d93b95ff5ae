import { vaultRequest, type VaultReply } from '@fourtwelve/protocol'
import type { NodeCondition } from '@fourtwelve/vault-node'
import { describe, expect, it } from 'vitest'
import type { Role } from '../../../dist/node-state.js'
import { NodeGroup } from '../../node-pair.ts'
import { oneNode } from '../../one-node.ts'

const ask = (role: Role, path: string, query: Record<string, string | readonly string[]> = {}): VaultReply => {
  const node = oneNode()
  node.state.role = role
  return node.send(vaultRequest('GET', path, { query }))
}

describe('sys/health', () => {
  it('tells an active node, with its place in the log, without an envelope', () => {
    const { status, body } = ask('active', 'sys/health')
    expect(status).toBe(200)
    expect(body).toEqual({
      initialized: true,
      sealed: false,
      standby: false,
      performance_standby: false,
      replication_performance_mode: 'disabled',
      replication_dr_mode: 'disabled',
      server_time_utc: 1_767_225_600,
      version: '1.18.5+ent',
      enterprise: true,
      cluster_name: 'test',
      cluster_id: 'test-cluster',
      last_wal: expect.any(Number),
      license: { state: 'autoloaded', expiry_time: '2099-12-31T00:00:00Z', terminated: false },
      echo_duration_ms: 0,
      clock_skew_ms: 0,
      replication_primary_canary_age_ms: 0,
    })
  })

  it.each<[Role, Record<string, string>, number]>([
    ['active', {}, 200],
    ['active', { activecode: '204' }, 204],
    ['performance-standby', {}, 473],
    ['performance-standby', { perfstandbyok: 'true' }, 200],
    ['performance-standby', { perfstandbyok: 'false' }, 473],
    ['performance-standby', { perfstandbyok: '' }, 473],
    ['performance-standby', { standbyok: 'true' }, 473],
    ['performance-standby', { performancestandbycode: '299' }, 299],
    ['performance-standby', { perfstandbyok: '1', activecode: '299' }, 299],
    ['standby', {}, 429],
    ['standby', { standbyok: 'true' }, 200],
    ['standby', { perfstandbyok: 'true' }, 429],
    ['standby', { standbycode: '200' }, 200],
    ['active', { standbycode: '299' }, 200],
  ])('of a node that is %s with %j is %i', (role, query, status) => {
    expect(ask(role, 'sys/health', query).status).toBe(status)
  })

  it.each([
    { standbyok: 'maybe' },
    { perfstandbyok: '2' },
    { activecode: 'x' },
    { sealedcode: '' },
    { uninitcode: '99' },
  ])('refuses %j on every node', (query) => {
    for (const role of ['active', 'performance-standby', 'standby'] as const) {
      expect(ask(role, 'sys/health', query)).toMatchObject({ status: 400, body: { errors: [] } })
    }
  })

  it('takes the first of several values', () => {
    expect(ask('standby', 'sys/health', { standbycode: ['201', '202'] }).status).toBe(201)
  })

  it('says standby of a performance standby too, and tells no place in the log', () => {
    const body = ask('performance-standby', 'sys/health').body ?? {}
    expect(body).toMatchObject({ standby: true, performance_standby: true })
    expect('last_wal' in body).toBe(false)
  })

  it('answers HEAD with the status alone, and nothing that would change it', () => {
    const node = oneNode()
    expect(node.ask('HEAD', 'sys/health', undefined, null)).toMatchObject({ status: 200, body: null })
    expect(node.ask('POST', 'sys/health', {}, null)).toMatchObject({ status: 405, body: { errors: [] } })
  })
})

const askIn = (condition: NodeCondition, role: Role, path: string, query: Record<string, string> = {}): VaultReply => {
  const node = oneNode()
  node.state.role = role
  node.happen({ kind: 'condition', condition })
  return node.send(vaultRequest('GET', path, { query }))
}
const ROLES: readonly Role[] = ['active', 'performance-standby', 'standby']

describe('sys/health in a condition', () => {
  it.each<[NodeCondition, Record<string, string>, number]>([
    ['sealed', {}, 503],
    ['sealed', { sealedcode: '299' }, 299],
    ['sealed', { standbyok: 'true', perfstandbyok: 'true' }, 503],
    ['uninitialized', {}, 501],
    ['uninitialized', { uninitcode: '299', sealedcode: '298' }, 299],
    ['dr-secondary', {}, 472],
    ['dr-secondary', { drsecondarycode: '299' }, 299],
    ['dr-secondary', { standbyok: 'true', perfstandbyok: 'true' }, 472],
    ['plain-standby', {}, 429],
    ['plain-standby', { perfstandbyok: 'true' }, 429],
    ['plain-standby', { standbyok: 'true' }, 200],
    ['plain-standby', { standbycode: '299' }, 299],
  ])('of a node that is %s with %j is %i, whatever its role', (condition, query, status) => {
    for (const role of ROLES) expect(askIn(condition, role, 'sys/health', query).status).toBe(status)
  })

  it('knows nothing of cluster and replication without the keys', () => {
    for (const [condition, initialized] of [
      ['sealed', true],
      ['uninitialized', false],
    ] as const) {
      const body = askIn(condition, 'active', 'sys/health').body ?? {}
      expect(body).toMatchObject({
        initialized,
        sealed: true,
        standby: true,
        performance_standby: false,
        replication_performance_mode: 'unknown',
        replication_dr_mode: 'unknown',
        version: '1.18.5+ent',
      })
      expect(Object.keys(body)).not.toEqual(expect.arrayContaining(['cluster_id']))
      expect(Object.keys(body)).not.toEqual(expect.arrayContaining(['last_wal']))
    }
  })

  it('tells a DR secondary by its mode, and leaves its role as it is', () => {
    expect(askIn('dr-secondary', 'performance-standby', 'sys/health').body).toMatchObject({
      sealed: false,
      standby: true,
      performance_standby: true,
      replication_performance_mode: 'disabled',
      replication_dr_mode: 'secondary',
    })
  })

  it('is a plain standby of a performance standby that lost its place', () => {
    expect(askIn('plain-standby', 'performance-standby', 'sys/health').body).toMatchObject({
      standby: true,
      performance_standby: false,
    })
  })

  it('is what it was when the node is normal again', () => {
    const node = oneNode()
    const before = node.send(vaultRequest('GET', 'sys/health'))
    for (const condition of ['sealed', 'normal'] as const) node.happen({ kind: 'condition', condition })
    expect(node.send(vaultRequest('GET', 'sys/health'))).toEqual(before)
  })
})

describe('what else a node says of itself in a condition', () => {
  it.each(['sealed', 'uninitialized'] as const)('sys/leader of a node that is %s is refused', (condition) => {
    expect(askIn(condition, 'active', 'sys/leader')).toMatchObject({
      status: 503,
      body: { errors: ['Vault is sealed'] },
    })
  })

  it('sys/leader of an active node that gave its place up names nobody', () => {
    expect(askIn('plain-standby', 'active', 'sys/leader').body).toMatchObject({
      is_self: false,
      leader_address: '',
      leader_cluster_address: '',
      performance_standby: false,
    })
  })

  it('sys/leader of a plain standby still names the active node', () => {
    const group = new NodeGroup({ standbys: 1 })
    group.happen(1, { kind: 'condition', condition: 'plain-standby' })
    expect(group.ask(1, 'GET', 'sys/leader').reply.body).toMatchObject({
      is_self: false,
      leader_address: 'http://n0:8200',
      performance_standby: false,
      performance_standby_last_remote_wal: 0,
    })
  })

  it('sys/seal-status says so, and no more than it knows', () => {
    const sealed = askIn('sealed', 'active', 'sys/seal-status')
    expect(sealed).toMatchObject({ status: 200, body: { sealed: true, initialized: true, t: 1, n: 1 } })
    expect(sealed.body).not.toHaveProperty('cluster_id')
    expect(askIn('uninitialized', 'active', 'sys/seal-status')).toMatchObject({
      status: 200,
      body: { sealed: true, initialized: false, t: 0, n: 0 },
    })
    expect(askIn('dr-secondary', 'active', 'sys/seal-status').body).toMatchObject({
      sealed: false,
      cluster_name: 'test',
    })
  })

  it('sys/init tells a node that plays uninitialized, which cannot be initialized', () => {
    const node = oneNode()
    node.happen({ kind: 'condition', condition: 'uninitialized' })
    expect(node.ask('GET', 'sys/init', undefined, null).body).toEqual({ initialized: false })
    expect(node.ask('PUT', 'sys/init', { secret_shares: 1, secret_threshold: 1 }, null).status).toBe(400)
  })
})

describe('what else a node says of itself', () => {
  it('sys/leader names the active node, and says on it since when', () => {
    expect(ask('active', 'sys/leader').body).toMatchObject({
      ha_enabled: true,
      is_self: true,
      active_time: '2026-01-01T00:00:00Z',
      leader_address: 'http://n0:8200',
      leader_cluster_address: 'https://n0:8201',
      performance_standby: false,
      performance_standby_last_remote_wal: 0,
    })
    const body = ask('performance-standby', 'sys/leader').body ?? {}
    expect(body).toMatchObject({ is_self: false, active_time: '0001-01-01T00:00:00Z', performance_standby: true })
    expect(body['performance_standby_last_remote_wal']).toBe(body['raft_applied_index'])
    expect('last_wal' in body).toBe(false)
  })

  it('sys/seal-status tells the version', () => {
    expect(ask('standby', 'sys/seal-status')).toMatchObject({
      status: 200,
      body: { sealed: false, initialized: true, version: '1.18.5+ent', storage_type: 'raft', type: 'shamir' },
    })
  })

  it('sys/init is done, once', () => {
    expect(ask('active', 'sys/init').body).toEqual({ initialized: true })
    expect(oneNode().ask('PUT', 'sys/init', { secret_shares: 1, secret_threshold: 1 }, null)).toMatchObject({
      status: 400,
      body: { errors: ['Vault is already initialized'] },
    })
  })
})
