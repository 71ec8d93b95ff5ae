/** How long an active node is one without a majority, and what becomes of what it did meanwhile (vault-consistency 4.6). */

import { micros, milliseconds, seconds, type JsonObject, type Micros } from '@fourtwelve/protocol'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { errorsIn, type NodeGroup } from '../node-pair.ts'
import { CANCELED, contents, ELECTION_TIMEOUT, electing, get, put } from './electing-group.ts'

const LEASE = micros(ELECTION_TIMEOUT / 2)

const cutOff = (group: NodeGroup, ordinal: number): void => {
  for (let other = 0; other < group.ids.length; other++) if (other !== ordinal) group.cut(ordinal, other)
}

describe('an active node without a majority', () => {
  test.each([2, 3, 5])('of %i resigns after half the time-out, and not before', (nodes) => {
    const group = electing(nodes - 1)
    cutOff(group, 0)
    group.pass(LEASE)
    expect(group.node(0).role).toBe('active')
    group.pass(micros(1))
    expect([group.node(0).role, group.node(0).active, group.activeOrdinal]).toEqual(['standby', null, null])
  })

  test('with one still goes on', () => {
    const group = electing(2)
    group.cut(0, 2)
    group.live(seconds(60))
    expect([group.node(0).role, group.leads]).toEqual(['active', []])
  })

  test('alone in its cluster needs nobody', () => {
    const group = electing(0)
    group.pass(seconds(600))
    expect(group.node(0).role).toBe('active')
  })

  test('has its lease from when a heartbeat was said, not from when it was heard', () => {
    const group = electing(2)
    group.pass(milliseconds(2_400))
    // Of all the heartbeats since only the first arrives: it was said at half a second.
    group.deliverLane(0, 1, 'leadership', 1)
    group.deliverLane(1, 0, 'leadership', 1)
    group.pass(milliseconds(600))
    expect(group.node(0).role).toBe('active')
    group.pass(micros(1))
    expect(group.node(0).role).toBe('standby')
  })

  test('tells whoever waits that nobody knows, and goes back to what a majority has', () => {
    const group = electing(2)
    group.send(0, group.request('POST', 'cubbyhole/a', { json: { n: 1 } }))
    group.catchUp()
    const before = contents(group, 0)
    cutOff(group, 0)
    const waiting = [
      put(group, 0, 2),
      group.begin(0, group.request('GET', 'cubbyhole/a')),
      group.begin(0, group.request('POST', 'auth/token/create', { json: {} })),
    ]
    group.settle()
    expect(waiting.map((id) => group.answerOf(id))).toEqual([null, null, null])
    group.pass(micros(LEASE + 1))
    for (const id of waiting) {
      const answer = group.answerOf(id)
      expect([answer?.reply.status, answer === null ? null : errorsIn(answer)]).toEqual([500, [CANCELED]])
    }
    expect(contents(group, 0)).toEqual(before)
    group.heal(0, 1)
    group.heal(0, 2)
    expect(group.elect()).toBeGreaterThanOrEqual(0)
  })

  test('shows the old value when another leads, and never again what it wrote in vain', () => {
    const group = electing(2)
    group.send(0, group.request('POST', 'cubbyhole/a', { json: { n: 1 } }))
    group.catchUp()
    cutOff(group, 0)
    put(group, 0, 2)
    const active = group.elect()
    expect(active).not.toBe(0)
    expect(get(group, active)).toEqual({ n: 1 })
    group.heal(0, 1)
    group.heal(0, 2)
    group.live(seconds(1))
    expect([group.node(0).role, get(group, 0)]).toEqual(['performance-standby', { n: 1 }])
    group.send(active, group.request('POST', 'cubbyhole/a', { json: { n: 3 } }))
    group.catchUp()
    expect(get(group, 0)).toEqual({ n: 3 })
  })

  test('breaks a revocation off that somebody waits for, and says so', () => {
    const group = electing(2)
    group.ask(0, 'POST', 'auth/token/create', { json: { id: 'parent', policies: ['root'] } })
    for (let n = 0; n < 60; n++) group.ask(0, 'POST', 'auth/token/create', { token: 'parent', json: {} })
    group.catchUp()
    const before = contents(group, 0)
    cutOff(group, 0)
    const id = group.begin(0, group.request('POST', 'auth/token/revoke', { json: { token: 'parent' } }))
    expect(group.node(0).revocations.length).toBe(1)
    group.pass(micros(LEASE + 1))
    expect([group.answerOf(id)?.reply.status, group.node(0).revocations.length]).toEqual([500, 0])
    expect(contents(group, 0)).toEqual(before)
  })
})

