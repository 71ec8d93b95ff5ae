/** Faults in scripts, clients that follow the leader, and what is counted, on a cluster that keeps what is done to it. */

import { micros, seconds } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import { loaded, played, rows, script } from './fault-scenarios.ts'
import { goodScenario } from './read-good-file.ts'
import type { AnswerOf } from './recording-cluster.ts'

describe('steps', () => {
  test('do faults one after the other, name whom they hit, and go on at once', () => {
    const text = script(
      'kill: active, for: 5s',
      'wait_until: leader',
      'slow_disk: { node: active, by: 5ms }',
      'wait: 10s',
    )
    const { done, run } = played(text, { election: 2_000_000 })
    expect(done.map((line) => line.replace(/^\S+ /, ''))).toEqual(['kill n0', 'slow-disk n1', 'restart n0'])
    expect(run.steps.map(({ what, verdict }) => [what, verdict])).toEqual([
      ['kill active for 5s: n0', 'done'],
      ['wait until a node is active', 'done'],
      ['slow-disk active by 5ms: n1', 'done'],
      ['wait 10s', 'done'],
    ])
    expect(run.steps[2]?.at).toBeGreaterThanOrEqual(seconds(2))
  })

  test('wait for a certain leader, and not for one that stands still', () => {
    const { run } = played(script('pause: n0', 'wait_until: leader', 'wait_until: leader, node: n1'), {
      election: 1_000_000,
    })
    expect(run.steps.map(({ verdict }) => verdict)).toEqual(['done', 'done', 'done'])
    expect(run.steps[2]?.at).toBeGreaterThanOrEqual(seconds(1))
  })

  test('fail when nobody comes to lead, or nobody is there to be hit or asked', () => {
    const text = script(
      'wait_until: leader, node: n2',
      'kill: n0',
      'step_down: active',
      'get: sys/health, node: active',
    )
    const { run } = played(text, { election: 400_000_000 })
    expect(run.steps.map(({ failures }) => failures)).toEqual([
      ['n2 is not active after 5m'],
      [],
      ['left out: nobody is there to be hit'],
      ['no node is active now: nothing was asked'],
    ])
  })

  test('send a request to who has the role when it is sent, a retry too', () => {
    const text = script(
      'get: sys/health, node: standby',
      'kill: n0',
      'wait_until: leader',
      'get: sys/health, node: active, as: go, expect: 200',
    )
    const asked: string[] = []
    const { run } = played(text, {
      election: 0,
      answer: (node, now, runs) => {
        asked.push(node)
        return { after: 1_000, status: runs && now > 500_000 ? 200 : 503 }
      },
    })
    expect(asked[0]).toBe('n1')
    expect(run.steps[3]?.failures).toEqual([])
    expect(asked.slice(1)).toEqual(['n1', 'n1'])
  })
})

describe('clients that go to the active node alone', () => {
  test('follow it', () => {
    const text = `question: q\nduration: 4s\ntopology: { standbys: 2 }
clients: [{ name: c, sessions: 1, arrival: { rate: 1/s }, routing: active-only, flow: [{ get: sys/health }] }]
faults: [{ at: 1500ms, do: step-down }, { at: 2500ms, do: pause, target: active }]\n`
    const { records } = played(text)
    expect(records.flatMap((each) => (each.kind === 'call' ? [each.node] : []))).toEqual(['n0', 'n0', 'n1', 'n0'])
  })
})

describe('what is measured', () => {
  test('elections, faults, kills and restarts are counted, and what ends a fault is none', () => {
    const text = loaded(
      rows(
        'at: 1s, for: 1s, do: kill, target: active',
        'at: 4s, for: 1s, do: lag, target: n0->n1, lag: 1s',
        'at: 6s, do: restart, target: n2',
        'at: 7s, do: step-down',
        'at: 8s, for: 1s, do: forwarding, target: n1, delay: 1s',
      ),
    )
    expect(played(text).run.measurements.counts()).toMatchObject({
      faults: 5,
      faults_left_out: 0,
      kills: 1,
      restarts: 2,
      elections: 2,
    })
  })

  const outage = (answer: AnswerOf, flow: string): number =>
    played(
      `question: q\nduration: 10s\nclients: [{ name: c, sessions: 1, arrival: { rate: 10/s }, flow: [${flow}] }]\n`,
      { answer },
    ).run.measurements.unavailable()
  const between = (status: number) => (_: unknown, now: number) => ({
    after: 1_000,
    status: now >= 3_000_000 && now < 5_000_000 ? status : 200,
  })
  const WRITE = '{ put: secret/data/a, body: {} }'

  test.each([0, 307, 412, 500, 503])('nobody could write while writes met %i', (status) => {
    // The first was sent at 3 s; the next one that was acknowledged at 5 s.
    expect(outage(between(status), WRITE)).toBe(2_001_000)
  })

  test('a refusal is an answer, and reads play no part', () => {
    expect(outage(between(403), WRITE)).toBe(1_000)
    expect(outage(between(503), '{ get: secret/data/a }')).toBe(0)
  })

  test('a write that hangs counts from when it was sent, and one that is never acknowledged to the last that was tried', () => {
    expect(outage(() => ({ after: 1_000, status: 200 }), WRITE)).toBe(1_000)
    const hanging = outage(
      (_, now) => ({ after: now >= 3_000_000 ? Math.max(1_000, 6_000_000 - now) : 1_000, status: 200 }),
      WRITE,
    )
    expect(hanging).toBe(3_000_000)
    const never = outage((_, now) => ({ after: 1_000, status: now >= 3_000_000 ? 503 : 200 }), WRITE)
    expect(never).toBe(9_900_000 + 1_000 - 3_000_000)
  })

  test('thresholds and witnesses may name it', () => {
    const { expect: wanted } = goodScenario(
      loaded(
        "expect: { thresholds: { unavailable: ['max<3s'], lost: ['count<5'] }, witnesses: ['elections == 1', 'kills >= 1'] }\n",
      ),
    )
    expect(wanted.thresholds[0]).toMatchObject({ metric: { name: 'unavailable' }, limit: micros(3_000_000) })
    expect(wanted.witnesses).toHaveLength(2)
  })
})
