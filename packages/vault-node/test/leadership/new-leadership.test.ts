/**
 * What a new active node makes of what the one before left: its entries, its commits, its tokens, its revocations
 * (raft, 5.3 and 5.4; vault-consistency 4.6).
 */

import { milliseconds, nodeId, seconds } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import { UNCOMMITTED_MAX } from '../../dist/log/storage-full.js'
import { dataIn, NodeGroup, tokenIn } from '../node-pair.ts'
import { electing, get, impatient, passUntil, put } from './electing-group.ts'

const heal = (group: NodeGroup, ordinal: number): void => {
  for (let other = 0; other < group.ids.length; other++)
    if (other !== ordinal && group.isCut(ordinal, other)) group.heal(ordinal, other)
}
const cutOff = (group: NodeGroup, ordinal: number): void => {
  for (let other = 0; other < group.ids.length; other++) if (other !== ordinal) group.cut(ordinal, other)
}

/** One of the others leads while n0 is cut off, with entries on its disk that nobody else has. */
function deposed(): NodeGroup {
  const group = electing(2)
  put(group, 0, 1)
  group.catchUp()
  cutOff(group, 0)
  for (const n of [2, 3]) put(group, 0, n)
  group.flush(0)
  group.elect()
  return group
}

const onDisk = (group: NodeGroup, ordinal: number): readonly string[] =>
  group
    .disk(ordinal)
    .entries()
    .map(({ index, term, digest }) => `${index} ${term} ${digest}`)

describe('what a deposed active node wrote in vain', () => {
  test('is replaced by what the new one wrote, on its disk too', () => {
    const group = deposed()
    const active = group.activeOrdinal ?? 1
    const before = onDisk(group, 0)
    group.send(active, group.request('POST', 'cubbyhole/a', { json: { n: 4 } }))
    heal(group, 0)
    group.live(seconds(1))
    expect(onDisk(group, 0)).not.toEqual(before)
    for (const ordinal of [1, 2]) expect(onDisk(group, ordinal)).toEqual(onDisk(group, 0))
    expect(get(group, 0)).toEqual({ n: 4 })
    // And it is still so after it came back from that disk.
    group.restart(0)
    heal(group, 0)
    group.live(seconds(1))
    expect([get(group, 0), group.node(0).log.chain]).toEqual([{ n: 4 }, group.active.log.chain])
  })

  test('is never applied by the news of a commit that speaks of other entries', () => {
    const group = deposed()
    const active = group.activeOrdinal ?? 1
    for (const n of [4, 5, 6]) group.send(active, group.request('POST', 'cubbyhole/a', { json: { n } }))
    const { applied, head } = group.node(0).log
    expect(head).toBeGreaterThan(applied)
    heal(group, 0)
    // It hears of the commits before it is told what was committed.
    for (let round = 0; group.underWay(active, 0)[0]?.kind !== 'append'; round++) {
      if (round > 20) throw new Error('it is sent no entries')
      group.deliverLane(active, 0, 'leadership', 9)
      group.deliverLane(0, active, 'log', 9)
      if (group.underWay(active, 0)[0]?.kind !== 'append') group.deliver(active, 0, 1)
      group.apply(0, group.active.log.head)
    }
    expect(group.node(0).log.committed).toBeGreaterThanOrEqual(head)
    expect(group.node(0).log.applied).toBe(applied)
    group.catchUp()
    expect(get(group, 0)).toEqual({ n: 6 })
  })

  test('is kept where that node is elected again, and is committed then', () => {
    const group = electing(2)
    cutOff(group, 0)
    const id = put(group, 0, 2)
    group.flush(0)
    group.pass(milliseconds(2_501))
    expect(group.answerOf(id)?.reply.status).toBe(500)
    heal(group, 0)
    expect(group.elect()).toBe(0)
    expect([group.active.term, get(group, 0)]).toEqual([2, { n: 2 }])
  })
})

test('an entry of an earlier term is committed only together with one of the new term', () => {
  const group = electing(2)
  const { committed } = group.active.log
  put(group, 0, 1)
  group.flush(0)
  group.deliver(0, 1)
  group.flush(1)
  const { head } = group.node(1).log
  group.kill(0)
  passUntil(group, () => {
    group.deliverLane(1, 2, 'leadership', 9)
    group.deliverLane(2, 1, 'leadership', 9)
    return group.node(1).role === 'active'
  })
  // Its own first entry is not on its disk, so that only the earlier one is streamed.
  group.deliver(1, 2)
  group.deliver(2, 1)
  group.deliver(1, 2)
  group.flush(2)
  group.deliver(2, 1)
  expect(group.node(1).peers.get(nodeId(2))?.received).toBe(head)
  expect([group.node(1).log.received, group.node(1).log.committed]).toEqual([head, committed])
  group.flush(1)
  expect(group.node(1).log.committed).toBe(committed)
  group.settle()
  expect(group.node(1).log.committed).toBe(group.node(1).log.head)
  expect(get(group, 1)).toEqual({ n: 1 })
})

test('a new active node answers nothing of what is stored before its own first entry is committed', () => {
  const group = electing(2)
  group.kill(0)
  passUntil(group, () => {
    group.deliverLane(1, 2, 'leadership', 9)
    group.deliverLane(2, 1, 'leadership', 9)
    return group.activeOrdinal !== null
  })
  const read = group.begin(group.activeOrdinal ?? 1, group.request('GET', 'auth/token/lookup-self'))
  expect(group.answerOf(read)).toBeNull()
  group.settle()
  expect(group.answerOf(read)?.reply.status).toBe(200)
})

