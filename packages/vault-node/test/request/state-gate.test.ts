/** X-Vault-Index (vault-consistency 0.E3, 3.3): what is not here is a 412 at once, whatever else is wrong with the request. */

import { base64, encodeIndexState, fromBase64, utf8, walIndex, type WalIndex } from '@fourtwelve/protocol'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTestCrypto } from '../test-crypto.ts'
import { errorsIn, givenUser, login, NodeGroup, tokenIn, withConfig } from '../node-pair.ts'

const MISSING = ['required index state not present']
const crypto = createTestCrypto()

const valueOf = (local: number, replicated = 0, cluster = 'test-cluster'): string =>
  encodeIndexState(crypto, cluster, walIndex(local), walIndex(replicated))

const flipped = (value: string, at: number): string => {
  const bytes = fromBase64(value)
  if (bytes === null) throw new Error(`${value} is no base64`)
  const place = at % bytes.length
  bytes[place] = (bytes[place] ?? 0) ^ 1
  return base64(bytes)
}

/** A standby that is one write behind: the index of that write, and of the state before it. */
function oneBehind(group: NodeGroup): { readonly missing: string; readonly met: string; readonly head: WalIndex } {
  const met = valueOf(group.node(1).log.applied)
  const { index } = group.ask(0, 'POST', 'secret/data/a', { json: { data: { n: 1 } } }).reply
  return { missing: index ?? '', met, head: group.active.log.head }
}

const statusOf = (group: NodeGroup, index: readonly string[], ordinal = 1): number =>
  group.ask(ordinal, 'GET', 'secret/metadata/none', { index }).reply.status

describe('one value', () => {
  test('a write answers with the index of its last entry, signed', () => {
    const group = new NodeGroup()
    const { missing, head } = oneBehind(group)
    expect(missing).toBe(valueOf(head))
  })

  test('it is refused with 412 until exactly its index is applied, and then served', () => {
    const group = new NodeGroup()
    const { missing, head } = oneBehind(group)
    const refused = group.ask(1, 'GET', 'secret/data/a', { index: [missing] })
    expect(refused.reply).toMatchObject({ status: 412, index: null })
    expect(errorsIn(refused)).toEqual(MISSING)
    group.apply(1, walIndex(head - 1))
    expect(group.ask(1, 'GET', 'secret/data/a', { index: [missing] }).reply.status).toBe(412)
    group.apply(1, head)
    expect(group.ask(1, 'GET', 'secret/data/a', { index: [missing] }).reply.status).toBe(200)
  })

  test('received and committed is not enough: only what reads see counts', () => {
    const group = new NodeGroup()
    const { missing, head } = oneBehind(group)
    const { log } = group.node(1)
    expect([log.received, log.committed, log.applied < head]).toEqual([head, head, true])
    expect(statusOf(group, [missing])).toBe(412)
  })

  test('received but not committed is not enough either, even when the lag has passed', () => {
    const group = new NodeGroup({ standbys: 2 })
    group.begin(0, group.request('POST', 'secret/data/a', { json: { data: {} } }))
    group.flush(0)
    group.deliver(0, 1)
    group.flush(1)
    const { head } = group.active.log
    group.apply(1, head)
    expect(group.node(1).log.received).toBe(head)
    expect(statusOf(group, [valueOf(head)])).toBe(412)
  })

  test('the active node has its own writes, committed or not', () => {
    const group = new NodeGroup()
    const { missing } = oneBehind(group)
    expect(statusOf(group, [missing], 0)).toBe(404)
  })

  test('an index beyond the head is a 412 on the active node too', () => {
    const group = new NodeGroup()
    const ahead = valueOf(group.active.log.head + 1)
    expect(statusOf(group, [ahead], 0)).toBe(412)
  })

  test('a refusal never waits: not for the majority on the active node, and not for the lag', () => {
    const group = new NodeGroup()
    group.begin(0, group.request('POST', 'secret/data/a', { json: { data: {} } }))
    const ahead = group.request('GET', 'secret/data/a', { index: ['garbage'] })
    const [active, standby] = [group.begin(0, ahead), group.begin(1, ahead)]
    expect(group.answerOf(standby)?.reply.status).toBe(412)
    expect(group.answerOf(active)?.reply.status).toBe(412)
  })

  test('a replicated index above 0 cannot be met by a cluster that has no primary', () => {
    expect(statusOf(new NodeGroup(), [valueOf(1, 1)])).toBe(412)
  })
})

