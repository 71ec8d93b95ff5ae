/**
 * Histories of servers that tell nothing of themselves: every law judges what it soundly can, or says that it does not know.
 * HISTORY.md has the same table.
 */

import { ALL_LAWS, startChecks, type LawVerdict } from '@fourtwelve/checker'
import type { HistoryRecord } from '@fourtwelve/protocol'
import { beforeAll, describe, expect, test } from 'vitest'
import { barely, drawnHistory, withoutServers } from './black-box.ts'

/** `sometimes`: only a 412 to a request that names no index, or one that nobody gave out, which few of these runs have. */
const JUDGED: Readonly<Record<string, 'always' | 'sometimes' | 'never'>> = {
  'one-active-a-term': 'never',
  'term-and-index-rise': 'never',
  'acknowledged-survives': 'never',
  'wal-prefix': 'never',
  'applied-never-back': 'never',
  'token-gate': 'never',
  'header-gate': 'never',
  '412-justified': 'sometimes',
  'fresh-token-never-refused': 'always',
  'token-index-covers-its-write': 'never',
  'reply-index-covers-its-write': 'never',
  'tampered-token-refused': 'always',
  'unindexed-never-412': 'always',
  'old-epoch-never-waits': 'never',
  'session-index-never-falls': 'always',
  'read-your-writes': 'always',
  'monotonic-reads': 'always',
  'writes-in-order': 'always',
  'reply-equals-replay': 'never',
  'forwarding-has-a-licence': 'never',
  'forwarded-once-and-authorised-again': 'never',
  'revocation-is-final': 'always',
  'tree-dies-together': 'never',
  lifetime: 'always',
  'batch-tokens-store-nothing': 'always',
  'lease-follows-its-owner': 'never',
  convergence: 'never',
}

/** A scenario takes some 60 ms; on a busy machine it may take as many as this. */
const SEEDS = 80
const SEED_MAX_MS = 2_000

function judged(records: readonly HistoryRecord[]): readonly LawVerdict[] {
  const checks = startChecks()
  for (const record of records) checks.observe(record)
  return checks.verdicts()
}

describe(`what is left of ${SEEDS} drawn runs`, () => {
  const histories: (readonly HistoryRecord[])[] = []
  beforeAll(() => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      histories.push(drawnHistory(seed).flatMap((record) => withoutServers(record) ?? []))
    }
  }, SEEDS * SEED_MAX_MS)

  const proseOf = (verdicts: readonly LawVerdict[]): readonly string[] =>
    verdicts.flatMap(({ name, verdict, witness }) => (verdict === 'broken' ? [`${name}: ${witness?.prose}`] : []))

  test('breaks no law', () => expect(histories.flatMap((history) => proseOf(judged(history)))).toEqual([]))

  test('is judged by the laws that the table says, and by no other', () => {
    expect(Object.keys(JUDGED)).toEqual(ALL_LAWS.map(({ name }) => name))
    const counts = new Map<string, number>()
    for (const { name, checked } of histories.flatMap(judged)) counts.set(name, (counts.get(name) ?? 0) + checked)
    const found = Object.entries(JUDGED).map(([name, when]) =>
      when === 'sometimes' ? [name, when] : [name, (counts.get(name) ?? 0) > 0 ? 'always' : 'never'],
    )
    expect(Object.fromEntries(found)).toEqual(JUDGED)
  })

  test('breaks no law when clients kept hardly anything either', () =>
    expect(histories.flatMap((history) => proseOf(judged(history.map(barely))))).toEqual([]))

  test('breaks no law from the middle on', () =>
    expect(
      histories.flatMap(([run, ...others]) => {
        const later = others.slice(others.length >> 1)
        return proseOf(judged(run === undefined ? later : [run, ...later]))
      }),
    ).toEqual([]))
})