describe('tokens and indexes of before', () => {
  /** A token and an index of before, and a new active node that nobody has written to. */
  const elected = (...given: Parameters<typeof impatient>) => {
    const group = new NodeGroup({ standbys: 2, config: impatient(...given) })
    const token = tokenIn(group.ask(0, 'POST', 'auth/token/create', { json: { policies: ['default'] } }))
    const { index } = group.ask(0, 'POST', 'secret/data/a', { json: { data: { n: 1 } } }).reply
    group.catchUp()
    group.kill(0)
    const active = group.elect()
    return { group, active, standby: 3 - active, token, index: [index ?? ''] }
  }

  test('are good on the new active node and on its standbys, and the epoch is what it was', () => {
    const { group, active, standby, token, index } = elected({})
    for (const ordinal of [active, standby]) {
      const lookup = group.ask(ordinal, 'GET', 'auth/token/lookup-self', { token })
      expect([lookup.reply.status, lookup.served.epoch, lookup.served.forwarded]).toEqual([200, 0, null])
      expect(dataIn(group.ask(ordinal, 'GET', 'secret/data/a', { index }))).toMatchObject({ data: { n: 1 } })
    }
    // Indexes go on from where they were.
    const later = group.ask(active, 'POST', 'secret/data/b', { json: { data: {} } }).reply.index ?? ''
    group.catchUp()
    expect(group.ask(standby, 'GET', 'secret/data/b', { index: [...index, later] }).reply.status).toBe(200)
  })

  test('index_after_election: unknown makes an idle standby refuse them, until a client has written', () => {
    const { group, active, standby, token, index } = elected({ index_after_election: 'unknown' })
    group.live(seconds(10))
    const statuses = (ordinal: number): readonly number[] => [
      group.ask(ordinal, 'GET', 'auth/token/lookup-self', { token }).reply.status,
      group.ask(ordinal, 'GET', 'secret/data/a', { index }).reply.status,
    ]
    expect([statuses(active), statuses(standby)]).toEqual([
      [200, 200],
      [412, 412],
    ])
    group.ask(active, 'POST', 'secret/data/b', { json: { data: {} } })
    expect(statuses(standby)).toEqual([412, 412])
    group.catchUp()
    expect(statuses(standby)).toEqual([200, 200])
  })
})

describe('a revocation that the active node before had begun', () => {
  test('is finished by the new one, and what it had not begun is left alone', () => {
    const group = electing(2)
    group.ask(0, 'POST', 'auth/token/create', { json: { id: 'full', policies: ['root'] } })
    group.ask(0, 'POST', 'auth/token/create', { json: { id: 'other', policies: ['root'] } })
    // So much that one slice does not do.
    for (let n = 0; n < 200; n++)
      group.begin(0, group.request('POST', `cubbyhole/${n}`, { token: 'full', json: { n } }))
    group.catchUp()
    const salted = group.crypto.saltedId('full')
    const left = (ordinal: number): number =>
      [...group.node(ordinal).store.entries()].filter(([key]) => key.includes(salted)).length
    group.begin(0, group.request('POST', 'auth/token/revoke', { json: { token: 'full' } }))
    group.flush(0)
    for (const to of [1, 2]) {
      group.deliver(0, to)
      group.flush(to)
    }
    group.kill(0)
    const active = group.elect()
    group.live(seconds(1))
    expect([left(active), left(3 - active)]).toEqual([0, 0])
    const lookup = (token: string): number => group.ask(active, 'GET', 'auth/token/lookup-self', { token }).reply.status
    expect([lookup('full'), lookup('other')]).toEqual([403, 200])
  })

  test('and what ran out while nobody led is revoked too', () => {
    const group = electing(2)
    const token = tokenIn(group.ask(0, 'POST', 'auth/token/create', { json: { policies: ['default'], ttl: '3s' } }))
    group.catchUp()
    const size = group.active.store.size
    group.kill(0)
    const active = group.elect()
    group.live(seconds(1))
    expect(group.ask(active, 'GET', 'auth/token/lookup-self', { token }).reply.status).toBe(403)
    expect(group.active.store.size).toBeLessThan(size)
  })
})

test('a standby that is behind gets from a new active node a snapshot of what is committed, and the rest behind it', () => {
  const group = new NodeGroup({ standbys: 4, config: impatient({}, { logshipper_buffer_length: 2 }) })
  group.kill(4)
  for (let n = 0; n < 6; n++) group.send(0, group.request('POST', 'cubbyhole/a', { json: { n } }))
  group.catchUp()
  group.kill(0)
  const active = group.elect()
  group.restart(4)
  // Nobody takes what it writes now.
  const id = put(group, active, 99)
  group.flush(active)
  const { committed } = group.active.log
  for (let other = 1; other < 4; other++) if (other !== active) group.cut(active, other)
  group.heal(active, 4)
  group.deliver(active, 4)
  group.deliver(4, active)
  const [snapshot] = group.underWay(active, 4).filter((message) => message.kind === 'snapshot')
  expect(snapshot).toMatchObject({ snapshot: { index: committed, term: group.active.term } })
  expect(JSON.stringify(snapshot)).not.toContain('{"n":99}')
  group.settle()
  expect([group.answerOf(id), get(group, 4)]).toEqual([null, { n: 5 }])
})

test('what a node without a majority holds back is bounded, and all of it is taken back', () => {
  expect(UNCOMMITTED_MAX).toBeLessThanOrEqual(100_000)
  const group = electing(2)
  const before = group.node(0).log.chain
  cutOff(group, 0)
  for (let n = 0; n < 3_000; n++) put(group, 0, n)
  group.flush(0)
  group.pass(milliseconds(2_501))
  expect([group.node(0).log.chain, group.node(0).waiting.commits.length]).toEqual([before, 0])
})
