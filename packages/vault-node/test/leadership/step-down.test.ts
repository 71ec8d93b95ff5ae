/** `sys/step-down`: who may, what it answers, and who leads then (vault-http-api 3.2). */

import { micros, milliseconds, nodeId, seconds, type Micros } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import { errorsIn, tokenIn, type NodeGroup } from '../node-pair.ts'
import { CANCELED, electing, get, passUntil, put, standing } from './electing-group.ts'

const RESTS: Micros = seconds(10)

const begin = (group: NodeGroup, ordinal: number, token = group.rootToken): number =>
  group.begin(ordinal, group.request('PUT', 'sys/step-down', { token }))

const tokenWith = (group: NodeGroup, rules: string): string => {
  group.ask(0, 'POST', 'sys/policies/acl/p', { json: { policy: `path "sys/step-down" { ${rules} }` } })
  const token = tokenIn(group.ask(0, 'POST', 'auth/token/create', { json: { policies: ['p'] } }))
  group.catchUp()
  return token
}

describe('the request', () => {
  test('is answered at once with 204, whatever else waits', () => {
    const group = electing(2)
    const write = put(group, 0, 1)
    const id = begin(group, 0)
    expect(group.answerOf(id)?.reply).toEqual({ status: 204, index: null, body: null })
    const answer = group.answerOf(write)
    expect([answer?.reply.status, answer === null ? null : errorsIn(answer)]).toEqual([500, [CANCELED]])
    expect(group.node(0).role).toBe('standby')
  })

  test.each([
    ['no rights', 'capabilities = ["deny"]', 403],
    ['all rights but sudo', 'capabilities = ["create", "update"]', 403],
    ['sudo', 'capabilities = ["update", "sudo"]', 204],
  ])('by a token with %s', (_, rules, status) => {
    const group = electing(2)
    const token = tokenWith(group, rules)
    const answer = group.ask(0, 'PUT', 'sys/step-down', { token })
    expect(answer.reply.status).toBe(status)
    expect(group.leads.length).toBe(status === 204 ? 1 : 0)
  })

  test('by nobody is a 403, on a standby too', () => {
    const group = electing(2)
    for (const ordinal of [0, 1])
      expect(group.ask(ordinal, 'PUT', 'sys/step-down', { token: 'nobody' }).reply.status).toBe(403)
    expect(group.leads).toEqual([])
  })

  test('to a standby is forwarded', () => {
    const group = electing(2)
    const answer = group.ask(2, 'PUT', 'sys/step-down')
    expect([answer.reply.status, answer.served.by, answer.served.forwarded]).toEqual([204, 'n0', 'always'])
    expect(group.leads.length).toBe(1)
    expect(group.node(0).role).not.toBe('active')
  })

  test('by the last use of a token counts that use, which may be lost with the leadership', () => {
    const group = electing(2)
    group.ask(0, 'POST', 'auth/token/create', { json: { id: 'once', num_uses: 1, policies: ['root'] } })
    group.catchUp()
    expect(group.ask(0, 'PUT', 'sys/step-down', { token: 'once' }).reply.status).toBe(204)
    group.live(seconds(1))
    const heads = group.ids.map((_, at) => group.node(at).log.chain)
    expect(new Set(heads).size).toBe(1)
  })

  test('leaves a cluster of one as it is', () => {
    const group = electing(0)
    expect(group.ask(0, 'PUT', 'sys/step-down').reply.status).toBe(204)
    expect([group.node(0).role, group.node(0).term]).toEqual(['active', 1])
    expect(group.ask(0, 'POST', 'cubbyhole/a', { json: { n: 1 } }).reply.status).toBe(204)
  })
})

describe('the heir', () => {
  test.each([1, 2, 3, 4])('is the standby with most of the log (n%i)', (heir) => {
    const group = electing(4)
    put(group, 0, 1)
    group.flush(0)
    group.deliver(0, heir)
    group.flush(heir)
    group.deliver(heir, 0)
    begin(group, 0)
    const told = group.ids.map((_, to) => group.underWay(0, to).some(({ kind }) => kind === 'take-over'))
    expect(told).toEqual(group.ids.map((_, at) => at === heir))
    const { now } = group
    group.settle()
    expect([group.leads, group.now]).toEqual([[nodeId(heir)], now])
    // What it had of the old one's it keeps.
    expect(get(group, heir)).toEqual({ n: 1 })
  })

  test('of two nodes is the other, and the old one follows it', () => {
    const group = electing(1)
    group.ask(0, 'PUT', 'sys/step-down')
    expect([group.node(0).role, group.node(1).role]).toEqual(['performance-standby', 'active'])
    const id = put(group, 0, 1)
    group.catchUp()
    expect([group.answerOf(id)?.reply.status, group.answerOf(id)?.served.by]).toEqual([204, 'n1'])
  })

  test('gives it back the same way', () => {
    const group = electing(2)
    for (let round = 0; round < 6; round++) {
      const from = group.activeOrdinal ?? 0
      group.ask(from, 'PUT', 'sys/step-down')
      expect(group.activeOrdinal).not.toBe(from)
      expect(group.active.term).toBe(2 + round)
      group.catchUp()
    }
  })

  test('that is cut off is none', () => {
    const group = electing(2)
    group.cut(0, 1)
    group.ask(0, 'PUT', 'sys/step-down')
    expect(group.activeOrdinal).toBe(2)
  })
})

describe('who stepped down', () => {
  /** Whom n0 asks for its vote. */
  const asks = (group: NodeGroup): boolean => standing(group).some(([from]) => from === 0)

  test('does not stand for ten seconds, though nobody takes over', () => {
    const group = electing(2)
    begin(group, 0)
    group.pass(micros(RESTS - 1))
    expect(asks(group)).toBe(false)
    passUntil(group, () => asks(group), milliseconds(100))
    expect(group.node(0).role).toBe('standby')
  })

  test('also when it votes meanwhile, and when a link is made', () => {
    const group = electing(2)
    begin(group, 0)
    const began = group.now
    group.pass(seconds(1))
    group.cut(0, 1)
    group.heal(0, 1)
    passUntil(group, () => standing(group).some(([from]) => from === 2))
    group.deliverLane(2, 0, 'leadership', 99)
    while (group.now - began < RESTS - milliseconds(100)) {
      group.pass(milliseconds(100))
      expect(asks(group)).toBe(false)
    }
  })

  test('follows whoever is elected, and may lead again after that', () => {
    const group = electing(2)
    group.ask(0, 'PUT', 'sys/step-down')
    group.live(seconds(1))
    expect(group.node(0).role).toBe('performance-standby')
    const first = group.activeOrdinal ?? 1
    group.kill(3 - first)
    group.live(seconds(15))
    group.ask(first, 'PUT', 'sys/step-down')
    expect(group.activeOrdinal).toBe(0)
  })
})
