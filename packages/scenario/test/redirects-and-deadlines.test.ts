import { CLIENT_PRESETS } from '@fourtwelve/client'
import { micros, seconds, type Micros } from '@fourtwelve/protocol'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createDeadlines } from '../dist/deadlines.js'
import { withRetry } from '../dist/mitigation.js'
import { failures, play, type Played } from './play-scenario.ts'

const countsOf = ({ run }: Played): ReturnType<Played['run']['measurements']['counts']> => run.measurements.counts()

/** n1 has lost the active node; n0 and n2 are a majority without it. */
const CUT_OFF = `question: q
duration: 4s
topology: { standbys: 2 }
faults: [{ at: 0s, do: cut, target: n0->n1 }]
`
const writesThrough = (mitigation: string): string => `${CUT_OFF}clients:
  - name: ci
    sessions: 1
    arrival: { rate: 1/s }
    routing: n1
    mitigation: ${mitigation}
    flow: [{ post: secret/data/a, body: { data: { a: b } } }]
expect: { witnesses: ['http_307 >= 1'] }
`

describe('a redirect', () => {
  test.each(['none', 'go', 'go-bare'])(
    'is followed by %s: the same request goes to the node that is named',
    (mitigation) => {
      const played = play(writesThrough(mitigation))
      expect(played.calls.map(({ op, attempt, node }) => [op, attempt, node])).toEqual(
        [1, 2, 3, 4].flatMap((op) => [
          [op, 1, 'n1'],
          [op, 2, 'n0'],
        ]),
      )
      expect(played.replies.map(({ status }) => status)).toEqual([307, 200, 307, 200, 307, 200, 307, 200])
    },
  )

  test('counts as a request and as a 307, and not as a retry', () => {
    expect(countsOf(play(writesThrough('go')))).toMatchObject({
      requests: 8,
      operations: 4,
      ok: 4,
      http_307: 4,
      retries: 0,
      unexpected: 0,
    })
  })

  test('is followed by steps too, and retries after it stay with the node that it named', () => {
    const played = play(`question: q
topology: { standbys: 2 }
values: { forged: hvs.no }
steps:
  - { cut: n0->n1 }
  - { put: secret/data/a, node: n1, body: { data: { a: b } }, expect: { status: 200, served_by: n0 } }
  - { put: secret/data/a, node: n1, as: go, index: forged, forward: true, body: { data: { a: b } }, expect: 412 }
server: { replication: { allow_forwarding_via_header: true } }
`)
    expect(failures(played)).toEqual([])
    expect(played.calls.map(({ attempt, node }) => [attempt, node])).toEqual([
      [1, 'n1'],
      [2, 'n0'],
      [1, 'n1'],
      [2, 'n0'],
      [3, 'n0'],
      [4, 'n0'],
    ])
    expect(countsOf(played)).toMatchObject({ http_307: 2, http_412: 3, retries: 2 })
    expect(played.run.steps[1]?.reply).toMatchObject({ node: 'n1', by: 'n0', attempts: 2, forwarded: null })
  })

  test('that nobody follows is not what was expected', () => {
    const status = (expected: string): number =>
      countsOf(
        play(`question: q
duration: 1s
clients:
  - { name: ci, sessions: 1, arrival: once, routing: n1, flow: [{ get: sys/health${expected} }] }
expect: { witnesses: ['requests == 1'] }
`),
      ).unexpected
    // Health answers of 473 are no success either, unless the flow says so.
    expect(status('')).toBe(1)
    expect(status(', expect: 473')).toBe(0)
  })
})

