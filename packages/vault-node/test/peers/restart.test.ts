/** A node that stops without a warning and comes back from its disk: what it still has, and what the others make of it. */

import { seconds, type VaultRequest } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import { dataIn, errorsIn, NodeGroup, tokenIn, withConfig, type GroupOptions } from '../node-pair.ts'

const PATIENCE = { election_timeout: seconds(5) } as const

const groupOf = (standbys: number, options: Partial<GroupOptions> = {}): NodeGroup =>
  new NodeGroup({ standbys, config: withConfig({}, {}, PATIENCE), ...options })

const write = (group: NodeGroup, ordinal = 0, path = 'a'): number =>
  group.begin(ordinal, group.request('POST', `secret/data/${path}`, { json: { data: { path } } }))

const readStatus = (group: NodeGroup, ordinal: number, path = 'a'): number =>
  group.ask(ordinal, 'GET', `secret/data/${path}`).reply.status

describe('the active node', () => {
  test('loses what was not on its disk, and nobody was told of it', () => {
    const group = groupOf(1)
    const before = group.active.log.head
    const id = write(group)
    group.restart(0)
    expect([group.answerOf(id), group.node(0).log.head]).toEqual([null, before])
    group.heal(0, 1)
    const active = group.elect()
    expect(readStatus(group, active)).toBe(404)
    // Other entries take the same indexes, and every node has the same log.
    group.ask(active, 'POST', 'secret/data/b', { json: { data: {} } })
    group.catchUp()
    expect(group.node(0).log.chain).toBe(group.node(1).log.chain)
  })

  test('keeps what was on it, and it is shown only when a majority has it, also behind a checkpoint', () => {
    for (const withCheckpoint of [false, true]) {
      const group = groupOf(1)
      group.cut(0, 1)
      const id = write(group)
      group.flush(0)
      if (withCheckpoint) group.checkpoint(0)
      group.restart(0)
      expect(errorsIn(group.ask(0, 'GET', 'secret/data/a'))).toEqual([
        'local node not active but active cluster node not found',
      ])
      group.heal(0, 1)
      // The other lacks it, so that only this one can lead.
      expect(group.elect()).toBe(0)
      expect([group.answerOf(id), readStatus(group, 0)]).toEqual([null, 200])
    }
  })

  test('alone is its own majority: it leads again and has everything, whatever it had written down of its commits', () => {
    const group = groupOf(0)
    group.send(0, group.request('POST', 'secret/data/a', { json: { data: {} } }))
    group.restart(0, 5)
    group.elect()
    expect(readStatus(group, 0)).toBe(200)
    expect(group.active.term).toBe(2)
  })

  test('that has a checkpoint sends a snapshot to a standby that is behind it', () => {
    const group = groupOf(2)
    group.cut(0, 2)
    group.ask(0, 'POST', 'secret/data/a', { json: { data: {} } })
    group.catchUp()
    for (const ordinal of [0, 1]) {
      group.checkpoint(ordinal)
      group.restart(ordinal)
    }
    group.heal(0, 1)
    const active = group.elect()
    group.heal(active, 2)
    group.deliver(active, 2)
    group.deliver(2, active)
    expect(group.underWay(active, 2).map(({ kind }) => kind)).toContain('snapshot')
    group.catchUp()
    expect(group.node(2).log.chain).toBe(group.active.log.chain)
    expect(readStatus(group, 2)).toBe(200)
  })

  test('goes on revoking what is over, whoever it is', () => {
    const group = groupOf(1)
    const made = group.ask(0, 'POST', 'auth/token/create', { json: { policies: ['default'], ttl: '30s' } })
    const size = group.active.store.size
    group.restart(0)
    group.heal(0, 1)
    group.elect()
    group.live(seconds(31))
    expect(group.active.store.size).toBeLessThan(size)
    expect(group.ask(1, 'GET', 'auth/token/lookup-self', { token: tokenIn(made) }).reply.status).toBe(403)
  })
})

