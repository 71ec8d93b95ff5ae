/** The stand-in for cryptography changes no answer: with the real one every status is the same. */

import type { NodeStatus } from '@fourtwelve/cluster'
import { createRealCrypto } from '@fourtwelve/live'
import type { Stream } from '@fourtwelve/simulation'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { play, type Played } from './play-plan.ts'
import { plans } from './random-plans.ts'

const KEYS = {
  indexKey: '0f8fad5b-d9cb-469f-a165-70867728950e',
  sealKey: new Uint8Array(32).fill(7),
  saltKey: new Uint8Array(32).fill(9),
}

let source: Stream | null = null
const real = await createRealCrypto(KEYS, (length) => {
  if (source === null) throw new Error('the cluster has given no stream yet')
  return source.bytes(length)
})

/** What a client could tell, but for the letters of ids. */
const told = ({ answers }: Played): unknown =>
  [...answers].map(([id, answer]) =>
    answer.kind === 'lost' ? [id, answer.why] : [id, answer.value.reply.status, answer.value.served],
  )

test('a plan has the same answers under the stand-in and under real cryptography', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const withReal = play(plan, {
        crypto(random) {
          source = random
          return real
        },
      })
      expect(told(withReal)).toEqual(told(play(plan)))
      expect(withReal.simulation.state().map(withoutChain)).toEqual(play(plan).simulation.state().map(withoutChain))
    }),
    { numRuns: 60 },
  )
})

/** The chain is made of what was written, and that has other ids. */
const withoutChain = ({ chain: _chain, ...rest }: NodeStatus): Omit<NodeStatus, 'chain'> => rest
