/**
 * What waits for a majority and what does not: an answer that looked something up waits until a majority has what it saw; one
 * that was judged before that, and an unmet index, leaves at once.
 */

import {
  encodeServiceToken,
  epoch,
  walIndex,
  type JsonObject,
  type Method,
  type VaultRequest,
} from '@fourtwelve/protocol'
import { describe, expect, it } from 'vitest'
import { leaseKey } from '../../dist/storage-keys.js'
import { beginTurn, endTurn, write } from '../../dist/turn.js'
import { alone, crypto, NOW, repliesIn, type Alone } from '../alone.ts'
import { withConfig } from '../node-pair.ts'

const AHEAD = encodeServiceToken(crypto, 'hvs.ABCDEFGHIJKLMNOPQRSTUVWX', walIndex(1_000_000), epoch(0))
const FORGED = `${AHEAD.slice(0, -6)}AAAAAA`

/** A node whose last write no majority has. */
function undecided(): Alone {
  const nodes = alone(2)
  nodes.fill(1)
  return nodes
}

type Row = readonly [string, number, Method, string, JsonObject | undefined, Partial<VaultRequest>]

const AT_ONCE: readonly Row[] = [
  ['no token', 403, 'GET', 'secret/data/a', undefined, { token: null }],
  ['an empty token', 403, 'GET', 'secret/data/a', undefined, { token: '' }],
  ['a token with a wrong MAC', 403, 'GET', 'secret/data/a', undefined, { token: FORGED }],
  ['a token with an index that is not here', 412, 'GET', 'secret/data/a', undefined, { token: AHEAD }],
  ['an index that is not here', 412, 'GET', 'secret/data/a', undefined, { index: ['xx'] }],
  ['another token with an index that is not here', 412, 'POST', 'auth/token/lookup', { token: AHEAD }, {}],
]

const WAITING: readonly Row[] = [
  ['a token that nobody knows', 403, 'GET', 'secret/data/a', undefined, { token: 's.unknown' }],
  ['another token with a wrong MAC', 403, 'POST', 'auth/token/lookup', { token: FORGED }, {}],
  ['a secret that is not there', 404, 'GET', 'secret/data/none', undefined, {}],
]

describe('on the active node, while a write waits for its majority', () => {
  it.each(AT_ONCE)('%s is answered at once', (_, status, method, path, json, given) => {
    const replies = repliesIn(undecided().begin(method, path, json, given))
    expect(replies.map(({ reply }) => reply.status)).toEqual([status])
  })

  it.each(WAITING)('%s is answered with the majority', (_, status, method, path, json, given) => {
    const nodes = undecided()
    expect(repliesIn(nodes.begin(method, path, json, given))).toEqual([])
    expect(repliesIn(nodes.commit()).map(({ reply }) => reply.status)).toEqual([status])
  })

  it('bad_token: 500 prints its dump at once too', () => {
    const nodes = alone(2, withConfig({ bad_token: '500' }))
    nodes.fill(1)
    expect(repliesIn(nodes.begin('GET', 'secret/data/a', undefined, { token: FORGED }))).toMatchObject([
      { reply: { status: 500 } },
    ])
  })

  it('a counted use is told of, also where its request ends with a 412', () => {
    const nodes = alone(2)
    nodes.begin('POST', 'auth/token/create', { id: 'few', num_uses: 5, policies: ['default'] })
    nodes.commit()
    const [answer] = repliesIn(nodes.begin('POST', 'auth/token/lookup', { token: AHEAD }, { token: 'few' }))
    expect(answer).toMatchObject({ reply: { status: 412, index: null }, served: { wrote: nodes.node.log.head } })
  })
})

describe('a token whose lease was lost', () => {
  it('is refused like an unknown one, is in line for revocation once, and is gone after that', () => {
    const nodes = alone(1)
    const { node } = nodes
    nodes.begin('POST', 'auth/token/create', { id: 'lost', policies: ['default'] })
    const turn = beginTurn(node, NOW, crypto)
    write(turn, 0, leaseKey(crypto.saltedId('lost')), null)
    endTurn(turn)
    nodes.commit()
    for (const path of ['auth/token/lookup-self', 'sys/mounts']) {
      const unknown = repliesIn(nodes.begin('GET', path, undefined, { token: 's.unknown' }))
      const lost = repliesIn(nodes.begin('GET', path, undefined, { token: 'lost' }))
      expect(lost.map(({ reply }) => [reply.status, reply.body])).toEqual(
        unknown.map(({ reply }) => [reply.status, reply.body]),
      )
      expect(lost).toMatchObject([{ reply: { status: 403 }, served: { wrote: 0 } }])
      expect(node.revocations).toHaveLength(1)
    }
    expect(repliesIn(nodes.begin('POST', 'auth/token/lookup', { token: 'lost' }))).toMatchObject([
      { reply: { status: 403, body: { errors: ['bad token'] } } },
    ])
    nodes.happen({ kind: 'continue' })
    const left = [...node.store.entries()].filter(([key]) => key.includes(crypto.saltedId('lost')))
    expect([left, node.revocations]).toEqual([[], []])
  })
})