describe('a value that is none of ours', () => {
  const bad: readonly (readonly [string, string])[] = [
    ['malformed', 'garbage'],
    ['empty', ''],
    ['of a foreign cluster', valueOf(1, 0, 'other-cluster')],
    ['with a wrong MAC', flipped(valueOf(1), 60)],
    ['with a changed index', base64(utf8(`v1:test-cluster:0:0:${'0'.repeat(64)}`))],
    ['of another version', base64(utf8(`v2:test-cluster:1:0:${'0'.repeat(64)}`))],
  ]

  test.each(bad)('%s: fails closed with 412 on every node', (_, value) => {
    const group = new NodeGroup()
    for (const ordinal of [0, 1]) expect(statusOf(group, [value], ordinal)).toBe(412)
  })

  test.each(bad)('%s: is passed over with bad_index: ignore', (_, value) => {
    const group = new NodeGroup({ config: withConfig({ bad_index: 'ignore' }) })
    for (const ordinal of [0, 1]) expect(statusOf(group, [value], ordinal)).toBe(404)
  })

  test('with one changed bit, anywhere, is refused', () => {
    const group = new NodeGroup()
    const good = valueOf(1)
    expect(statusOf(group, [good])).toBe(404)
    fc.assert(fc.property(fc.nat(200), (at) => statusOf(group, [flipped(good, at)]) === 412))
  })
})

describe('several values', () => {
  test('by default all must hold, in any order', () => {
    const group = new NodeGroup()
    const { missing, met } = oneBehind(group)
    expect(statusOf(group, [met, met])).toBe(404)
    expect(statusOf(group, [met, missing])).toBe(412)
    expect(statusOf(group, [missing, met])).toBe(412)
    expect(statusOf(group, [met, 'garbage'])).toBe(412)
  })

  test('several_indexes: any is content with one', () => {
    const group = new NodeGroup({ config: withConfig({ several_indexes: 'any' }) })
    const { missing, met } = oneBehind(group)
    expect(statusOf(group, [missing, met])).toBe(404)
    expect(statusOf(group, ['garbage', met])).toBe(404)
    expect(statusOf(group, [missing, missing])).toBe(412)
    expect(statusOf(group, ['garbage'])).toBe(412)
  })

  test('no notice is taken of a bad value: with `any` it does not stand for the one that is missing', () => {
    const group = new NodeGroup({ config: withConfig({ several_indexes: 'any', bad_index: 'ignore' }) })
    const { missing, met } = oneBehind(group)
    expect(statusOf(group, ['garbage', missing])).toBe(412)
    expect(statusOf(group, ['garbage', met])).toBe(404)
    expect(statusOf(group, ['garbage'])).toBe(404)
  })
})

describe('the order of the checks', () => {
  test('the state gate comes before the token: a request without one gets 412', () => {
    const group = new NodeGroup()
    const { missing } = oneBehind(group)
    for (const token of [null, 'nobody', 'hvs.CAESbroken']) {
      expect(group.ask(1, 'GET', 'secret/data/a', { index: [missing], token }).reply.status).toBe(412)
    }
  })

  test('an unmet index gives 412 even under new_token, because the header comes first', () => {
    const group = new NodeGroup({ config: withConfig({}, { allow_forwarding_via_token: 'new_token' }) })
    const created = group.ask(0, 'POST', 'auth/token/create', { json: { policies: ['root'], ttl: '1h' } })
    const fresh = group.ask(0, 'POST', 'auth/token/create', { json: { policies: ['default'] } })
    const answer = group.ask(1, 'GET', 'auth/token/lookup-self', {
      token: tokenIn(fresh),
      index: [created.reply.index ?? ''],
    })
    expect(answer.reply.status).toBe(412)
    expect(answer.served.forwarded).toBeNull()
  })

  test('it comes before a login', () => {
    const group = new NodeGroup({ given: givenUser() })
    const { missing } = oneBehind(group)
    expect(group.send(1, login('pw', { index: [missing] })).reply.status).toBe(412)
  })

  test('it comes before policies and before a path that is not there', () => {
    const group = new NodeGroup()
    const { missing } = oneBehind(group)
    expect(group.ask(1, 'GET', 'no/such/mount', { index: [missing] }).reply.status).toBe(412)
  })

  test('a slash at the end, a bad body and a bad list parameter come before it', () => {
    const group = new NodeGroup()
    const { missing } = oneBehind(group)
    const index = [missing]
    expect(group.ask(1, 'POST', 'secret/data/a/', { index, json: {} }).reply.status).toBe(400)
    expect(group.ask(1, 'POST', 'secret/data/a', { index, body: { kind: 'bad' } }).reply.status).toBe(400)
    expect(group.ask(1, 'GET', 'secret/metadata', { index, query: { list: 'banana' } }).reply.status).toBe(400)
  })
})

test('community: no index is ever missing', () => {
  const group = new NodeGroup({ config: withConfig({ edition: 'community' }) })
  for (const ordinal of [0, 1]) expect(statusOf(group, ['garbage', valueOf(10_000)], ordinal)).toBe(404)
})

test('consul: what counts is the index state, which lags behind what reads see', () => {
  const group = new NodeGroup({ config: withConfig({ storage: 'consul' }) })
  const { missing } = oneBehind(group)
  const read = (index: readonly string[]): number => group.ask(1, 'GET', 'secret/data/a', { index }).reply.status
  expect(read([])).toBe(200)
  expect(read([missing])).toBe(412)
  group.apply(1)
  expect(read([missing])).toBe(200)
})
