/** Named streams of chance: a draw more in one place moves nothing in another. */

import { linkId, micros, nodeId, type ApplyRecord, type CommitRecord } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import { drawn, type Act, type Plan } from './plan.ts'
import { play, type Played } from './play-plan.ts'

const uniform = (
  max: number,
): { readonly dist: 'uniform'; readonly min: ReturnType<typeof micros>; readonly max: ReturnType<typeof micros> } => ({
  dist: 'uniform',
  min: micros(0),
  max: micros(max),
})

/** A write every 50 ms, lags of up to 20 ms: no entry waits for the one before, so each lag is its draw. */
const WRITES: readonly Act[] = Array.from({ length: 20 }, (_, n) => ({ at: n * 50, node: 0, what: 'write' }))
const plan = (more: readonly Act[], rest: Partial<Plan> = {}): Plan => ({
  seed: 7,
  standbys: 2,
  lag: drawn(uniform(20_000)),
  client: uniform(3_000),
  acts: [...WRITES, ...more],
  ...rest,
})

/** How long each commit took to be applied on a standby, in the order of the log. */
function lagsOn({ history }: Played, ordinal: number): readonly number[] {
  const commits = new Map<number, number>()
  const lags: number[] = []
  for (const record of history) {
    if (record.kind === 'commit') commits.set((record satisfies CommitRecord).index, record.t)
    else if (record.kind === 'apply' && record.node === nodeId(ordinal) && record.from > 0) {
      lags.push(record.t - (commits.get((record satisfies ApplyRecord).index) ?? Number.NaN))
    }
  }
  return lags
}

describe('the lags of a link', () => {
  const base = play(plan([]))

  test('are drawn once a commit, and differ', () => {
    expect(lagsOn(base, 1)).toHaveLength(WRITES.length)
    expect(new Set(lagsOn(base, 1)).size).toBeGreaterThan(WRITES.length / 2)
    expect(lagsOn(base, 2)).not.toEqual(lagsOn(base, 1))
  })

  test('do not move when clients are added that read, on any node', () => {
    const readers: readonly Act[] = Array.from({ length: 200 }, (_, n) => ({ at: n * 5, node: n % 3, what: 'read' }))
    const busy = play(plan(readers))
    for (const ordinal of [1, 2]) expect(lagsOn(busy, ordinal)).toEqual(lagsOn(base, ordinal))
  })

  test('do not move when the network and the disks are drawn otherwise', () => {
    const other = play(plan([], { delivery: uniform(900), flush: uniform(700), client: uniform(2) }))
    for (const ordinal of [1, 2]) expect(lagsOn(other, ordinal)).toEqual(lagsOn(base, ordinal))
  })

  test('do not move when another link lags otherwise, is held or is cut', () => {
    for (const fault of ['hold', 'cut', { lag: 500 }] as const) {
      const faulty = play(plan([{ at: 30, link: 1, fault }]))
      expect(lagsOn(faulty, 1)).toEqual(lagsOn(base, 1))
      expect(lagsOn(faulty, 2)).not.toEqual(lagsOn(base, 2))
    }
  })

  test('do not move when standbys are added', () => {
    expect(lagsOn(play(plan([], { standbys: 4 })), 1)).toEqual(lagsOn(base, 1))
  })

  test('are others under another seed', () => {
    expect(lagsOn(play(plan([], { seed: 8 })), 1)).not.toEqual(lagsOn(base, 1))
  })
})

test('a stream that a client takes has nothing to do with the cluster', () => {
  const { simulation } = play(plan([]))
  const again = play(plan([])).simulation
  const drawnFirst = simulation.chance('somebody').unit()
  simulation.chance('somebody else').unit()
  again.chance('somebody else').unit()
  expect(again.chance('somebody').unit()).toBe(drawnFirst)
  expect(simulation.chance('somebody')).toBe(simulation.chance('somebody'))
  expect(simulation.chance(`lag ${linkId(nodeId(0), nodeId(1))}`).unit()).not.toBe(drawnFirst)
})
