/** The queue of leases that end: one item a lease, at the end that is stored. */

import { micros, seconds, type Micros } from '@fourtwelve/protocol'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ExpiryQueue } from '../../dist/tokens/expiry-queue.js'
import { oneNode } from '../one-node.ts'

const lease = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')
const orders = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('set' as const), lease, at: fc.option(fc.nat(50)) }),
    fc.record({ do: fc.constant('take' as const), lease }),
  ),
  { maxLength: 100, size: 'max' },
)

it('answers as a plain list would: what ends first, when, and how many there are', () => {
  fc.assert(
    fc.property(orders, fc.nat(60), (script, now) => {
      const queue = new ExpiryQueue()
      const ends = new Map<string, Micros>()
      for (const order of script) {
        if (order.do === 'take') {
          queue.take(order.lease)
          ends.delete(order.lease)
        } else {
          queue.set(order.lease, order.at === null ? null : micros(order.at))
          if (order.at === null) ends.delete(order.lease)
          else ends.set(order.lease, micros(order.at))
        }
        const first = ends.size === 0 ? null : Math.min(...ends.values())
        expect([queue.size, queue.next()]).toEqual([ends.size, first])
      }
      const taken: (readonly [string, Micros | undefined])[] = []
      for (let key = queue.firstExpired(micros(now)); key !== null; key = queue.firstExpired(micros(now))) {
        taken.push([key, ends.get(key)])
        queue.take(key)
      }
      const times = taken.map(([, at]) => at ?? -1)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      expect(new Set(taken.map(([key]) => key))).toEqual(
        new Set([...ends].filter(([, at]) => at <= now).map(([key]) => key)),
      )
    }),
  )
})

it('holds one item for a token that is renewed again and again, and none for one that is gone', () => {
  const node = oneNode()
  const begun = node.state.expiries.size
  const token = node.ask('POST', 'auth/token/create', { id: 'mine', ttl: '1h', policies: ['default'] })
  expect([token.status, node.state.expiries.size]).toEqual([200, begun + 1])
  for (const increment of ['3h', '1h', '50m', '49m', '2h', '10m']) {
    node.pass(seconds(1))
    expect(node.ask('POST', 'auth/token/renew-self', { increment }, 'mine').status).toBe(200)
    expect(node.state.expiries.size).toBe(begun + 1)
  }
  node.ask('POST', 'auth/token/revoke', { token: 'mine' })
  expect(node.state.expiries.size).toBe(begun)
})

it('rings at the end of the last renewal, be that earlier or later than the first', () => {
  const node = oneNode()
  for (const [id, increment] of [
    ['longer', '2h'],
    ['shorter', '10m'],
  ] as const) {
    node.ask('POST', 'auth/token/create', { id, ttl: '1h', policies: ['default'] })
    node.ask('POST', 'auth/token/renew-self', { increment }, id)
  }
  const alive = (): readonly number[] =>
    ['longer', 'shorter'].map((token) => node.ask('POST', 'auth/token/lookup', { token }).status)
  node.pass(micros(seconds(600) - 1))
  expect(alive()).toEqual([200, 200])
  node.pass(micros(1))
  expect(alive()).toEqual([200, 403])
  expect([...node.state.store.entries()].filter(([key]) => key.startsWith('sys/expire/id/'))).toHaveLength(
    node.state.expiries.size,
  )
  node.pass(seconds(7_200 - 600))
  expect([alive(), node.state.expiries.size]).toEqual([[403, 403], 0])
})
