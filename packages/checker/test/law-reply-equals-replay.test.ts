import { REPLY_EQUALS_REPLAY as LAW } from '@fourtwelve/checker'
import { milliseconds, walIndex, type HistoryRecord } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import { call, commit, judge, N0, N2, renumber, reply, turned } from './hand-written.ts'
import { after, expectBroken, expectLawful, expectUnknown, fact, founded } from './token-story.ts'

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

/** The three writes are judged, and no read. */
const expectWritesOnly = (records: readonly HistoryRecord[]): void =>
  expect(judge(LAW, records)).toMatchObject({ verdict: 'holds', checked: 3 })

describe('a write', () => {
  test('says the version that it made', () => {
    expectWritesOnly([...founded(), ...WRITTEN])
    const lie = WRITTEN.map((record) =>
      record.kind === 'reply' && record.version === 2 ? { ...record, version: 5 } : record,
    )
    expectBroken(
      LAW,
      [...founded(), ...lie],
      'with version 5. But the entries that it wrote, up to 7 of',
      'make version 2 of',
    )
  })
})

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
    expectWritesOnly([...founded(turned({ storage: 'consul' })), ...WRITTEN, ...reads(8, 2)])
    expectUnknown(LAW, [...founded(), ...reads(5, 2)])
    expectWritesOnly([...founded(), ...WRITTEN, renumber(400, 'restore', 1), ...reads(5, 2)])
    expectWritesOnly([
      ...founded(),
      ...WRITTEN,
      call(4, 400, N0, { method: 'DELETE', path: 'sys/mounts/secret' }),
      ...reads(8, 2),
    ])
  })
})

describe('a version that is gone', () => {
  /** Version 3 of entry 8 is said again by entry 9, from when on it is gone after so many milliseconds. */
  const deleted = (until: number): readonly HistoryRecord[] => [
    ...founded(),
    ...WRITTEN,
    ...after(400, 9, { what: 'secret', key: 'logical/u/metadata/a', version: 3, until: milliseconds(until) }),
  ]
  const answers = (status: 200 | 404, applied: number): readonly HistoryRecord[] => [
    call(9, 900, N2),
    reply(9, 905, status, N2, applied, { version: 3 }),
  ]

  test('is 404, and is told as gone by no state that does not have that', () => {
    expectLawful(LAW, [...deleted(0), ...answers(404, 9)])
    expectLawful(LAW, [...deleted(0), ...answers(200, 8)])
    expectBroken(
      LAW,
      [...deleted(0), ...answers(200, 9)],
      'is entry 9 of +0.400 s: version 3.',
      'That version is deleted or destroyed there: the answer is not what a replay of the log gives.',
    )
    expectBroken(LAW, [...deleted(0), ...answers(404, 8)], 'That version is never deleted there')
  })

  test('may be gone later, by clocks that agree', () => {
    expectLawful(LAW, [...deleted(600), ...answers(200, 9)])
    expectBroken(LAW, [...deleted(600), ...answers(404, 9)], 'from +1.000 s on')
    expectLawful(LAW, [...deleted(502), ...answers(200, 9)])
    expectLawful(LAW, [...deleted(502), ...answers(404, 9)])
    const skew = { kind: 'fault', t: milliseconds(500), fault: 'clock-skew', target: N2, note: '' } as const
    expectLawful(LAW, [...deleted(600), skew, ...answers(404, 9)])
  })
})

describe('a secret that nobody wrote', () => {
  const other = (version: number, path = 'secret/data/b'): readonly HistoryRecord[] => [
    call(9, 900, N2, { path }),
    reply(9, 905, version === 0 ? 404 : 200, N2, 8, { version }),
  ]
  const NONE = [...founded(), ...WRITTEN]

  test('is not there, in a mount whose folder is known', () => {
    expectLawful(LAW, [...NONE, ...other(0)])
    expectBroken(LAW, [...NONE, ...other(1)], 'The log up to entry 8 has no logical/u/metadata/b.', '1 is not 0')
  })

  test('is not judged in another mount, or under a name that may be another one', () => {
    expectWritesOnly([...NONE, ...other(1, 'team/data/b')])
    expectWritesOnly([...NONE, ...other(1, 'secret/data//b')])
    expectWritesOnly([...NONE, ...other(1, 'secret/data/b%2F')])
  })

  test('is judged by a write that nobody answered', () => {
    const wrote = after(400, 9, { what: 'secret', key: 'logical/u/metadata/b', version: 1 })
    expectBroken(
      LAW,
      [...NONE, ...wrote, ...other(2).slice(0, 1), reply(9, 905, 200, N2, 9, { version: 2 })],
      '2 is not 1',
    )
  })
})
