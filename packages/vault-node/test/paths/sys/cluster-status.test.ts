import { nodeId, seconds, vaultRequest, type NodeId } from '@fourtwelve/protocol'
import { foundCluster, joinCluster, step, type NodeAddress } from '@fourtwelve/vault-node'
import { describe, expect, it } from 'vitest'
import { NodeGroup, BEGINS_AT, withConfig } from '../../node-pair.ts'
import { oneNode } from '../../one-node.ts'
import { createTestCrypto } from '../../test-crypto.ts'
import { objectAt, part } from '../answer-parts.ts'

describe('sys/ha-status', () => {
  it('tells the nodes, and is answered by the active node whoever is asked', () => {
    const group = new NodeGroup({ standbys: 2 })
    for (const ordinal of [0, 1, 2]) {
      const { reply, served } = group.ask(ordinal, 'GET', 'sys/ha-status')
      expect(served.by).toBe('n0')
      expect(served.forwarded).toBe(ordinal === 0 ? null : 'always')
      expect(reply.status).toBe(200)
      expect(part(reply, 'data.nodes')).toEqual([
        {
          hostname: 'n0',
          api_address: 'http://n0:8200',
          cluster_address: 'https://n0:8201',
          active_node: true,
          last_echo: null,
          echo_duration_ms: 0,
          clock_skew_ms: 0,
          version: '1.18.5',
          upgrade_version: '1.18.5',
        },
        expect.objectContaining({ hostname: 'n1', active_node: false, last_echo: '2026-01-01T00:00:00Z' }),
        expect.objectContaining({ hostname: 'n2', active_node: false }),
      ])
    }
  })

  it('stands at the top level too', () => {
    const { reply } = new NodeGroup().ask(0, 'GET', 'sys/ha-status')
    expect(reply.body?.['nodes']).toEqual(part(reply, 'data.nodes'))
  })

  it('names a node that was lost for a while longer, with the time when it was', () => {
    const group = new NodeGroup({ standbys: 2 })
    const names = (): unknown =>
      (part(group.ask(0, 'GET', 'sys/ha-status').reply, 'data.nodes') as { hostname: string; last_echo: string }[]).map(
        ({ hostname, last_echo }) => `${hostname} ${last_echo}`,
      )
    group.pass(seconds(5))
    group.cut(0, 2)
    group.pass(seconds(10))
    expect(names()).toEqual(['n0 null', 'n1 2026-01-01T00:00:15Z', 'n2 2026-01-01T00:00:05Z'])
    group.pass(seconds(5))
    expect(names()).toEqual(['n0 null', 'n1 2026-01-01T00:00:20Z'])
    group.heal(0, 2)
    expect(names()).toEqual(['n0 null', 'n1 2026-01-01T00:00:20Z', 'n2 2026-01-01T00:00:20Z'])
  })

  it('needs a token that may read it', () => {
    const node = oneNode()
    expect(node.ask('GET', 'sys/ha-status', undefined, null).status).toBe(403)
    expect(node.ask('GET', 'sys/ha-status').status).toBe(200)
  })
})

describe('sys/storage/raft/configuration', () => {
  it('is answered by every node from what it knows itself', () => {
    const group = new NodeGroup({ standbys: 1 })
    for (const ordinal of [0, 1]) {
      const { reply, served } = group.ask(ordinal, 'GET', 'sys/storage/raft/configuration')
      expect(served.forwarded).toBeNull()
      expect(part(reply, 'data')).toEqual({
        config: {
          index: 0,
          servers: [
            { node_id: 'n0', address: 'n0:8201', leader: true, protocol_version: '3', voter: true },
            { node_id: 'n1', address: 'n1:8201', leader: false, protocol_version: '3', voter: true },
          ],
        },
      })
    }
  })

  it.each(['sys/storage/raft/configuration', 'sys/storage/raft/autopilot/state'])(
    '%s says that there is no raft over other storage',
    (path) => {
      const node = oneNode(withConfig({ storage: 'consul' }))
      expect(node.ask('GET', path)).toMatchObject({ status: 400, body: { errors: ['raft storage is not in use'] } })
    },
  )
})

