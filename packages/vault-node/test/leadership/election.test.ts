/** How a node becomes active when the one before is gone: when, by whose votes, and what clients meet meanwhile (vault-consistency 4.6). */

import { micros, nodeId, seconds, term, type NodeId } from '@fourtwelve/protocol'
import type { Effect } from '@fourtwelve/vault-node'
import { describe, expect, test } from 'vitest'
import { errorsIn, type NodeGroup } from '../node-pair.ts'
import { ELECTION_TIMEOUT, electing, get, NOT_FOUND, passUntil, put, standing } from './electing-group.ts'

/** Asks one node for its vote. Answers what it wants done. */
function askVote(
  group: NodeGroup,
  ordinal: number,
  from: NodeId,
  asked: Partial<Extract<Parameters<NodeGroup['happen']>[1], { kind: 'message' }>['message']> & object,
): readonly Effect[] {
  const { log } = group.node(ordinal)
  const stand = { kind: 'stand', term: term(2), lastTerm: term(1), lastIndex: log.head, trial: false, transfer: false }
  return group.happen(ordinal, { kind: 'message', from, message: { ...stand, ...asked } as never })
}

const votesIn = (effects: readonly Effect[]): readonly boolean[] =>
  effects.flatMap((effect) =>
    effect.kind === 'send' && effect.message.kind === 'vote' ? [effect.message.granted] : [],
  )

describe('when the active node is gone', () => {
  test.each([3, 4, 5])(
    'of %i nodes one asks for votes between once and twice the time-out, and first on trial',
    (nodes) => {
      const group = electing(nodes - 1)
      group.kill(0)
      const took = passUntil(group, () => standing(group).length > 0)
      expect(took).toBeGreaterThanOrEqual(ELECTION_TIMEOUT)
      expect(took).toBeLessThanOrEqual(2 * ELECTION_TIMEOUT)
      for (const [from, { trial, term: asked, transfer }] of standing(group)) {
        expect([trial, asked, transfer]).toEqual([true, 2, false])
        // A trial binds nobody, not even who makes it.
        expect([group.node(from).term, group.node(from).leadership.votedFor]).toEqual([1, null])
      }
    },
  )

  test('the time-outs of the nodes differ, and are drawn anew', () => {
    const group = electing(4)
    const drawn = new Set<number>()
    for (let round = 0; round < 20; round++) {
      for (let at = 1; at < 5; at++) {
        const { timeout } = group.node(at).leadership
        expect(timeout).toBeGreaterThanOrEqual(ELECTION_TIMEOUT)
        expect(timeout).toBeLessThan(2 * ELECTION_TIMEOUT)
        drawn.add(timeout)
      }
      group.happen(group.activeOrdinal ?? 0, { kind: 'step-down' })
      group.settle()
    }
    expect(drawn.size).toBeGreaterThan(40)
  })

  test('a performance standby reads on until its time-out; then it is a plain one that knows of nobody, and then selected again', () => {
    const group = electing(2)
    group.send(0, group.request('POST', 'cubbyhole/a', { json: { n: 1 } }))
    group.catchUp()
    group.kill(0)
    group.pass(micros(ELECTION_TIMEOUT - 1))
    for (const at of [1, 2]) expect([group.node(at).role, get(group, at)]).toEqual(['performance-standby', { n: 1 }])
    passUntil(group, () => group.node(1).role === 'standby' && group.node(2).role === 'standby')
    for (const at of [1, 2]) {
      const id = group.begin(at, group.request('GET', 'cubbyhole/a'))
      const answer = group.answerOf(id)
      expect([answer?.reply.status, answer === null ? null : errorsIn(answer)]).toEqual([500, [NOT_FOUND]])
      const health = group.answerOf(group.begin(at, group.request('GET', 'sys/health')))
      expect(health?.reply.status).toBe(429)
    }
    const active = group.elect()
    const standby = 3 - active
    expect([group.node(active).role, group.node(standby).role]).toEqual(['active', 'performance-standby'])
    expect([get(group, active), get(group, standby)]).toEqual([{ n: 1 }, { n: 1 }])
    expect(group.ask(standby, 'GET', 'sys/health').reply.status).toBe(473)
    expect(group.ask(standby, 'GET', 'sys/leader').reply.body).toMatchObject({
      leader_address: `http://n${active}:8200`,
    })
  })

  test('what was asked of it, and waits for it, fails when its standby loses patience', () => {
    const group = electing(2)
    const id = put(group, 1, 1)
    passUntil(group, () => group.node(1).active === null)
    expect(group.answerOf(id)?.reply.status).toBe(307)
  })

  test('a minority elects nobody, however long it waits, and enters no term', () => {
    const group = electing(4)
    for (const gone of [0, 1, 2]) group.kill(gone)
    group.live(seconds(120))
    expect([group.leads, group.node(3).term, group.node(4).term]).toEqual([[], 1, 1])
  })

  test('a whole group that starts again has an active node soon', () => {
    const group = electing(2)
    group.send(0, group.request('POST', 'cubbyhole/a', { json: { n: 1 } }))
    for (const at of [0, 1, 2]) group.kill(at)
    for (const at of [0, 1, 2]) group.restart(at)
    const began = group.now
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const)
      group.heal(a, b)
    const active = group.elect()
    expect(group.now - began).toBeLessThan(2 * ELECTION_TIMEOUT)
    expect(get(group, active)).toEqual({ n: 1 })
  })
})

