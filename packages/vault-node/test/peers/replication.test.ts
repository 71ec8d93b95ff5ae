/** The log on its way: flushed, streamed, received, committed (vault-consistency 4.5): what leaves when, and what a break loses. */

import { micros, nodeId, seconds, walIndex, type WalIndex } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import { dataIn, errorsIn, NodeGroup, tokenIn, withConfig } from '../node-pair.ts'

const writeOne = (group: NodeGroup, path = 'a'): number =>
  group.begin(0, group.request('POST', `secret/data/${path}`, { json: { data: { path } } }))

const kinds = (group: NodeGroup, from: number, to: number): readonly string[] =>
  group.underWay(from, to).map(({ kind }) => kind)

describe('streaming', () => {
  test('nothing is sent before it is on the own disk, and then in one message a flush', () => {
    const group = new NodeGroup({ standbys: 2 })
    const before = group.active.log.head
    writeOne(group, 'a')
    writeOne(group, 'b')
    expect([kinds(group, 0, 1), kinds(group, 0, 2)]).toEqual([[], []])
    group.flush(0)
    for (const to of [1, 2]) {
      const [message, ...others] = group.underWay(0, to)
      if (message?.kind !== 'append') throw new Error('no entries are under way')
      const { head } = group.active.log
      expect(message.entries.map(({ index }) => index)).toEqual(
        Array.from({ length: head - before }, (_, at) => before + 1 + at),
      )
      expect(others).toEqual([])
    }
  })

  test('a part that is flushed is a part that is sent', () => {
    const group = new NodeGroup()
    const before = group.active.log.head
    writeOne(group)
    group.flush(0, walIndex(before + 1))
    const [message] = group.underWay(0, 1)
    expect(message?.kind === 'append' ? message.entries.map(({ index }) => index) : []).toEqual([before + 1])
  })

  test('a standby says what it has received only when it is on its own disk', () => {
    const group = new NodeGroup()
    writeOne(group)
    group.flush(0)
    group.deliver(0, 1)
    expect(kinds(group, 1, 0)).toEqual([])
    group.flush(1)
    expect(group.underWay(1, 0)).toEqual([
      { kind: 'received', term: group.active.term, received: group.active.log.head },
    ])
  })

  test('what is delivered twice is taken once', () => {
    const group = new NodeGroup()
    writeOne(group)
    group.flush(0)
    const [message] = group.underWay(0, 1)
    if (message?.kind !== 'append') throw new Error('no entries are under way')
    group.deliver(0, 1)
    const again = group.happen(1, { kind: 'message', from: nodeId(0), message })
    expect(again.filter(({ kind }) => kind === 'append')).toEqual([])
    // A resend that overlaps: only what is new is appended.
    writeOne(group, 'b')
    group.flush(0)
    const [next] = group.underWay(0, 1)
    if (next?.kind !== 'append') throw new Error('no entries are under way')
    const both = { ...next, entries: [...message.entries, ...next.entries] }
    const effects = group.happen(1, { kind: 'message', from: nodeId(0), message: both })
    expect(effects.find(({ kind }) => kind === 'append')).toEqual({
      kind: 'append',
      origin: 'received',
      entries: next.entries,
    })
    expect(group.node(1).log.head).toBe(group.active.log.head)
  })

  test('a gap is a bug: the standby throws and says from where to send again', () => {
    const group = new NodeGroup()
    writeOne(group)
    group.flush(0)
    const { head } = group.node(1).log
    const [message] = group.underWay(0, 1)
    if (message?.kind !== 'append') throw new Error('no entries are under way')
    const gap = { ...message, entries: message.entries.slice(1) }
    expect(() => group.happen(1, { kind: 'message', from: nodeId(0), message: gap })).toThrow(
      `must be resent from ${head + 1}`,
    )
  })
})

