import { MONOTONIC_READS as LAW } from '@fourtwelve/checker'
import type { CallRecord, HistoryRecord, NodeId } from '@fourtwelve/protocol'
import { describe, test } from 'vitest'
import { call, foreignReply, N0, N1, N2, renumber, run } from './hand-written.ts'
import { expectBroken, expectLawful, expectUnknown } from './token-story.ts'

const reads = (
  id: number,
  ms: number,
  node: NodeId,
  version: number,
  given: Partial<CallRecord> = {},
): readonly HistoryRecord[] => [
  call(id, ms, node, given),
  foreignReply(id, ms + 5, version === 0 ? 404 : 200, { version }),
]
const FORWARDED = { forward: 'forward' } as const

describe('the reads of a session', () => {
  test('never go back on one node', () => {
    expectLawful(LAW, [run(), ...reads(1, 100, N1, 3), ...reads(2, 110, N1, 3)])
    expectBroken(
      LAW,
      [run(), ...reads(1, 100, N1, 3), ...reads(2, 110, N1, 2)],
      'n1 answered 200 at +0.105 s with version 3. Session s9 sent GET secret/data/a to n1 at +0.110 s (call 2); n1 answered 200',
      '2 < 3: n1 went back in what it showed to one session.',
    )
    expectBroken(LAW, [run(), ...reads(1, 100, N1, 3), ...reads(2, 110, N1, 0)], 'with no version at all')
  })

  test('never go back when the active node answers them', () =>
    expectBroken(
      LAW,
      [run(), ...reads(1, 100, N1, 3, FORWARDED), ...reads(2, 110, N2, 2, FORWARDED)],
      '2 < 3: the active node went back',
    ))

  test('may go back from node to node, while both are under way, and in another log', () => {
    expectUnknown(LAW, [run(), ...reads(1, 100, N1, 3), ...reads(2, 110, N2, 2)])
    const [first, second] = [reads(1, 100, N1, 3), reads(2, 101, N1, 2)]
    expectUnknown(LAW, [run(), ...first.slice(0, 1), ...second.slice(0, 1), ...first.slice(1), ...second.slice(1)])
    expectUnknown(LAW, [run(), ...reads(1, 100, N1, 3), renumber(107, 'restore', 1), ...reads(2, 110, N1, 2)])
    const removed = call(3, 107, N0, { method: 'DELETE', path: 'secret/metadata/a', session: 's1' })
    expectUnknown(LAW, [run(), ...reads(1, 100, N1, 3), removed, ...reads(2, 110, N1, 1)])
    expectUnknown(LAW, [run(), ...reads(1, 100, N1, 3), ...reads(2, 110, N1, 1, { session: 's8' })])
  })
})
