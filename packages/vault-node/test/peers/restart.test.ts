/** A node that stops without a warning and comes back from its disk: what it still has, and what the others make of it. */

import { describe, expect, test } from 'vitest'
import { dataIn, NodeGroup, tokenIn, withConfig } from '../node-pair.ts'

const write = (group: NodeGroup, ordinal = 0, path = 'a'): number =>
  group.begin(ordinal, group.request('POST', `secret/data/${path}`, { json: { data: { path } } }))

const readStatus = (group: NodeGroup, ordinal: number, path = 'a'): number =>
  group.ask(ordinal, 'GET', `secret/data/${path}`).reply.status

describe('the active node', () => {
  test('loses what was not on its disk, and nobody was told of it', () => {
    const group = new NodeGroup()
    const before = group.active.log.head
    const id = write(group)
    group.restart(0)
    expect([group.answerOf(id), group.active.log.head]).toEqual([null, before])
    group.heal(0, 1)
    group.catchUp()
    expect(readStatus(group, 0)).toBe(404)
    // The next write takes the same index, and every node has the same log.
    group.ask(0, 'POST', 'secret/data/b', { json: { data: {} } })
    group.catchUp()
    expect(group.node(1).log.chain).toBe(group.active.log.chain)
  })

  test('keeps what was on it, and shows it only when a majority has it, also behind a checkpoint', () => {
    for (const withCheckpoint of [false, true]) {
      const group = new NodeGroup()
      group.cut(0, 1)
      write(group)
      group.flush(0)
      if (withCheckpoint) group.checkpoint(0)
      group.restart(0)
      const read = group.begin(0, group.request('GET', 'secret/data/a'))
      group.settle()
      expect(group.answerOf(read)).toBeNull()
      group.heal(0, 1)
      group.settle()
      expect(group.answerOf(read)?.reply.status).toBe(200)
    }
  })

  test('alone is its own majority: it answers at once, whatever it had written down of its commits', () => {
    const group = new NodeGroup({ standbys: 0 })
    group.send(0, group.request('POST', 'secret/data/a', { json: { data: {} } }))
    group.restart(0, 5)
    expect(readStatus(group, 0)).toBe(200)
  })

  test('sends a snapshot to a standby that is behind its checkpoint', () => {
    const group = new NodeGroup()
    group.cut(0, 1)
    write(group)
    group.flush(0)
    group.checkpoint(0)
    group.restart(0)
    group.heal(0, 1)
    group.deliver(1, 0)
    expect(group.underWay(0, 1).map(({ kind }) => kind)).toContain('snapshot')
    group.catchUp()
    expect(group.node(1).log.chain).toBe(group.active.log.chain)
    expect(readStatus(group, 1)).toBe(200)
  })

  test('goes on revoking what is over', () => {
    const group = new NodeGroup()
    const made = group.ask(0, 'POST', 'auth/token/create', { json: { policies: ['default'], ttl: '5s' } })
    const size = group.active.store.size
    group.restart(0)
    group.heal(0, 1)
    group.catchUp()
    group.pass(6_000_000 as never)
    group.catchUp()
    expect(group.active.store.size).toBeLessThan(size)
    expect(group.ask(1, 'GET', 'auth/token/lookup-self', { token: tokenIn(made) }).reply.status).toBe(403)
  })
})

describe('a standby', () => {
  test('shows all that it received and knows to be committed, whatever its lag was', () => {
    const group = new NodeGroup()
    group.ask(0, 'POST', 'secret/data/a', { json: { data: { n: 1 } } })
    expect(readStatus(group, 1)).toBe(404)
    group.restart(1)
    expect(dataIn(group.ask(1, 'GET', 'secret/data/a'))).toMatchObject({ data: { n: 1 } })
  })

  test('does not show what it does not know to be committed, until it hears of it', () => {
    const group = new NodeGroup()
    group.ask(0, 'POST', 'secret/data/a', { json: { data: {} } })
    group.restart(1, 10)
    expect(readStatus(group, 1)).toBe(404)
    group.heal(0, 1)
    group.catchUp()
    expect(readStatus(group, 1)).toBe(200)
  })

  test('forwards nothing until it is linked again', () => {
    const group = new NodeGroup()
    group.restart(1)
    expect(group.send(1, group.request('POST', 'secret/data/a', { json: { data: {} } })).reply.status).toBe(307)
    expect(group.ask(1, 'GET', 'auth/token/lookup-self').reply.status).toBe(200)
  })

  test('does not take the answer to what it asked before for the answer to what it asks now', () => {
    const config = withConfig({ token_create: 'forward' })
    const group = new NodeGroup({ config })
    const create = (policy: string): number =>
      group.begin(1, group.request('POST', 'auth/token/create', { json: { policies: [policy] } }))
    const lost = create('root')
    group.deliver(1, 0)
    // Its reply waits for the majority; then this node is another, over another link.
    group.restart(1)
    group.heal(0, 1)
    const asked = create('default')
    group.catchUp()
    expect(group.answerOf(lost)).toBeNull()
    const answer = group.answerOf(asked)
    expect(answer?.reply.body?.['auth']).toMatchObject({ policies: ['default'] })
  })
})