describe('commit', () => {
  test.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [4, 3],
    [5, 3],
  ])('of %i nodes, %i must have it on disk', (nodes, majority) => {
    const group = new NodeGroup({ standbys: nodes - 1 })
    const before = group.active.log.committed
    const id = writeOne(group)
    const { head } = group.active.log
    const durable: (() => void)[] = [
      () => group.flush(0),
      ...Array.from({ length: nodes - 1 }, (_, at) => () => {
        group.deliver(0, at + 1)
        group.flush(at + 1)
        group.deliver(at + 1, 0)
      }),
    ]
    for (const [at, makeDurable] of durable.entries()) {
      makeDurable()
      const isCommitted = at + 1 >= majority
      expect(group.active.log.committed).toBe(isCommitted ? head : before)
      expect(group.answerOf(id)?.reply.status).toBe(isCommitted ? 200 : undefined)
    }
    expect(group.committed).toEqual([head])
  })

  test('the own disk need not be among the majority in time, but nothing is sent before it', () => {
    const group = new NodeGroup({ standbys: 2 })
    const before = group.active.log.committed
    writeOne(group)
    for (const to of [1, 2]) expect(group.deliver(0, to)).toBe(0)
    expect(group.active.log.committed).toBe(before)
  })

  test('it goes to every standby at once, with the time when it was reached', () => {
    const group = new NodeGroup({ standbys: 2 })
    writeOne(group)
    group.flush(0)
    group.deliver(0, 1)
    group.flush(1)
    group.pass(seconds(1))
    group.deliver(1, 0)
    const { head } = group.active.log
    for (const to of [1, 2]) {
      expect(group.underWay(0, to).at(-1)).toEqual({
        kind: 'commit',
        term: group.active.term,
        commit: head,
        commitTime: group.now,
      })
    }
  })

  test('an acknowledgement of what is committed changes nothing', () => {
    const group = new NodeGroup({ standbys: 2 })
    writeOne(group)
    group.settle()
    const commits = [...group.committed]
    group.happen(0, {
      kind: 'message',
      from: nodeId(2),
      message: { kind: 'received', term: group.active.term, received: walIndex(1) },
    })
    expect(group.committed).toEqual(commits)
    expect(group.active.log.committed).toBe(group.active.log.head)
  })
})

describe('no dirty reads', () => {
  test('a read of the active node waits for what it was executed on', () => {
    const group = new NodeGroup()
    const write = writeOne(group)
    const read = group.begin(0, group.request('GET', 'secret/data/a'))
    const none = group.begin(0, group.request('GET', 'secret/data/none'))
    const refused = group.begin(0, group.request('GET', 'secret/data/none', { token: 'nobody' }))
    for (const id of [write, read, none, refused]) expect(group.answerOf(id)).toBeNull()
    group.settle()
    expect([write, read, none, refused].map((id) => group.answerOf(id)?.reply.status)).toEqual([200, 200, 404, 403])
  })

  test('a read before the write does not wait, and one of a later write waits longer', () => {
    const group = new NodeGroup()
    const early = group.begin(0, group.request('GET', 'secret/data/a'))
    expect(group.answerOf(early)?.reply.status).toBe(404)
    const first = writeOne(group, 'a')
    const { head } = group.active.log
    const second = writeOne(group, 'b')
    group.flush(0, head)
    group.deliver(0, 1)
    group.flush(1)
    group.deliver(1, 0)
    expect(group.answerOf(first)?.reply.status).toBe(200)
    expect(group.answerOf(second)).toBeNull()
  })

  test('what a standby reads is committed: it shows the write only when the lag has passed after the commit', () => {
    const group = new NodeGroup({ standbys: 2 })
    writeOne(group)
    group.flush(0)
    group.deliver(0, 1)
    group.flush(1)
    group.apply(1, group.active.log.head)
    const read = (): number => group.ask(1, 'GET', 'secret/data/a').reply.status
    const direct = group.begin(1, group.request('GET', 'secret/data/a'))
    expect(group.answerOf(direct)?.reply.status).toBe(404)
    // Now the lag has passed already: the news of the commit is all that was missing.
    group.deliver(1, 0)
    group.deliver(0, 1)
    expect(read()).toBe(200)
  })

  test('a call is answered when it is committed, like any request', () => {
    const group = new NodeGroup()
    const id = group.begin(1, group.request('POST', 'auth/token/create', { json: { policies: ['default'] } }))
    group.deliver(1, 0)
    expect(kinds(group, 0, 1)).toEqual([])
    group.flush(0)
    expect(kinds(group, 0, 1)).toEqual(['append'])
    group.catchUp()
    expect(group.answerOf(id)?.served).toMatchObject({ by: 'n1', forwarded: 'rpc' })
  })
})