describe('the deadline of a client', () => {
  /** No majority, and no heartbeat that would tell the active node so: a write waits for 90 s, and then is a 500. */
  const STUCK = `question: q
topology: { standbys: 1 }
server: { election_timeout: 1h }
steps:
  - { cut: n0->n1 }
`

  test('ends a request that is under way, and what is answered later is not heard', () => {
    const played = play(`${STUCK}
  - { post: secret/data/a, node: n0, as: go, body: { data: { a: b } }, expect: 200 }
  - { wait: 100s }
`)
    expect(failures(played)).toEqual(['2: expected an answer, but the client gave up at its own deadline'])
    expect(played.run.steps[1]?.reply).toMatchObject({ took: seconds(60), attempts: 1, status: 0 })
    expect(played.calls).toHaveLength(1)
    expect(played.replies).toMatchObject([
      { t: seconds(60), status: 0, errors: ['the client gave up at its own deadline'] },
    ])
    expect(countsOf(played)).toMatchObject({ requests: 1, operations: 1, lost: 1, http_500: 0 })
  })

  test('is none where the client has none', () => {
    const played = play(`${STUCK}
  - { post: secret/data/a, node: n0, as: go-bare, body: { data: { a: b } }, expect: 500 }
`)
    expect(failures(played)).toEqual([])
    expect(played.run.steps[1]?.reply?.took).toBe(seconds(90))
  })

  test('ends a wait between retries in its middle', () => {
    const played = play(`question: q
lag: 1h
duration: 90s
values: { forged: djE6 }
clients:
  - name: agent
    sessions: 1
    arrival: once
    routing: n1
    mitigation: go
    retry: { max: 12 }
    flow: [{ get: secret/data/a, index: forged, expect: 412 }]
expect: { witnesses: ['http_412 >= 1'] }
`)
    const { measurements } = played.run
    expect(measurements.latencies().value({ kind: 'max' })).toBe(seconds(60))
    expect(countsOf(played)).toMatchObject({ operations: 1, unexpected: 1, lost: 0, failed_412: 0 })
    expect(played.replies.every(({ status }) => status === 412)).toBe(true)
  })
})

describe('deadlines', () => {
  /** Time that a test lets pass, and the timers that are set. */
  const stage = (): {
    readonly cluster: Parameters<typeof createDeadlines>[0]
    readonly timers: { at: number; ring: () => void }[]
    pass(to: number): void
  } => {
    let now = 0
    const timers: { at: number; ring: () => void }[] = []
    return {
      cluster: {
        now: () => micros(now),
        after: (delay: Micros, then: () => void) => void timers.push({ at: now + delay, ring: then }),
      },
      timers,
      pass(to) {
        for (;;) {
          const due = timers.findIndex(({ at }) => at <= to)
          if (due < 0) break
          const [timer] = timers.splice(due, 1)
          now = Math.max(now, timer?.at ?? 0)
          timer?.ring()
        }
        now = to
      },
    }
  }

  test('come in time for what is open, and never for what has ended, with one timer at most', () => {
    const anyOperation = fc.record({ begins: fc.nat(200), lasts: fc.nat(200) })
    fc.assert(
      fc.property(fc.array(anyOperation, { maxLength: 30 }), (operations) => {
        const { cluster, timers, pass } = stage()
        const deadlines = createDeadlines(cluster, { ...CLIENT_PRESETS.none, timeout: micros(100) })
        const missed: number[] = []
        const moments = operations
          .flatMap(({ begins, lasts }, one) => [
            { at: begins, what: 'begin', one },
            { at: begins + lasts, what: 'end', one },
          ])
          .toSorted((a, b) => a.at - b.at)
        const ends = new Map<number, () => void>()
        for (const { at, what, one } of moments) {
          pass(at)
          if (what === 'end') ends.get(one)?.()
          else
            ends.set(
              one,
              deadlines.begin(() => missed.push(cluster.now() - at - 100 === 0 ? one : Number.NaN)),
            )
          expect(timers.length).toBeLessThanOrEqual(1)
        }
        pass(1_000)
        const overdue = operations.flatMap(({ lasts }, one) => (lasts >= 100 ? [one] : []))
        expect(missed.toSorted((a, b) => a - b)).toEqual(overdue)
        expect(timers).toEqual([])
      }),
    )
  })
})

describe('a retry that the file changes', () => {
  const { none, go } = CLIENT_PRESETS

  test('lets a client that never retries begin to when it says how often, on 412 alone', () => {
    const waits = { min: seconds(5), maxWait: seconds(6) }
    expect(withRetry(none, { max: null, ...waits })).toBe(none)
    expect(withRetry(none, { max: 3, ...waits }).retry).toEqual({
      kind: 'linear-jitter',
      statuses: [412],
      retryServerErrors: false,
      max: 3,
      minWait: seconds(5),
      maxWait: seconds(6),
    })
  })

  test('leaves of the Go client what it does not name', () => {
    expect(withRetry(go, { max: 5, min: null, maxWait: null })).toEqual({ ...go, retry: { ...go.retry, max: 5 } })
  })
})