describe('sys/storage/raft/autopilot/state', () => {
  it('tells how many nodes may fail, from the active node', () => {
    const group = new NodeGroup({ standbys: 2 })
    const { reply, served } = group.ask(1, 'GET', 'sys/storage/raft/autopilot/state')
    expect(served).toMatchObject({ by: 'n0', forwarded: 'always' })
    expect(part(reply, 'data')).toMatchObject({
      healthy: true,
      failure_tolerance: 1,
      optimistic_failure_tolerance: 1,
      leader: 'n0',
      voters: ['n0', 'n1', 'n2'],
      non_voters: null,
    })
    expect(objectAt(reply, 'data.servers.n1')).toEqual({
      id: 'n1',
      name: 'n1',
      address: 'n1:8201',
      node_status: 'alive',
      node_type: 'voter',
      last_contact: '0s',
      last_term: 1,
      last_index: group.node(1).log.received,
      healthy: true,
      stable_since: '2026-01-01T00:00:00Z',
      status: 'voter',
      version: '1.18.5',
      upgrade_version: '1.18.5',
      meta: null,
    })
    expect(part(reply, 'data.servers.n0.status')).toBe('leader')
  })

  it('finds a node unhealthy that was not heard of for ten seconds', () => {
    const group = new NodeGroup({ standbys: 2 })
    const state = (): unknown => {
      const { reply } = group.ask(0, 'GET', 'sys/storage/raft/autopilot/state')
      return [
        part(reply, 'data.healthy'),
        part(reply, 'data.failure_tolerance'),
        part(reply, 'data.servers.n2.last_contact'),
      ]
    }
    group.cut(0, 2)
    group.pass(seconds(10))
    expect(state()).toEqual([true, 1, '10s'])
    group.pass(seconds(65))
    expect(state()).toEqual([false, 0, '1m15s'])
    group.heal(0, 2)
    expect(state()).toEqual([true, 1, '0s'])
  })

  it('finds a node unhealthy that is more than 1000 entries behind', () => {
    const group = new NodeGroup({ standbys: 2 })
    const { head } = group.active.log
    group.cut(0, 2)
    const json = { data: { v: 1 } }
    while (group.active.log.head <= head + 1000) group.ask(0, 'POST', `secret/data/s${group.active.log.head}`, { json })
    const healthy = (): unknown =>
      part(group.ask(0, 'GET', 'sys/storage/raft/autopilot/state').reply, 'data.servers.n2.healthy')
    expect(healthy()).toBe(false)
    group.heal(0, 2)
    group.settle()
    expect(healthy()).toBe(true)
  })
})

describe('the addresses that were given', () => {
  const at: NodeAddress = { api: 'https://vault.test:9200', cluster: 'https://10.0.0.7:9201' }
  const nodes = [nodeId(0), nodeId(1)]
  const crypto = createTestCrypto()
  const founding = {
    cluster: 'c' as never,
    clusterName: 'c',
    term: 1 as never,
    config: withConfig({}),
  }
  const { entries, rootToken } = foundCluster(founding, null, [], BEGINS_AT, crypto)
  const addresses: Readonly<Record<NodeId, NodeAddress>> = Object.fromEntries([['n0', at]])
  const node = joinCluster(
    { ...founding, id: nodeId(1), nodes, active: nodeId(0), addresses },
    entries,
    BEGINS_AT,
    crypto,
  )
  const ask = (path: string): unknown => {
    const request = vaultRequest('GET', path, { token: rootToken })
    const [effect] = step(node, { kind: 'request', id: 1, request }, BEGINS_AT, crypto)
    return effect?.kind === 'reply' ? effect.answer.reply.body : null
  }

  it('are what sys/leader names', () => {
    expect(ask('sys/leader')).toMatchObject({ leader_address: at.api, leader_cluster_address: at.cluster })
  })

  it('are what raft names, by host and port; a node without one is named by its id', () => {
    expect(ask('sys/storage/raft/configuration')).toMatchObject({
      data: { config: { servers: [{ address: '10.0.0.7:9201' }, { address: 'n1:8201' }] } },
    })
  })
})
