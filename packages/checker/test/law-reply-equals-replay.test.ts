import { REPLY_EQUALS_REPLAY as LAW } from '@fourtwelve/checker'
import { walIndex, type HistoryRecord } from '@fourtwelve/protocol'
import { describe, test } from 'vitest'
import { call, commit, N0, N2, reply, turned } from './hand-written.ts'
import { expectBroken, expectLawful, expectUnknown, fact, founded } from './token-story.ts'

/** s9 writes version `version` of secret/data/a with entry `index`. */
const writes = (id: number, ms: number, index: number, version: number): readonly HistoryRecord[] => [
  call(id, ms, N0, { method: 'POST' }),
  fact(ms, index, { what: 'secret', key: 'logical/u/metadata/a', version }, { request: String(id) }),
  commit(ms, N0, index),
  reply(id, ms + 1, 200, N0, index - 1, { wrote: walIndex(index), version }),
]
const reads = (applied: number, version: number): readonly HistoryRecord[] => [
  call(9, 900, N2),
  reply(9, 905, version === 0 ? 404 : 200, N2, applied, { version }),
]
const WRITTEN = [...writes(1, 100, 6, 1), ...writes(2, 200, 7, 2), ...writes(3, 300, 8, 3)]

describe('a read', () => {
  test.each([
    [5, 0],
    [6, 1],
    [7, 2],
    [8, 3],
  ])('from a state up to %d shows version %d', (applied, version) => {
    expectLawful(LAW, [...founded(), ...WRITTEN, ...reads(applied, version)])
    expectBroken(LAW, [...founded(), ...WRITTEN, ...reads(applied, version + 1)], `${version + 1} is not ${version}`)
  })

  test('is broken by an old version, told with the entry that should show', () =>
    expectBroken(
      LAW,
      [...founded(), ...WRITTEN, ...reads(8, 2)],
      'In the log up to entry 8 the last change of logical/u/metadata/a is entry 8 of +0.300 s: version 3. Session s9 sent GET',
      'n2 answered 200 at +0.905 s with applied = 8 and version 2. 2 is not 3',
    ))

  test('is not judged over Consul, of a path that nobody wrote, or when mounts are removed', () => {
    expectUnknown(LAW, [...founded(turned({ storage: 'consul' })), ...WRITTEN, ...reads(8, 2)])
    expectUnknown(LAW, [...founded(), ...reads(5, 2)])
    expectUnknown(LAW, [
      ...founded(),
      ...WRITTEN,
      call(4, 400, N0, { method: 'DELETE', path: 'sys/mounts/secret' }),
      ...reads(8, 2),
    ])
  })
})