const WRITES = {
  secret: ['POST', 'secret/data/a', { data: { v: 1 } }],
  another: ['POST', 'secret/data/a', { data: { v: 2 } }],
  removal: ['DELETE', 'secret/metadata/a', undefined],
  cubbyhole: ['POST', 'cubbyhole/a', { n: 1 }],
  policy: ['POST', 'sys/policies/acl/p', { policy: 'path "a" {}' }],
  token: ['POST', 'auth/token/create', { policies: ['default'] }],
  mount: ['POST', 'sys/mounts/kv', { type: 'kv' }],
  unmount: ['DELETE', 'sys/mounts/kv', undefined],
  revocation: ['POST', 'auth/token/revoke', { token: 'few' }],
  use: ['GET', 'cubbyhole/a', undefined],
} as const satisfies Record<string, readonly ['GET' | 'POST' | 'DELETE', string, JsonObject | undefined]>

test('whatever is written in vain, everything is as a majority has it, derived state too', () => {
  const writes = fc.array(fc.constantFrom(...(Object.keys(WRITES) as (keyof typeof WRITES)[])), { maxLength: 12 })
  fc.assert(
    fc.property(writes, writes, (kept, lost) => {
      const group = electing(2)
      group.ask(0, 'POST', 'auth/token/create', { json: { id: 'few', num_uses: 9, policies: ['default'] } })
      const write = (name: keyof typeof WRITES): void => {
        const [method, path, json] = WRITES[name]
        const token = name === 'use' ? 'few' : group.rootToken
        group.begin(0, group.request(method, path, { token, ...(json === undefined ? {} : { json }) }))
        group.flush(0)
      }
      for (const name of kept) write(name)
      group.catchUp()
      const before = [contents(group, 0), group.node(0).log.chain]
      cutOff(group, 0)
      for (const name of lost) write(name)
      group.pass(micros(LEASE + 1))
      expect([contents(group, 0), group.node(0).log.chain]).toEqual(before)
      // It may lead again: with its own log, or with the others' when it was not elected.
      for (const other of [1, 2]) group.heal(0, other)
      const active = group.elect()
      group.live(seconds(2))
      const mounts = [0, 1, 2].map((at) => group.ask(at, 'GET', 'sys/mounts').reply.body?.['data'])
      expect(mounts[0]).toEqual(mounts[active])
      expect(contents(group, 0)).toEqual(contents(group, active))
    }),
    { numRuns: 40 },
  )
})

describe('nobody follows another while a lease may run', () => {
  test('not even a node that came back: it may have promised that', () => {
    for (let late = 0; late < 20; late++) {
      const group = electing(2)
      group.cut(0, 2)
      group.cut(1, 2)
      group.live(micros(seconds(20) + late * milliseconds(50)))
      // n1 is all that n0 has, and now it is linked to n2 alone.
      group.restart(1)
      group.heal(1, 2)
      const changed = (): boolean => group.leads.length > 0
      for (let waited = 0; !changed(); waited++) {
        if (waited > 300) throw new Error('nobody became active')
        group.live(milliseconds(100))
      }
      expect(group.node(0).role).toBe('standby')
      // The referee would tell when n0 missed this.
      group.ask(group.activeOrdinal ?? 2, 'POST', 'cubbyhole/a', { json: { n: 2 } })
      expect(group.answerOf(group.begin(0, group.request('GET', 'cubbyhole/a')))?.reply.status).toBe(500)
    }
  })

  test('and clocks that are set move none', () => {
    const hour: Micros = seconds(3600)
    for (const skew of [hour, micros(0 - hour)]) {
      for (const ordinal of [0, 1, 2]) {
        const group = electing(2)
        group.live(seconds(3))
        group.setClock(ordinal, skew)
        group.live(seconds(30))
        group.setClock(ordinal, micros(0))
        group.live(seconds(30))
        expect([group.leads, group.node(0).role, group.node(1).term]).toEqual([[], 'active', 1])
        // And it still ends in time.
        group.setClock(ordinal, skew)
        group.live(seconds(1))
        cutOff(group, 0)
        group.pass(seconds(3))
        expect(group.node(0).role).toBe('standby')
      }
    }
  })
})
