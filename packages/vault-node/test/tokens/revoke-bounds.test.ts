/** Revocations are bounded: what is under way, what one of them remembers, what it does in one turn, and what it says it wrote. */

import { micros, NO_INDEX, seconds, type WalEntry } from '@fourtwelve/protocol'
import { describe, expect, it, vi } from 'vitest'
import type { NodeState } from '../../dist/node-state.js'
import { createRevokeJob, queueRevocation, REVOCATIONS_MAX, REVOKE_FRAMES_MAX } from '../../dist/tokens/revoke-job.js'
import { mintToken } from '../../dist/tokens/mint-token.js'
import { continueRevocations, startRevocation } from '../../dist/tokens/revoke-tree.js'
import { alone, NOW, repliesIn } from '../alone.ts'
import { activeNode, inTurn, newToken } from './bare-node.ts'

const SLICE_WRITES_MAX = 128
const SLICES_MAX = 10_000
/** Less than the deep tree has tokens. */
const LOOKS_A_SLICE_MAX = 4_300

/** Each token's parent is the one that `parentOf` names; the first has none. Answers the first. */
function plant(node: NodeState, count: number, parentOf: (at: number) => number): string {
  const ids: string[] = []
  inTurn(node, (turn) => {
    for (let at = 0; at < count; at++) {
      const parent = at === 0 ? '' : (ids[parentOf(at)] ?? '')
      ids.push(mintToken(turn, 1, newToken({ parent, ttl: 0 })).entry.saltedId)
    }
  })
  return ids[0] ?? ''
}

/**
 * Revokes a token with its tree. Answers the writes of each slice, the tokens that it looked at in one, and the most frames that
 * the job remembered.
 */
function revoke(node: NodeState, salted: string) {
  const looked = vi.spyOn(node.store, 'count')
  const slices = [
    inTurn(node, (turn) => startRevocation(turn, { salted, orphanChildren: false, answers: null })).length,
  ]
  let frames = 0
  let looks = looked.mock.calls.length
  while (node.revocations.length > 0) {
    looked.mockClear()
    if (slices.length > SLICES_MAX) throw new Error('the revocation does not end')
    // A majority takes it all: what waits for one is bounded too.
    node.log.committed = node.log.head
    frames = Math.max(frames, node.revocations[0]?.stack.length ?? 0)
    slices.push(inTurn(node, continueRevocations).length)
    looks = Math.max(looks, looked.mock.calls.length)
  }
  return { slices, frames, looks }
}

describe('one revocation', () => {
  it('of a deep tree remembers a bounded part of the way, and leaves nothing', () => {
    const node = activeNode()
    const { slices, frames, looks } = revoke(
      node,
      plant(node, REVOKE_FRAMES_MAX + 500, (at) => at - 1),
    )
    expect(looks).toBeLessThan(LOOKS_A_SLICE_MAX)
    expect(node.store.size).toBe(0)
    expect(frames).toBeLessThanOrEqual(REVOKE_FRAMES_MAX)
    expect(frames).toBeGreaterThan(REVOKE_FRAMES_MAX / 4)
    expect(Math.max(...slices)).toBe(SLICE_WRITES_MAX)
  })

  it('of a wide tree remembers some of the children at a time', () => {
    const node = activeNode()
    const { slices, frames } = revoke(
      node,
      plant(node, 3_000, () => 0),
    )
    expect(node.store.size).toBe(0)
    expect(frames).toBeLessThan(200)
    expect(Math.max(...slices)).toBe(SLICE_WRITES_MAX)
  })
})

describe('too many revocations', () => {
  const crowd = (node: NodeState): void => {
    for (let at = 0; at < REVOCATIONS_MAX; at++) node.revocations.push(createRevokeJob(`h${at}`, false, null))
  }
  const REFUSED = { status: 503, body: { errors: [`${REVOCATIONS_MAX} revocations are under way`] } }

  it('refuse a request, before anything is written for it', () => {
    const nodes = alone(1)
    nodes.begin('POST', 'auth/token/create', { id: 'one', policies: ['default'] })
    nodes.commit()
    crowd(nodes.node)
    const { head } = nodes.node.log
    expect(repliesIn(nodes.begin('POST', 'auth/token/revoke', { token: 'one' }))).toMatchObject([{ reply: REFUSED }])
    expect(repliesIn(nodes.begin('DELETE', 'sys/mounts/secret'))).toMatchObject([{ reply: REFUSED }])
    expect([nodes.node.log.head, nodes.node.revocations.length]).toEqual([head, REVOCATIONS_MAX])
  })

  it("put the node's own work off: an ended lease waits in its queue until there is room, without a timer", () => {
    const nodes = alone(1)
    nodes.begin('POST', 'auth/token/create', { id: 'short', ttl: '10s', policies: ['default'] })
    nodes.commit()
    const { expiries, revocations } = nodes.node
    const { size } = expiries
    crowd(nodes.node)
    queueRevocation(nodes.node, 'hanother')
    const later = micros(NOW + seconds(10))
    expect(nodes.happen({ kind: 'timer' }, later).filter(({ kind }) => kind === 'wake')).toEqual([])
    expect([revocations.length, expiries.size]).toEqual([REVOCATIONS_MAX, size])
    revocations.length = 1
    expect(nodes.happen({ kind: 'continue' }, later)).toMatchObject([{ kind: 'wake', at: later }])
    nodes.happen({ kind: 'timer' }, later)
    expect(expiries.size).toBe(size - 1)
  })
})

describe('what a revocation says it wrote', () => {
  it('is its own last write: of two that meet at one tree, each tells of its own', () => {
    const nodes = alone(1)
    nodes.begin('POST', 'auth/token/create', { id: 'parent', policies: ['root'] })
    for (let at = 0; at < 60; at++) nodes.begin('POST', 'auth/token/create', {}, { token: 'parent' })
    nodes.commit()
    nodes.entries.length = 0
    const replies = [
      ...nodes.begin('POST', 'auth/token/revoke', { token: 'parent' }),
      ...nodes.begin('POST', 'auth/token/revoke', { token: 'parent' }),
    ]
    for (let slice = 0; nodes.node.revocations.length > 0; slice++) {
      if (slice > SLICES_MAX) throw new Error('the revocations do not end')
      replies.push(...nodes.happen({ kind: 'continue' }))
      // Others write between the slices.
      replies.push(...nodes.begin('POST', 'secret/data/a', { data: {} }))
    }
    replies.push(...nodes.commit())
    const wrote = repliesIn(replies).flatMap(({ reply, served }) => (reply.status === 204 ? [served.wrote] : []))
    const revokes = [...new Set(nodes.entries.filter(isRevoking).map(({ request }) => request))]
    const last = revokes.map((request) => nodes.entries.findLast((entry) => entry.request === request)?.index)
    expect(wrote).toHaveLength(2)
    expect(wrote.toSorted((a, b) => a - b)).toEqual(last.toSorted((a = NO_INDEX, b = NO_INDEX) => a - b))
  })
})

const isRevoking = ({ changes: [change] }: WalEntry): boolean => change?.key.startsWith('sys/') === true