describe('a vote', () => {
  /** Nobody is heard any more. */
  const leaderless = (): NodeGroup => {
    const group = electing(2)
    group.kill(0)
    group.pass((2 * ELECTION_TIMEOUT) as never)
    return group
  }

  test('is given to nobody whose log lacks something, on trial or not', () => {
    for (const trial of [true, false]) {
      const group = electing(2)
      group.cut(0, 2)
      group.send(0, group.request('POST', 'cubbyhole/a', { json: { n: 1 } }))
      group.kill(0)
      group.pass((2 * ELECTION_TIMEOUT) as never)
      const lastIndex = group.node(2).log.head
      expect(votesIn(askVote(group, 1, nodeId(2), { trial, lastIndex } as never))).toEqual([false])
      // The node that has it is the one that is elected.
      expect(group.elect()).toBe(1)
      expect(get(group, 1)).toEqual({ n: 1 })
    }
  })

  test('is given to a shorter log that ends in a later term', () => {
    const group = leaderless()
    const last = { lastTerm: term(2), lastIndex: 1, term: term(3) } as never
    expect(votesIn(askVote(group, 1, nodeId(2), last))).toEqual([true])
  })

  test('is given once a term, and survives a restart', () => {
    const group = leaderless()
    expect(votesIn(askVote(group, 1, nodeId(2), {}))).toEqual([true])
    expect(group.disk(1).ballot).toEqual({ term: 2, votedFor: 'n2' })
    expect(votesIn(askVote(group, 1, nodeId(0), {}))).toEqual([false])
    group.restart(1)
    expect([group.node(1).term, group.node(1).leadership.votedFor]).toEqual([2, 'n2'])
    expect(votesIn(askVote(group, 1, nodeId(0), {}))).toEqual([false])
    expect(votesIn(askVote(group, 1, nodeId(2), {}))).toEqual([true])
    group.pass(ELECTION_TIMEOUT)
    expect(votesIn(askVote(group, 1, nodeId(0), { term: term(3) } as never))).toEqual([true])
  })

  test('is on the disk before it is sent', () => {
    const kinds = askVote(leaderless(), 1, nodeId(2), {}).map(({ kind }) => kind)
    expect(kinds.indexOf('ballot')).toBeGreaterThanOrEqual(0)
    expect(kinds.indexOf('ballot')).toBeLessThan(kinds.indexOf('send'))
  })

  test('on trial changes nothing, and is refused while the active node is heard', () => {
    const group = electing(2)
    const before = { ...group.node(1).leadership }
    expect(votesIn(askVote(group, 1, nodeId(2), { trial: true } as never))).toEqual([false])
    expect(group.node(1).leadership).toEqual(before)
    const heard = leaderless()
    expect(votesIn(askVote(heard, 1, nodeId(2), { trial: true } as never))).toEqual([true])
    expect([heard.node(1).term, heard.node(1).leadership.votedFor]).toEqual([1, null])
  })

  test('is not even answered while the active node is heard, and no term is entered, unless that node asked for it', () => {
    const group = electing(2)
    expect(votesIn(askVote(group, 1, nodeId(2), { term: term(9) } as never))).toEqual([])
    expect(group.node(1).term).toBe(1)
    expect(votesIn(askVote(group, 1, nodeId(2), { term: term(9), transfer: true } as never))).toEqual([true])
    expect(group.node(1).term).toBe(9)
  })
})

test('a node that was cut off for long disturbs nobody when it is back', () => {
  const group = electing(2)
  group.cut(0, 2)
  group.cut(1, 2)
  group.live(seconds(120))
  expect([group.node(2).role, group.node(2).term]).toEqual(['standby', 1])
  group.heal(0, 2)
  group.heal(1, 2)
  group.live(seconds(30))
  expect([group.leads, group.active.id, group.active.term]).toEqual([[], 'n0', 1])
  expect(group.node(2).role).toBe('performance-standby')
})

test('an active node of an older term is told that it is over, and follows', () => {
  const group = electing(2)
  group.cut(0, 1)
  group.cut(0, 2)
  group.elect()
  group.live(seconds(15))
  const { id } = group.active
  group.heal(0, 1)
  group.heal(0, 2)
  group.live(seconds(1))
  expect([group.node(0).role, group.node(0).active, group.node(0).term]).toEqual([
    'performance-standby',
    id,
    group.active.term,
  ])
})