describe('a standby', () => {
  const back = (group: NodeGroup, ordinal = 1): void => {
    for (let other = 0; other < group.ids.length; other++) if (other !== ordinal) group.heal(ordinal, other)
  }

  test('serves no read before it has heard the active node: it may have shown more than it has', () => {
    const group = groupOf(1)
    group.restart(1)
    const reads: readonly VaultRequest[] = [
      group.request('GET', 'secret/data/a'),
      group.request('GET', 'auth/token/lookup-self'),
      group.request('POST', 'secret/data/a', { json: { data: {} } }),
    ]
    for (const request of reads) {
      const answer = group.send(1, request)
      expect([answer.reply.status, errorsIn(answer)]).toEqual([
        500,
        ['local node not active but active cluster node not found'],
      ])
    }
    expect(group.node(1).role).toBe('standby')
    back(group)
    group.settle()
    expect(group.node(1).role).toBe('performance-standby')
    expect(group.ask(1, 'GET', 'auth/token/lookup-self').reply.status).toBe(200)
  })

  test('shows all that it received and that is committed, whatever its lag was and whatever it had written down', () => {
    for (const forgotten of [0, 10]) {
      const group = groupOf(1)
      group.ask(0, 'POST', 'secret/data/a', { json: { data: { n: 1 } } })
      group.settle()
      expect(readStatus(group, 1)).toBe(404)
      group.restart(1, forgotten)
      back(group)
      group.settle()
      expect(dataIn(group.ask(1, 'GET', 'secret/data/a'))).toMatchObject({ data: { n: 1 } })
    }
  })

  test('never shows less than before, also under a new active node that knows of fewer commits than it did', () => {
    const group = groupOf(2)
    write(group)
    group.flush(0)
    for (const to of [1, 2]) {
      group.deliver(0, to)
      group.flush(to)
      group.deliver(to, 0)
    }
    // The news of the commit reaches n1 alone, which shows it.
    group.deliver(0, 1)
    group.apply(1)
    expect(readStatus(group, 1)).toBe(200)
    group.kill(0)
    group.restart(1, 10)
    const before = group.node(1).log.applied
    group.heal(1, 2)
    // Whoever leads knows what is committed only when an entry of its own is; until then there is nothing to read.
    for (let round = 0; group.activeOrdinal === null; round++) {
      if (round > 200) throw new Error('nobody becomes active')
      group.pass(seconds(0.1))
      for (const [from, to] of [
        [1, 2],
        [2, 1],
      ] as const)
        group.deliver(from, to)
    }
    for (let step = 0; step < 40; step++) {
      const { role, log } = group.node(1)
      if (role === 'performance-standby') expect(log.applied).toBeGreaterThan(before)
      if (step % 4 === 0) group.flush(1)
      else if (step % 4 === 2) group.flush(2)
      else group.deliver(step % 4 === 1 ? 1 : 2, step % 4 === 1 ? 2 : 1, 1)
    }
    group.settle()
    expect(readStatus(group, 1)).toBe(200)
  })

  test('that was far behind is a performance standby as soon as its snapshot is on its disk', () => {
    const config = withConfig({}, { logshipper_buffer_length: 2 }, PATIENCE)
    const group = new NodeGroup({ standbys: 2, config })
    group.kill(2)
    for (let n = 0; n < 5; n++) group.ask(0, 'POST', `secret/data/${n}`, { json: { data: {} } })
    group.restart(2)
    back(group, 2)
    group.deliver(2, 0)
    group.deliver(0, 2)
    group.deliver(2, 0)
    expect(group.underWay(0, 2).map(({ kind }) => kind)).toContain('snapshot')
    group.deliver(0, 2)
    expect(group.node(2).role).toBe('standby')
    group.flush(2)
    expect(group.node(2).role).toBe('performance-standby')
    expect(group.ask(2, 'GET', 'secret/data/4').reply.status).toBe(200)
  })

  test('does not take the answer to what it asked before for the answer to what it asks now', () => {
    const group = groupOf(1, { config: withConfig({ token_create: 'forward' }, {}, PATIENCE) })
    const create = (policy: string): number =>
      group.begin(1, group.request('POST', 'auth/token/create', { json: { policies: [policy] } }))
    const lost = create('root')
    group.deliver(1, 0)
    // Its reply waits for the majority; then this node is another, over another link.
    group.restart(1)
    back(group)
    group.deliver(0, 1)
    const asked = create('default')
    group.catchUp()
    expect(group.answerOf(lost)).toBeNull()
    const answer = group.answerOf(asked)
    expect(answer?.reply.body?.['auth']).toMatchObject({ policies: ['default'] })
  })
})