describe('without a majority', () => {
  test('writes and reads wait for max_request_duration, and then are told so', () => {
    const group = new NodeGroup({ config: withConfig({}, {}, { max_request_duration: seconds(5) }) })
    group.cut(0, 1)
    const write = writeOne(group)
    group.pass(seconds(2))
    const read = group.begin(0, group.request('GET', 'secret/data/a'))
    group.settle()
    group.pass(micros(seconds(3) - 1))
    expect([group.answerOf(write), group.answerOf(read)]).toEqual([null, null])
    group.pass(micros(1))
    const answer = group.answerOf(write)
    expect([answer?.reply.status, answer === null ? null : errorsIn(answer)]).toEqual([
      500,
      ['context deadline exceeded'],
    ])
    expect(group.answerOf(read)).toBeNull()
    group.pass(seconds(2))
    expect(group.answerOf(read)?.reply.status).toBe(500)
  })

  test('the write survives when the majority comes back: nobody is told, everybody sees it', () => {
    const group = new NodeGroup({ config: withConfig({}, {}, { max_request_duration: seconds(5) }) })
    group.cut(0, 1)
    const write = writeOne(group)
    group.pass(seconds(6))
    expect(group.answerOf(write)?.reply.status).toBe(500)
    group.heal(0, 1)
    group.catchUp()
    expect(dataIn(group.ask(1, 'GET', 'secret/data/a'))).toMatchObject({ data: { path: 'a' } })
  })
})

describe('a link that breaks', () => {
  /** What can be lost: the entries on the way there, or the acknowledgement on the way back, at each step of one write. */
  const steps: readonly (readonly [string, (group: NodeGroup) => void])[] = [
    ['before the flush', () => undefined],
    ['with the entries under way', (group) => group.flush(0)],
    [
      'with the entries received and not on disk',
      (group) => {
        group.flush(0)
        group.deliver(0, 1)
      },
    ],
    [
      'with the acknowledgement under way',
      (group) => {
        group.flush(0)
        group.deliver(0, 1)
        group.flush(1)
      },
    ],
    [
      'with the news of the commit under way',
      (group) => {
        group.flush(0)
        group.deliver(0, 1)
        group.flush(1)
        group.deliver(1, 0)
      },
    ],
  ]

  test.each(steps)('%s loses nothing that is written: after it heals, the write is answered and seen', (_, until) => {
    const group = new NodeGroup()
    const id = writeOne(group)
    until(group)
    group.cut(0, 1)
    group.heal(0, 1)
    group.catchUp()
    expect(group.answerOf(id)?.reply.status).toBe(200)
    expect(group.ask(1, 'GET', 'secret/data/a').reply.status).toBe(200)
    expect(group.node(1).log.chain).toBe(group.active.log.chain)
  })

  test.each(steps)('%s, twice in a row, loses nothing either', (_, until) => {
    const group = new NodeGroup()
    writeOne(group)
    until(group)
    group.cut(0, 1)
    group.heal(0, 1)
    group.deliver(1, 0)
    group.cut(0, 1)
    writeOne(group, 'b')
    group.flush(0)
    group.flush(1)
    group.heal(0, 1)
    group.catchUp()
    expect(group.node(1).log.chain).toBe(group.active.log.chain)
  })

  test('a standby that was away learns of the commits with the time of their commit, so that its lag is over when they are here', () => {
    const group = new NodeGroup({ standbys: 2 })
    group.cut(0, 2)
    writeOne(group)
    group.settle()
    const committedAt = group.now
    group.pass(seconds(10))
    group.heal(0, 2)
    group.deliver(2, 0)
    const news = group.underWay(0, 2).filter(({ kind }) => kind === 'append' || kind === 'commit')
    expect(news).toMatchObject([
      { kind: 'commit', commit: group.active.log.head, commitTime: committedAt },
      { kind: 'append', commit: group.active.log.head, commitTime: committedAt },
    ])
  })

  test.each([
    [0, 1],
    [1, 0],
  ])('may be whole for one end before the other (%i first): what is said too early is said again', (first, second) => {
    const group = new NodeGroup()
    const id = writeOne(group)
    group.flush(0)
    group.deliver(0, 1)
    group.flush(1)
    group.cut(0, 1)
    group.healEnd(first, second)
    group.settle()
    group.healEnd(second, first)
    group.catchUp()
    expect(group.answerOf(id)?.reply.status).toBe(200)
    expect(group.ask(1, 'GET', 'secret/data/a').reply.status).toBe(200)
  })

  test.each([
    [0, 1],
    [1, 0],
  ])('with nothing to send but the news of a commit brings that news (%i first)', (first, second) => {
    const group = new NodeGroup({ standbys: 2 })
    writeOne(group)
    group.flush(0)
    for (const to of [1, 2]) {
      group.deliver(0, to)
      group.flush(to)
    }
    group.deliver(1, 0)
    group.deliver(2, 0)
    group.cut(0, 1)
    group.healEnd(first, second)
    group.settle()
    group.healEnd(second, first)
    group.catchUp()
    expect(group.node(1).log.applied).toBe(group.active.log.head)
  })

  test('the other standbys take no notice', () => {
    const group = new NodeGroup({ standbys: 2 })
    group.cut(0, 2)
    const id = writeOne(group)
    group.settle()
    expect(group.answerOf(id)?.reply.status).toBe(200)
    group.apply(1)
    expect(group.ask(1, 'GET', 'secret/data/a').reply.status).toBe(200)
    expect(group.ask(2, 'GET', 'secret/data/a').reply.status).toBe(404)
  })

  test('being told twice that it broke, or that it healed, changes nothing', () => {
    const group = new NodeGroup()
    const event = (kind: 'connected' | 'disconnected') => group.happen(0, { kind, peer: nodeId(1) })
    expect(event('connected')).toEqual([])
    group.cut(0, 1)
    expect(event('disconnected')).toEqual([])
    group.heal(0, 1)
    expect(event('connected')).toEqual([])
  })
})

