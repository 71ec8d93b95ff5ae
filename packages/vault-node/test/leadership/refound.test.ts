/** A cluster whose log begins anew with an old state: tokens of before, and the switches that make old faults (vault-consistency 1.8). */

import {
  epoch,
  nodeId,
  seconds,
  term,
  vaultRequest,
  type ClusterId,
  type StoredValue,
  type Switches,
  type VaultReply,
} from '@fourtwelve/protocol'
import { epochOf, joinCluster, refoundCluster, step, type NodeState } from '@fourtwelve/vault-node'
import { describe, expect, test } from 'vitest'
import { BEGINS_AT, NodeGroup, tokenIn, withConfig } from '../node-pair.ts'

type Values = readonly (readonly [string, StoredValue])[]

/** A state with a token whose index is beyond what a new log begins with. */
function before(): { readonly group: NodeGroup; readonly values: Values; readonly token: string } {
  const group = new NodeGroup({ standbys: 0 })
  for (let n = 0; n < 20; n++) group.ask(0, 'POST', `secret/data/${n}`, { json: { data: { n } } })
  const token = tokenIn(group.ask(0, 'POST', 'auth/token/create', { json: { policies: ['default'] } }))
  return { group, values: [...group.active.store.entries()], token }
}

function refound(
  { group, values }: { readonly group: NodeGroup; readonly values: Values },
  switches: Partial<Switches>,
  raisesEpoch: boolean,
  began: number,
): NodeState {
  const config = withConfig(switches)
  const founding = { cluster: 'test-cluster' as ClusterId, clusterName: 'test', term: term(began), config }
  const entries = refoundCluster(
    founding,
    values,
    raisesEpoch ? epoch(epochOf({ store: new Map(values) }) + 1) : null,
    BEGINS_AT,
    group.crypto,
  )
  const id = nodeId(0)
  return joinCluster({ ...founding, id, nodes: [id], active: id }, entries, BEGINS_AT, group.crypto)
}

function lookup(group: NodeGroup, node: NodeState, token: string): VaultReply {
  const request = vaultRequest('GET', 'auth/token/lookup-self', { token })
  const replies = step(node, { kind: 'request', id: 1, request }, BEGINS_AT, group.crypto).flatMap((effect) =>
    effect.kind === 'reply' ? [effect.answer.reply] : [],
  )
  const [reply] = replies
  if (reply === undefined) throw new Error('it did not answer')
  return reply
}

describe('a log that begins anew', () => {
  test('has all that was stored, in a term of its own, and counts from one', () => {
    const made = before()
    const node = refound(made, {}, false, 7)
    expect(new Map(node.store.entries())).toEqual(new Map(made.values))
    expect([node.term, new Set(node.log.entries.map((entry) => entry.term))]).toEqual([7, new Set([7])])
    expect(node.log.first).toBe(1)
    expect(node.log.head).toBeLessThan(made.group.active.log.head)
  })

  test('in many entries when there is much', () => {
    const group = new NodeGroup({ standbys: 0 })
    for (let n = 0; n < 1_500; n++) group.ask(0, 'POST', `cubbyhole/${n}`, { json: { n } })
    const values: Values = [...group.active.store.entries()]
    const node = refound({ group, values }, {}, true, 2)
    expect(node.log.head).toBeGreaterThan(2)
    expect(node.store.size).toBe(values.length + 1)
  })
})

describe('a token of before', () => {
  const EPOCHS = [
    ['by default is good: the epoch rose, and its index means nothing', {}, 200],
    ['with old_epoch: checked is a 412 on the active node itself', { old_epoch: 'checked' }, 412],
    ['with second_promotion: loses-tokens is good after one promotion', { second_promotion: 'loses-tokens' }, 200],
  ] as const

  test.each(EPOCHS)('%s', (_, switches, status) => {
    const made = before()
    const node = refound(made, switches, true, 2)
    expect([epochOf(node), lookup(made.group, node, made.token).status]).toEqual([1, status])
  })

  test.each([
    ['is good after two promotions', {}, 200],
    ['and is lost after two with second_promotion: loses-tokens', { second_promotion: 'loses-tokens' }, 403],
  ] as const)('%s', (_, switches, status) => {
    const made = before()
    const once = refound(made, switches, true, 2)
    const twice = refound({ group: made.group, values: [...once.store.entries()] }, switches, true, 3)
    expect([epochOf(twice), lookup(made.group, twice, made.token).status]).toEqual([2, status])
  })

  test('that is newer than the log is a 412 where the epoch did not rise, until that many entries are written', () => {
    const made = before()
    const node = refound(made, {}, false, 2)
    expect([epochOf(node), lookup(made.group, node, made.token).status]).toEqual([0, 412])
    const request = vaultRequest('POST', 'cubbyhole/a', {
      token: made.group.rootToken,
      body: { kind: 'json', value: { n: 1 } },
    })
    for (let id = 2; node.log.head < made.group.active.log.head; id++) {
      if (id > 1_000) throw new Error('the log does not grow')
      step(node, { kind: 'request', id, request }, BEGINS_AT, made.group.crypto)
      step(node, { kind: 'flushed', through: node.log.head }, BEGINS_AT, made.group.crypto)
    }
    expect(lookup(made.group, node, made.token).status).toBe(200)
  })

  test('is found, and expires when it would have', () => {
    const group = new NodeGroup({ standbys: 0 })
    const made = group.ask(0, 'POST', 'auth/token/create', { json: { policies: ['default'], ttl: '1h' } })
    const node = refound({ group, values: [...group.active.store.entries()] }, {}, true, 2)
    const { status, body } = lookup(group, node, tokenIn(made))
    expect([status, body?.['data']]).toMatchObject([200, { ttl: 3600 }])
    expect(node.expiries.next()).toBe(BEGINS_AT + seconds(3600))
  })
})
