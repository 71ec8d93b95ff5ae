/** The active node answers as a real Vault did, but for the rows of the table of differences. */

import { describe, expect, test } from 'vitest'
import { oneNode } from './one-node.ts'
import { RECORDED_DIFFERENCES, wantedAnswer } from './recorded-differences.ts'
import { playSteps, readSteps } from './recording.ts'

const SUITES = [
  'token-create',
  'token-lookup',
  'token-renew',
  'token-parents',
  'token-batch',
  'cubbyhole-wrapping',
  'kv',
  'auth-methods',
]

const WRAPPING = 'response wrapping is not built'
const ROLES = 'token roles are not built'
const APPROLE = 'approle is not built'

/** Steps that are not answered as recorded yet, by suite: why, and which. A step that is must leave the list. */
const NOT_YET: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'token-batch': {
    [WRAPPING]: ['wrapped batch token', 'unwrapped'],
    [ROLES]: [
      'role: batch',
      'role: batch, renewable',
      'role: batch, not orphan',
      'role: batch, period',
      'role: batch, explicit max',
      'from the role',
      'from the role, asking for service',
    ],
  },
  'cubbyhole-wrapping': {
    [WRAPPING]: [
      'wrap a response',
      'look the wrapping up',
      'unwrap',
      'unwrap again',
      'look it up afterwards',
      'wrap data',
      'unwrap by another token',
      'wrap without a ttl',
      'wrap with a bad ttl',
      'wrap for 1 s',
      'expired',
      'rewrap source',
      'rewrap',
      'the old one is dead',
      'the new one opens',
    ],
  },
  'auth-methods': {
    [APPROLE]: [
      'enable approle',
      'a role',
      'read it',
      'list (2)',
      'role id',
      'secret id',
      'login (2)',
      'its lookup (2)',
      'second use',
      'third use',
      'bad role id',
      'bad secret id',
      'no role id',
      'batch role',
      'its role id',
      'batch login (2)',
      'secret id accessors',
      'delete the role',
      'auth methods',
    ],
  },
}

const rowsUsed = new Set<string>()

describe.each(SUITES)('recorded suite %s', (suite) => {
  const played = playSteps(oneNode(undefined, 'recorded-root'), readSteps(suite), (step) => {
    const { answer, rows } = wantedAnswer(step)
    for (const row of rows) rowsUsed.add(row)
    return answer
  })
  const reasonOf = (label: string): string | undefined =>
    Object.entries(NOT_YET[suite] ?? {}).find(([, labels]) => labels.includes(label))?.[0]

  test.each(played.map((one) => [one.label, one] as const))('%s', (label, { differences }) => {
    const reason = reasonOf(label)
    if (reason === undefined) expect(differences).toEqual([])
    else expect(differences, `this step is answered as recorded: take it off the list (${reason})`).not.toEqual([])
  })

  test('names no step that the suite does not have', () => {
    const labels = new Set(played.map(({ label }) => label))
    expect(
      Object.values(NOT_YET[suite] ?? {})
        .flat()
        .filter((label) => !labels.has(label)),
    ).toEqual([])
  })
})

test('every row of the table of differences is needed', () => {
  expect(RECORDED_DIFFERENCES.map(({ name }) => name).filter((name) => !rowsUsed.has(name))).toEqual([])
})