describe('a standby behind the held log', () => {
  const BUFFER = 8
  const away = (writes: number): NodeGroup => {
    const config = withConfig({}, { logshipper_buffer_length: BUFFER })
    const group = new NodeGroup({ standbys: 2, config })
    group.ask(0, 'POST', 'secret/data/old', { json: { data: { n: 1 } } })
    group.catchUp()
    group.cut(0, 2)
    for (let n = 0; n < writes; n++) {
      group.ask(0, 'POST', `secret/data/new-${n}`, { json: { data: { n } } })
      group.settle()
    }
    return group
  }
  /** Heals the link. Answers as what the standby gets what it missed. */
  const back = (group: NodeGroup): string | undefined => {
    group.heal(0, 2)
    group.deliver(2, 0)
    return kinds(group, 0, 2).find((kind) => kind === 'append' || kind === 'snapshot')
  }

  test('gets entries as long as they are held, and a snapshot when they are not', () => {
    const within = away(1)
    expect(within.active.log.head - within.node(2).log.head).toBeLessThanOrEqual(BUFFER)
    expect(back(within)).toBe('append')
    expect(back(away(BUFFER + 1))).toBe('snapshot')
  })

  test('reads go on with old data until the index of the snapshot may be seen, and then jump', () => {
    const group = away(BUFFER + 1)
    const before = group.node(2).log.applied
    expect(back(group)).toBe('snapshot')
    group.deliver(0, 2)
    const reads = (): readonly number[] =>
      ['old', 'new-0', `new-${BUFFER}`].map((path) => group.ask(2, 'GET', `secret/data/${path}`).reply.status)
    expect(reads()).toEqual([200, 404, 404])
    group.settle()
    group.apply(2, walIndex(group.active.log.head - 1))
    expect(reads()).toEqual([200, 404, 404])
    expect(group.node(2).log.applied).toBe(before)
    group.apply(2)
    expect(reads()).toEqual([200, 200, 200])
    expect(group.applied.at(-1)).toEqual({
      node: 'n2',
      from: before,
      through: group.active.log.head,
      chain: group.active.log.chain,
    })
  })

  test('what is written after the snapshot follows it', () => {
    const group = away(BUFFER + 1)
    back(group)
    writeOne(group, 'later')
    group.catchUp()
    expect(group.ask(2, 'GET', 'secret/data/later').reply.status).toBe(200)
    expect(group.node(2).log.chain).toBe(group.active.log.chain)
    expect([...group.node(2).store.entries()].length).toBe(group.active.store.size)
  })

  test('a snapshot counts for the majority only when it is on the disk of the standby', () => {
    const group = away(BUFFER + 1)
    group.cut(0, 1)
    const id = writeOne(group)
    group.flush(0)
    group.heal(0, 2)
    group.deliver(2, 0)
    group.deliver(0, 2)
    expect(group.answerOf(id)).toBeNull()
    group.flush(2)
    group.deliver(2, 0)
    expect(group.answerOf(id)?.reply.status).toBe(200)
  })

  test('a snapshot holds what a majority has and no more; what is written behind that follows it', () => {
    const group = away(BUFFER + 1)
    const { committed } = group.active.log
    writeOne(group, 'later')
    const { head } = group.active.log
    expect(back(group)).toBe('snapshot')
    const [snapshot] = group.underWay(0, 2).filter((message) => message.kind === 'snapshot')
    expect(snapshot).toMatchObject({ snapshot: { index: committed, term: group.active.term } })
    const paths = JSON.stringify(snapshot)
    expect([paths.includes('new-0'), paths.includes('later')]).toEqual([true, false])
    // Nothing is sent before it is on the own disk.
    expect(kinds(group, 0, 2)).not.toContain('append')
    group.flush(0, walIndex(head - 1))
    group.flush(0)
    const appended = group.underWay(0, 2).flatMap((message) => (message.kind === 'append' ? message.entries : []))
    expect(appended.map(({ index }) => index)).toEqual(
      Array.from({ length: head - committed }, (_, at) => committed + 1 + at),
    )
    group.catchUp()
    expect(group.node(2).log.chain).toBe(group.active.log.chain)
  })

  test('a snapshot drops nothing that was acknowledged: what lies behind it here stays', () => {
    // Nobody but n1 and the active node has all entries on disk, and n1 has not heard of a commit; n2 has, of some.
    const group = new NodeGroup({
      standbys: 2,
      config: withConfig({}, { logshipper_buffer_length: 2 }, { election_timeout: seconds(5) }),
    })
    const known = walIndex(group.founded + 2)
    const ids = Array.from({ length: 5 }, (_, n) =>
      group.begin(0, group.request('POST', 'cubbyhole/a', { json: { n } })),
    )
    group.flush(0, known)
    group.flush(0)
    for (const to of [1, 2]) {
      group.deliver(0, to)
      group.flush(to, known)
    }
    group.deliver(2, 0)
    group.deliver(0, 2)
    group.apply(2)
    group.flush(1)
    group.deliver(1, 0)
    expect(ids.map((id) => group.answerOf(id)?.reply.status)).toEqual([204, 204, 204, 204, 204])
    group.kill(0)
    group.happen(2, { kind: 'message', from: nodeId(0), message: { kind: 'take-over', term: group.node(2).term } })
    const sent: string[] = []
    for (let round = 0; round < 5; round++) {
      sent.push(...kinds(group, 2, 1))
      group.deliver(2, 1)
      group.flush(1)
      group.deliver(1, 2)
    }
    expect(group.activeOrdinal).toBe(2)
    expect(sent).toContain('snapshot')
    // The new active node stops before it has flushed what it leads with.
    group.restart(2)
    group.heal(1, 2)
    group.elect()
    expect(dataIn(group.ask(1, 'GET', 'cubbyhole/a'))).toEqual({ n: 4 })
  })

  test('a snapshot that is lost is sent again', () => {
    const group = away(BUFFER + 1)
    expect(back(group)).toBe('snapshot')
    group.cut(0, 2)
    expect(back(group)).toBe('snapshot')
    group.catchUp()
    expect(group.node(2).log.chain).toBe(group.active.log.chain)
  })

  test('a cut between a snapshot and its acknowledgement loses nothing', () => {
    const group = away(BUFFER + 1)
    back(group)
    group.deliver(0, 2)
    group.cut(0, 2)
    group.flush(2)
    group.heal(0, 2)
    group.catchUp()
    expect(group.node(2).log.chain).toBe(group.active.log.chain)
    expect(group.active.peers.get(nodeId(2))?.received).toBe(group.active.log.head)
  })

  test('a mount that came with the jump is there, and what was looked up before does not hide it', () => {
    const group = away(BUFFER + 1)
    group.ask(0, 'POST', 'sys/mounts/kv', { json: { type: 'kv' } })
    group.ask(0, 'POST', 'kv/a', { json: { n: 1 } })
    group.settle()
    expect(group.ask(2, 'GET', 'kv/a').reply.status).toBe(404)
    expect(back(group)).toBe('snapshot')
    group.catchUp()
    expect(group.ask(2, 'GET', 'kv/a').reply.status).toBe(200)
  })

  test('tokens of before and after the jump are good there', () => {
    const group = away(BUFFER + 1)
    const token = tokenIn(group.ask(0, 'POST', 'auth/token/create', { json: { policies: ['default'] } }))
    const lookup = (): number => group.ask(2, 'GET', 'auth/token/lookup-self', { token }).reply.status
    expect(lookup()).toBe(412)
    back(group)
    group.settle()
    expect(lookup()).toBe(412)
    group.apply(2)
    expect(lookup()).toBe(200)
  })
})

test('entries are let go of when every standby has them, and not before', () => {
  const group = new NodeGroup({ standbys: 2 })
  const held = (): number => group.active.log.head + 1 - group.active.log.first
  group.cut(0, 2)
  writeOne(group)
  group.settle()
  expect(held()).toBeGreaterThan(0)
  group.heal(0, 2)
  group.catchUp()
  expect(held()).toBe(0)
  const index: WalIndex = group.active.log.head
  expect(group.node(2).log).toMatchObject({ head: index, received: index, committed: index, applied: index })
})
