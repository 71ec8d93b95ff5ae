import { vaultRequest, type VaultReply } from '@fourtwelve/protocol'
import { describe, expect, it } from 'vitest'
import type { Role } from '../../../dist/node-state.js'
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

  it('answers HEAD, and nothing that would change it', () => {
    const node = oneNode()
    expect(node.ask('HEAD', 'sys/health', undefined, null).status).toBe(200)
    expect(node.ask('POST', 'sys/health', {}, null)).toMatchObject({ status: 405, body: { errors: [] } })
  })
})

describe('what else a node says of itself', () => {
  it('sys/leader names the active node, and says on it since when', () => {
    expect(ask('active', 'sys/leader').body).toMatchObject({
      ha_enabled: true,
      is_self: true,
      active_time: '2026-01-01T00:00:00Z',
      leader_address: 'n0',
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
