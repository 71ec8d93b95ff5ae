/** Waits on a standby: those that ended are let go of, also while an older one goes on. */

import { micros, vaultRequest, walIndex } from '@fourtwelve/protocol'
import { expect, test } from 'vitest'
import { answerWhenApplied, endOverdueWaits, endWaitsThrough } from '../../dist/request/waiting.js'
import { beginTurn } from '../../dist/turn.js'
import { crypto, NOW, standbyNode } from '../tokens/bare-node.ts'

/** Far more than may be kept. */
const WAITS = 20_000

test('a wait that goes on keeps no more than a bounded number of ended ones behind it', () => {
  const node = standbyNode()
  const { waiting, config } = node
  const request = vaultRequest('GET', 'sys/mounts')
  const reply = { status: 200, index: null, body: null }
  const facts = {
    node: node.id,
    by: node.id,
    applied: walIndex(0),
    appliedHere: walIndex(0),
    required: walIndex(0),
    epoch: 0 as never,
  }
  const served = { ...facts, forwarded: null, wrote: walIndex(0), waitTimedOut: false }
  const turn = beginTurn(node, NOW, crypto)
  const wait = (id: number, index: number): void => {
    const open = { id, request, applied: walIndex(0), origin: { kind: 'client' } } as const
    answerWhenApplied(turn, { index: walIndex(index), warn: false }, open, reply, served)
  }
  wait(1, WAITS * 2)
  let most = 0
  for (let id = 2; id <= WAITS; id++) {
    wait(id, id)
    node.log.shipped = walIndex(id)
    endWaitsThrough(turn, walIndex(id))
    most = Math.max(most, waiting.deadlines.length)
  }
  expect(waiting.states).toHaveLength(1)
  expect(most).toBeLessThan(2_000)
  expect(turn.effects).toHaveLength(WAITS - 1)
  // The one that goes on still ends in its time, and once.
  const late = beginTurn(node, micros(NOW + config.replication.best_effort_wal_wait_duration), crypto)
  endOverdueWaits(late)
  expect(late.effects).toMatchObject([{ kind: 'reply', id: 1, answer: { served: { waitTimedOut: true } } }])
  expect([waiting.states.length, waiting.deadlines.length]).toEqual([0, 0])
})
