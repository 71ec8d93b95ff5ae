import { vaultRequest, type VaultReply } from '@fourtwelve/protocol'
import { describe, expect, it } from 'vitest'
import { prometheusText } from '../../../dist/paths/sys/prometheus-text.js'
import { NodeGroup, withConfig } from '../../node-pair.ts'
import { oneNode } from '../../one-node.ts'
import { makeToken, textAt } from '../answer-parts.ts'

const PROMETHEUS = { query: { format: 'prometheus' } }

/** The values in Prometheus' text, by name and labels, without those that all have. */
function valuesIn(reply: VaultReply): Readonly<Record<string, number>> {
  const lines = (reply.text?.body ?? '').split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.lastIndexOf(' ')
      const name = line
        .slice(0, at)
        .replace(/cluster="test",?|,cluster="test"/, '')
        .replace('{}', '')
      return [name, Number(line.slice(at + 1))]
    }),
  )
}

describe('sys/metrics', () => {
  it('tells what the active node knows, as Prometheus reads it', () => {
    const node = oneNode()
    const child = makeToken(node, { policies: ['default'], ttl: '1h' })
    const reply = node.send(vaultRequest('GET', 'sys/metrics', { token: node.rootToken, ...PROMETHEUS }))
    expect(reply).toMatchObject({
      status: 200,
      index: null,
      body: null,
      text: { type: 'text/plain; version=0.0.4; charset=utf-8' },
    })
    const { head } = node.state.log
    expect(valuesIn(reply)).toMatchObject({
      vault_core_active: 1,
      vault_core_performance_standby: 0,
      vault_core_unsealed: 1,
      vault_core_in_flight_requests: 1,
      vault_replication_wal_last_wal: head,
      'vault_raft_storage_stats_applied_index{peer_id="n0"}': head,
      'vault_raft_storage_stats_term{peer_id="n0"}': 1,
      vault_autopilot_failure_tolerance: 0,
      'vault_autopilot_node_healthy{node_id="n0"}': 1,
      vault_raft_peers: 1,
      vault_expire_num_leases: 1,
      'vault_token_count{namespace="root"}': 2,
      'vault_token_count_by_policy{namespace="root",policy="default"}': 1,
      'vault_token_count_by_policy{namespace="root",policy="root"}': 1,
      'vault_token_count_by_auth{auth_method="token",namespace="root"}': 2,
      'vault_identity_entity_count{namespace="root"}': 0,
    })
    // The policy default lets nobody read them.
    expect(node.ask('GET', 'sys/metrics', undefined, child).status).toBe(403)
  })

  it('writes each name once before its values, in order', () => {
    const node = oneNode()
    makeToken(node, { policies: ['default'] })
    const reply = node.send(vaultRequest('GET', 'sys/metrics', { token: node.rootToken, ...PROMETHEUS }))
    const lines = (reply.text?.body ?? '').trimEnd().split('\n')
    const names = lines.filter((line) => line.startsWith('# HELP')).map((line) => line.split(' ')[2] ?? '')
    expect(names).toEqual([...new Set(names)].toSorted())
    const at = lines.indexOf('# HELP vault_token_count_by_policy vault_token_count_by_policy')
    expect(lines.slice(at, at + 4)).toEqual([
      '# HELP vault_token_count_by_policy vault_token_count_by_policy',
      '# TYPE vault_token_count_by_policy gauge',
      'vault_token_count_by_policy{cluster="test",namespace="root",policy="default"} 1',
      'vault_token_count_by_policy{cluster="test",namespace="root",policy="root"} 1',
    ])
  })

  it('is JSON when no format is named', () => {
    const node = oneNode()
    const { status, body } = node.ask('GET', 'sys/metrics')
    expect(status).toBe(200)
    expect(Object.keys(body ?? {})).toEqual(['Timestamp', 'Gauges', 'Points', 'Counters', 'Samples'])
    expect(body).toMatchObject({ Timestamp: '2026-01-01 00:00:00 +0000 UTC', Points: [], Counters: [], Samples: [] })
    expect(body?.['Gauges']).toContainEqual({ Name: 'vault.core.active', Value: 1, Labels: { cluster: 'test' } })
  })

  it('refuses a format that nobody knows, in plain text', () => {
    const node = oneNode()
    const query = { format: 'xml' }
    expect(node.send(vaultRequest('GET', 'sys/metrics', { token: node.rootToken, query }))).toEqual({
      status: 400,
      index: null,
      body: null,
      text: { type: 'text/plain', body: 'metric response format "xml" unknown' },
    })
  })

  it('needs a token', () => {
    expect(oneNode().ask('GET', 'sys/metrics', undefined, null).status).toBe(403)
  })

  it('tells on a performance standby how far it is itself, and counts nothing that is stored', () => {
    const group = new NodeGroup({ standbys: 1 })
    const before = group.node(1).log.applied
    group.ask(0, 'POST', 'secret/data/a', { json: { data: { v: 1 } } })
    group.settle()
    const { reply, served } = group.ask(1, 'GET', 'sys/metrics', PROMETHEUS)
    expect(served).toMatchObject({ by: 'n1', forwarded: null })
    const values = valuesIn(reply)
    const written = group.active.log.head - before
    expect(values).toMatchObject({
      vault_core_active: 0,
      vault_core_performance_standby: 1,
      vault_replication_fsm_last_remote_wal: before,
      'vault_raft_storage_stats_applied_index{peer_id="n1"}': before,
      'vault_raft_storage_stats_commit_index{peer_id="n1"}': group.active.log.head,
      'vault_raft_storage_stats_fsm_pending{peer_id="n1"}': written,
    })
    expect(written).toBeGreaterThan(0)
    expect(Object.keys(values).filter((name) => /token|expire|autopilot|last_wal/.test(name))).toEqual([])
  })

  it('is gated as any path with a token is', () => {
    const group = new NodeGroup({ standbys: 1 })
    const created = group.ask(0, 'POST', 'auth/token/create', { json: { policies: ['default'] } })
    const token = textAt(created.reply, 'auth.client_token')
    expect(group.ask(1, 'GET', 'sys/metrics', { token }).reply.status).toBe(412)
    expect(group.ask(1, 'GET', 'sys/metrics', { index: [created.reply.index ?? ''] }).reply.status).toBe(412)
  })

  it('is forwarded for no header and no token', () => {
    const config = withConfig({}, { allow_forwarding_via_header: true })
    const group = new NodeGroup({ standbys: 1, config })
    expect(group.ask(1, 'GET', 'sys/metrics', { forward: 'active-node' }).served.by).toBe('n1')
    const json = { policies: ['root'], num_uses: 3 }
    const token = textAt(group.ask(0, 'POST', 'auth/token/create', { json }).reply, 'auth.client_token')
    group.catchUp()
    expect(group.ask(1, 'GET', 'sys/metrics', { token }).reply).toMatchObject({
      status: 400,
      body: { errors: ['cannot forward local-only request'] },
    })
    // The active node counts the use, and says no index with a text.
    expect(group.ask(0, 'GET', 'sys/metrics', { token, ...PROMETHEUS }).reply).toMatchObject({
      status: 200,
      index: null,
    })
  })

  it('has no raft over other storage, and no log of Enterprise on the community edition', () => {
    const names = (switches: Parameters<typeof withConfig>[0]): readonly string[] => {
      const node = oneNode(withConfig(switches))
      return Object.keys(
        valuesIn(node.send(vaultRequest('GET', 'sys/metrics', { token: node.rootToken, ...PROMETHEUS }))),
      )
    }
    expect(names({ storage: 'consul' }).filter((name) => /raft|autopilot/.test(name))).toEqual([])
    expect(names({ edition: 'community' }).filter((name) => name.includes('wal'))).toEqual([])
  })
})

describe('the text for Prometheus', () => {
  it('escapes what a label may hold', () => {
    const labels = { policy: 'a"b\\c\nd' }
    expect(prometheusText([{ name: 'vault.token.count.by_policy', value: 2, labels }])).toBe(
      '# HELP vault_token_count_by_policy vault_token_count_by_policy\n' +
        '# TYPE vault_token_count_by_policy gauge\n' +
        'vault_token_count_by_policy{policy="a\\"b\\\\c\\nd"} 2\n',
    )
  })
})
