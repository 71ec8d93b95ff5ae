import { MICROS_PER_SECOND } from '@fourtwelve/protocol'
import { expect, test } from 'vitest'
import { failures, play, type Played } from './play-scenario.ts'

const HOUR = 3_600 * MICROS_PER_SECOND
/** Heartbeats of years would be millions of events. */
const QUIET = 'server: { election_timeout: 8760h }\n'
const WRITE = `  - { put: secret/data/a, node: n0, body: { data: { a: b } }, expect: 200 }`

/** How long after the apply the wait ended. */
function late({ run, history }: Played): number {
  const applied = history.findLast((record) => record.kind === 'apply' && record.node === 'n1')?.t ?? Number.NaN
  return run.ended - applied
}

test.each([
  ['300ms', 300_000],
  ['2h', 2 * HOUR],
  ['8760h', 8_760 * HOUR],
])('a wait outlasts a lag of %s, and ends within a thousandth of it or a millisecond', (lag, micros) => {
  const played = play(`question: q\n${QUIET}lag: ${lag}\nsteps:\n${WRITE}\n  - { wait_until: applied, node: n1 }\n`)
  expect(failures(played)).toEqual([])
  expect(played.run.ended).toBeGreaterThanOrEqual(micros)
  expect(late(played)).toBeGreaterThanOrEqual(0)
  expect(late(played)).toBeLessThanOrEqual(Math.max(1_000, micros / 1_000 + 1_000))
})

test('a wait that nothing will end fails after twice the longest lag, and took few looks', () => {
  const played = play(
    `question: q\n${QUIET}steps:\n  - { hold: n0->n1 }\n${WRITE}\n  - { wait_until: applied, node: n1 }\n`,
  )
  expect(failures(played)).toEqual([
    '3: n1 has not applied it after 17520h: is its link held or cut, or does it apply nothing?',
  ])
})

test('a wait is for what was committed when it began, not for what no majority has', () => {
  const played = play(`question: q
topology: { standbys: 1 }
clients:
  - { name: stuck, sessions: 1, arrival: once, routing: n0, flow: [{ put: secret/data/a, body: { data: { a: b } } }] }
duration: 10s
faults: [{ at: 0s, do: cut, target: n0->n1 }]
steps:
  - { wait: 1s }
  - { wait_until: applied, node: n1 }
  - { get: sys/health, node: n1, expect: 473 }
`)
  expect(failures(played)).toEqual([])
  const indexOf = (kind: 'entry' | 'commit'): number => {
    const last = played.history.findLast((record) => record.kind === kind)
    return last?.kind === kind ? last.index : Number.NaN
  }
  expect(indexOf('entry')).toBeGreaterThan(indexOf('commit'))
  expect(played.run.steps[2]?.at).toBe(MICROS_PER_SECOND)
})
