/** The generation of tokens: a cluster may begin with a later one, and an index of an older one says nothing (vault-consistency 1.8). */

import { decodeServiceToken, encodeServiceToken, epoch, walIndex } from '@fourtwelve/protocol'
import { expect, it } from 'vitest'
import { NodeGroup, post, tokenIn, withConfig } from './node-pair.ts'

const given = [post('auth/token/create', { policies: ['default'] })]

/** What a token says of itself. */
function read(token: string) {
  const decoded = decodeServiceToken(token)
  if (typeof decoded === 'string') throw new Error(`${token} is ${decoded}`)
  return decoded
}

it('what was given is of generation 0, and what is made from then on of the configured one', () => {
  for (const configured of [0, 3]) {
    const group = new NodeGroup({ given, config: withConfig({}, {}, { epoch: configured }) })
    const [old] = group.given
    if (old === undefined) throw new Error('nothing was given')
    const young = group.ask(0, 'POST', 'auth/token/create', { json: { policies: ['default'] } })
    expect([read(tokenIn(old)).indexEpoch, read(tokenIn(young)).indexEpoch]).toEqual([0, configured])
    expect([old.served.epoch, young.served.epoch]).toEqual([0, configured])
    group.catchUp()
    for (const ordinal of [0, 1]) {
      for (const token of [old, young].map(tokenIn)) {
        expect(group.ask(ordinal, 'GET', 'auth/token/lookup-self', { token }).reply.status).toBe(200)
      }
    }
  }
})

it('a token of an older generation is taken whatever its index is; one of this generation is not', () => {
  const group = new NodeGroup({ given, config: withConfig({}, {}, { epoch: 3 }) })
  const [old] = group.given
  if (old === undefined) throw new Error('nothing was given')
  const { inner } = read(tokenIn(old))
  // As after a promotion: the index is one of another log, which was longer.
  for (const [generation, status] of [
    [0, 200],
    [2, 200],
    [3, 412],
    [4, 412],
  ] as const) {
    const token = encodeServiceToken(group.crypto, inner, walIndex(1_000_000), epoch(generation))
    for (const ordinal of [0, 1]) {
      expect(group.ask(ordinal, 'GET', 'auth/token/lookup-self', { token }).reply.status).toBe(status)
    }
  }
})
