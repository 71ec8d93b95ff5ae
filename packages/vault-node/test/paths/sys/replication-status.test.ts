import { describe, expect, it } from 'vitest'
import { NodeGroup, withConfig } from '../../node-pair.ts'
import { oneNode } from '../../one-node.ts'
import { part } from '../answer-parts.ts'

const COMMUNITY = withConfig({ edition: 'community' })

describe('sys/replication/status', () => {
  it('tells without a token, on every node for itself, that nothing is replicated', () => {
    const group = new NodeGroup()
    for (const ordinal of [0, 1]) {
      const { reply, served } = group.ask(ordinal, 'GET', 'sys/replication/status', { token: null })
      expect(served.by).toBe(`n${ordinal}`)
      expect(part(reply, 'data')).toEqual({ dr: { mode: 'disabled' }, performance: { mode: 'disabled' } })
    }
  })

  it.each(['performance', 'dr'])('has a path for %s alone', (which) => {
    const reply = oneNode().ask('GET', `sys/replication/${which}/status`, undefined, null)
    expect(part(reply, 'data')).toEqual({ mode: 'disabled' })
  })

  it('is one mode on the community edition', () => {
    expect(part(oneNode(COMMUNITY).ask('GET', 'sys/replication/status'), 'data')).toEqual({ mode: 'disabled' })
  })

  it('tells on a DR secondary how far its log is', () => {
    const group = new NodeGroup()
    group.happen(1, { kind: 'condition', condition: 'dr-secondary' })
    const { reply } = group.ask(1, 'GET', 'sys/replication/status', { token: null })
    expect(part(reply, 'data.performance')).toEqual({ mode: 'disabled' })
    expect(part(reply, 'data.dr')).toMatchObject({
      mode: 'secondary',
      cluster_id: 'test-cluster',
      state: 'stream-wals',
      last_remote_wal: group.node(1).log.applied,
      ssct_generation_counter: 0,
    })
    expect(part(group.ask(1, 'GET', 'sys/replication/dr/status', { token: null }).reply, 'data')).toEqual(
      part(reply, 'data.dr'),
    )
  })
})

describe('what only Enterprise has', () => {
  it('sys/license/status names a licence that is valid', () => {
    expect(part(oneNode().ask('GET', 'sys/license/status'), 'data')).toMatchObject({
      autoloading_used: true,
      autoloaded: { features: ['Performance Standby'], performance_standby_count: 9999 },
    })
  })

  it('sys/namespaces lists none: 404', () => {
    const node = oneNode()
    expect(node.ask('LIST', 'sys/namespaces')).toMatchObject({ status: 404, body: { errors: [] } })
    expect(node.ask('GET', 'sys/namespaces')).toMatchObject({
      status: 405,
      body: { errors: ['1 error occurred:\n\t* unsupported operation\n\n'] },
    })
  })

  it.each([
    ['GET', 'sys/license/status'],
    ['LIST', 'sys/namespaces'],
  ] as const)('%s %s is no path of the community edition', (method, path) => {
    expect(oneNode(COMMUNITY).ask(method, path)).toMatchObject({
      status: 404,
      body: { errors: ['1 error occurred:\n\t* unsupported path\n\n'] },
    })
  })

  it('both need a token', () => {
    const node = oneNode()
    expect(node.ask('GET', 'sys/license/status', undefined, null).status).toBe(403)
    expect(node.ask('LIST', 'sys/namespaces', undefined, null).status).toBe(403)
  })
})
