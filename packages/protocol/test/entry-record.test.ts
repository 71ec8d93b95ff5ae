import {
  entryRecord,
  micros,
  nodeId,
  seconds,
  term,
  WAL_FORMAT,
  walIndex,
  type ClusterId,
  type StoredValue,
  type WalEntry,
} from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'

const NOW = seconds(100)
const KEY = 'logical/u/metadata/a'

const written = (key: string, value: StoredValue | null): WalEntry => ({
  format: WAL_FORMAT,
  cluster: 'c' as ClusterId,
  term: term(1),
  index: walIndex(7),
  time: NOW,
  request: '3',
  changes: [{ scope: 'replicated', namespace: '', key, value }],
  digest: 5,
})
const factsOf = (key: string, value: object | null) =>
  entryRecord(micros(9), nodeId(0), written(key, value as StoredValue | null)).facts
const secret = (version: object) => ({ currentVersion: 2, versions: { 1: {}, 2: version } })

describe('an entry of the metadata of a secret', () => {
  test.each<readonly [string, object | null, object]>([
    ['a version', secret({ deletionTime: null, destroyed: false }), { what: 'secret', key: KEY, version: 2 }],
    ['no version yet', { currentVersion: 0, versions: {} }, { what: 'secret', key: KEY, version: 0 }],
    ['a deleted version', secret({ deletionTime: NOW }), { what: 'secret', key: KEY, version: 2, until: 0 }],
    [
      'one that was deleted before',
      secret({ deletionTime: NOW - 8 }),
      { what: 'secret', key: KEY, version: 2, until: -8 },
    ],
    ['one that will be', secret({ deletionTime: NOW + 8 }), { what: 'secret', key: KEY, version: 2, until: 8 }],
    [
      'a destroyed one',
      secret({ deletionTime: NOW + 8, destroyed: true }),
      { what: 'secret', key: KEY, version: 2, until: 0 },
    ],
    ['nothing', null, { what: 'secret-gone', key: KEY }],
  ])('says %s', (_, value, fact) => expect(factsOf(KEY, value)).toEqual([fact]))

  test('says nothing that it cannot mean: kv version 1 stores what it gets', () => {
    expect(factsOf(KEY, { currentVersion: 'two' })).toBeUndefined()
    const odd = [
      { currentVersion: 2, versions: null },
      secret({ deletionTime: 1e300 }),
      { currentVersion: 2, versions: 'x' },
    ]
    for (const value of odd) expect(factsOf(KEY, value)).toEqual([{ what: 'secret', key: KEY, version: 2 }])
    expect(factsOf('logical/u/versions/a/2', secret({}))).toBeUndefined()
  })
})
