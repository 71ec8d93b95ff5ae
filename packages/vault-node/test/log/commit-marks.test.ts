/** What the active node remembers of its commits, and what a standby that was away is told of them. */

import { micros, seconds, walIndex, type Micros } from '@fourtwelve/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COMMIT_MARKS_MAX, CommitMarks } from '../../dist/log/commit-marks.js'
import { NodeGroup } from '../node-pair.ts'

const mark = (through: number, at: number, streamed: number = through) => ({
  through: walIndex(through),
  at: micros(at),
  streamed: walIndex(streamed),
})

describe('the marks', () => {
  it('tell of what may not have been heard, oldest first, and forget what was', () => {
    const marks = new CommitMarks()
    for (const at of [1, 2, 3]) marks.add(mark(at * 10, at, at * 10 + 5))
    expect(marks.unheard(walIndex(15)).map(({ through }) => through)).toEqual([10, 20, 30])
    expect(marks.unheard(walIndex(16)).map(({ through }) => through)).toEqual([20, 30])
    marks.forget(walIndex(26))
    expect(marks.unheard(walIndex(0)).map(({ through }) => through)).toEqual([30])
  })

  it('stay bounded: what is merged is told later than it was, never earlier, and the newest stays', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 * COMMIT_MARKS_MAX }), (count) => {
        const marks = new CommitMarks()
        for (let at = 1; at <= count; at++) marks.add(mark(at, at))
        const kept = marks.unheard(walIndex(0))
        expect(kept.length).toBeLessThanOrEqual(COMMIT_MARKS_MAX)
        expect(kept.at(-1)).toEqual(mark(count, count))
        for (const [at, { through }] of kept.entries()) {
          const before = kept[at - 1]?.through ?? 0
          expect(through).toBeGreaterThan(before)
          // Each was a microsecond after the one before: so late is the first of those that are merged.
          expect(through - before).toBeLessThanOrEqual(Math.max(1, (4 * count) / COMMIT_MARKS_MAX))
        }
      }),
      { numRuns: 20 },
    )
  })

  it('become one when all were at one time', () => {
    const marks = new CommitMarks()
    for (let at = 1; at <= COMMIT_MARKS_MAX + 1; at++) marks.add(mark(at, 7))
    expect(marks.unheard(walIndex(0))).toEqual([mark(COMMIT_MARKS_MAX + 1, 7)])
  })
})

describe('a standby that was away', () => {
  const writeOne = (group: NodeGroup): void => {
    group.ask(0, 'POST', 'secret/data/a', { json: { data: {} } })
  }
  const told = (group: NodeGroup): readonly (readonly [number, Micros])[] =>
    group
      .underWay(0, 2)
      .flatMap((message) => (message.kind === 'commit' ? [[message.commit, message.commitTime] as const] : []))

  it('is told of each commit with the time that it was at', () => {
    const group = new NodeGroup({ standbys: 2 })
    group.cut(0, 2)
    const expected: (readonly [number, Micros])[] = []
    for (let at = 0; at < 3; at++) {
      group.pass(seconds(10))
      writeOne(group)
      expected.push([group.active.log.head, group.now])
    }
    group.pass(seconds(10))
    group.heal(0, 2)
    group.deliver(2, 0)
    expect(told(group)).toEqual(expected)
    group.catchUp()
    expect(group.node(2).log.chain).toBe(group.active.log.chain)
  })

  it('is told again of a commit whose entries it had acknowledged, when the news was lost', () => {
    const group = new NodeGroup({ standbys: 2 })
    const id = group.begin(0, group.request('POST', 'secret/data/a', { json: { data: {} } }))
    group.flush(0)
    for (const to of [1, 2]) {
      group.deliver(0, to)
      group.flush(to)
      group.deliver(to, 0)
    }
    expect(group.answerOf(id)?.reply.status).toBe(200)
    const first = [group.active.log.head, group.now] as const
    // The news of the commit is under way.
    group.cut(0, 2)
    group.pass(seconds(10))
    writeOne(group)
    group.heal(0, 2)
    group.deliver(2, 0)
    expect(told(group)).toEqual([first, [group.active.log.head, group.now]])
  })

  it('that heard everything is told where the log stands, and the active node keeps next to nothing', () => {
    const group = new NodeGroup({ standbys: 2 })
    for (let at = 0; at < 50; at++) writeOne(group)
    group.settle()
    expect(group.active.log.commits.unheard(walIndex(0)).length).toBeLessThanOrEqual(2)
    group.cut(0, 2)
    group.heal(0, 2)
    group.deliver(2, 0)
    expect(told(group).at(-1)?.[0]).toBe(group.active.log.head)
    expect(told(group).length).toBeLessThanOrEqual(2)
  })
})
