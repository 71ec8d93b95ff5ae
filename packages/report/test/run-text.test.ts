import { micros, term, walIndex, type NodeId } from '@fourtwelve/protocol'
import { NO_COLOURS, runJson, runText, type Palette } from '@fourtwelve/report'
import { describe, expect, it } from 'vitest'
import { Measurements } from '../../scenario/dist/measurements.js'
import { expecting, handMadeRun, LAWS_HOLD, reply, scenarioOf, step, threeStepMeasurements } from './hand-made-run.ts'

const repro = 'fourtwelve run a.yaml --seed 42'
const plain = { palette: NO_COLOURS, repro }
const COLOURS: Palette = {
  bold: (text) => `\u001b[1m${text}\u001b[22m`,
  dim: (text) => `\u001b[2m${text}\u001b[22m`,
  red: (text) => `\u001b[31m${text}\u001b[39m`,
  green: (text) => `\u001b[32m${text}\u001b[39m`,
  yellow: (text) => `\u001b[33m${text}\u001b[39m`,
}
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? ''

const FAILED_STEP = step({ verdict: 'fail', failures: ['expected status 204, but it was 200'] })
const BROKEN_LAW = {
  name: 'token-gate',
  verdict: 'broken',
  checked: 9,
  violations: 2,
  witness: { t: micros(1), prose: 'Session a got 200 from n1, which had applied 16 of 20.', records: [] },
} as const

describe('the text of a run', () => {
  it('tells a run that passed from question to verdict', () => {
    expect(runText(handMadeRun(), plain)).toBe(
      `fresh-token
What does a client see that reads from a standby right after it created a token?
-> 412 until the standby has applied the token, then 200.

    time  node  request                    answer                                served by  has applied   took
✓     0s  n0    POST auth/token/create     200                                   n0                 #16  700us
                A token is created.
✓  700us  n1    GET secret/data/app        412 required index state not present  n1                 #16   50us
   750us        wait until n1 has applied

laws        2 hold, 8 judged, nothing to judge for header-gate

pass  no law was broken, all is as expected
seed 42, 11s of cluster time, 421 events, fingerprint a0d3495acb908e42
`,
    )
  })

  it('is the same text without its colours', () => {
    const runs = [handMadeRun(), handMadeRun({ steps: [FAILED_STEP], laws: [...LAWS_HOLD, BROKEN_LAW] })]
    for (const run of runs) {
      const coloured = runText(run, { palette: COLOURS, repro })
      expect(coloured).toContain('\u001b[')
      // oxlint-disable-next-line no-control-regex -- colours are control sequences
      expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(runText(run, plain))
    }
  })

  it('ends with the command that repeats it, unless it passed', () => {
    expect(lastLine(runText(handMadeRun({ steps: [FAILED_STEP] }), plain))).toBe(repro)
    expect(lastLine(runText(handMadeRun({ scenario: expecting("{ witnesses: ['lost >= 1'] }") }), plain))).toBe(repro)
    expect(runText(handMadeRun({ scenario: expecting('{}') }), plain)).not.toContain(repro)
  })

  it('puts what is wrong with a step right under it', () => {
    const lines = runText(handMadeRun({ steps: [FAILED_STEP] }), plain).split('\n')
    const at = lines.findIndex((line) => line.startsWith('✗'))
    expect(lines[at + 1]?.trim()).toBe('✗ expected status 204, but it was 200')
    expect(lines).toContain('fail  1 step is not as expected')
  })

  it('shows the proof and the wording of a law that was broken', () => {
    const text = runText(handMadeRun({ laws: [...LAWS_HOLD, BROKEN_LAW] }), plain)
    expect(text).toContain('laws        1 broken, 2 hold, 17 judged')
    expect(text).toContain('✗ token-gate is broken, 2 times, first here.')
    expect(text).toContain('Session a got 200 from n1, which had applied 16 of 20.')
    expect(text).toMatch(/The law: \w/)
    expect(text).toContain('fail  1 law is broken')
  })

  it('says why nothing was shown', () => {
    const silent = handMadeRun({ scenario: expecting('{}'), steps: [], measurements: new Measurements() })
    expect(runText(silent, plain)).toContain('unknown  nothing was shown: no request was made')
    const witness = handMadeRun({ scenario: expecting("{ witnesses: ['lost >= 1'] }") })
    expect(runText(witness, plain)).toContain('unknown  nothing was shown: lost >= 1 did not happen')
    expect(runText(witness, plain)).toContain('witnesses   ✗ lost >= 1  0')
  })

  it('measures a threshold in its own unit', () => {
    const scenario = expecting("{ thresholds: { latency: ['max<100us'], http_412: ['rate<0.6'] } }")
    const text = runText(handMadeRun({ scenario }), plain)
    expect(text).toContain('thresholds  ✗ latency max<100us  700us\n            ✓ http_412 rate<0.6  0.5\n')
    expect(text).toContain('threshold  1 of 2 thresholds missed')
  })

  it('tells who served a request that was forwarded, and that it took several attempts', () => {
    const forwarded = reply({ node: 'n1' as NodeId, forwarded: 'new-token', attempts: 3 })
    const byRpc = reply({ node: 'n1' as NodeId, by: 'n1' as NodeId, forwarded: 'rpc' })
    const lost = reply({ status: 0, by: null, applied: null })
    const text = runText(
      handMadeRun({ steps: [step({ reply: forwarded }), step({ reply: byRpc }), step({ reply: lost })] }),
      plain,
    )
    expect(text).toMatch(/n1 +POST auth\/token\/create +200 \(attempt 3\) +n0 \(forwarded: new-token\)/)
    expect(text).toMatch(/200 +n1 \(rpc\)/)
    expect(text).toMatch(/no answer +700us/)
  })

  it('names clients only where there are several', () => {
    const two = [step(), step({ reply: reply({ client: 'other' }) })]
    expect(runText(handMadeRun({ steps: two }), plain)).toMatch(/time +client +node/)
    expect(runText(handMadeRun(), plain)).not.toMatch(/time +client/)
  })

  it('has a row of figures for each client under load, and its faults', () => {
    const scenario = scenarioOf(`question: What?
duration: 1s
clients:
  - { name: client, sessions: 1, arrival: once, mitigation: go, flow: [{ get: sys/health }] }
  - { name: idle, sessions: 1, arrival: once, flow: [{ get: sys/health }] }
expect: { witnesses: ['http_412 >= 1'] }
faults: [{ at: 300ms, for: 100ms, do: hold, target: n0->n1 }, { at: 200ms, do: cut, target: n0->n1 }]
`)
    const text = runText(handMadeRun({ scenario, steps: [], measurements: threeStepMeasurements() }), plain)
    expect(text).toContain(`
client  mitigation  operations  requests  ok  412  forwarded  retries  ended in 412   p50    p99    max
client  go                   2         2   1    1          0        0             1  50us  700us  700us
idle    none                 0         0   0    0          0        0             0    0s     0s     0s

faults      at 200ms: cut n0->n1
            at 300ms: hold n0->n1, for 100ms
`)
  })

  it('says what happened to the cluster, and how long nobody could write', () => {
    const scenario = scenarioOf(`question: What?
duration: 60s
topology: { standbys: 2 }
clients: [{ name: client, sessions: 1, arrival: once, flow: [{ get: sys/health }] }]
expect: { witnesses: ['elections >= 1'], thresholds: { unavailable: ['max<2s'] } }
faults:
  - { every: 3s, from: 2s, until: 40s, for: { min: 1s, max: 2s }, do: [kill, cut], target: random }
  - { at: 1s, for: 3s, do: kill, target: active }
  - { at: 1500ms, do: clock-skew, target: n1, by: -5s }
`)
    const measurements = threeStepMeasurements()
    const call = {
      op: 1,
      attempt: 1,
      session: 's',
      method: 'PUT',
      path: 'p',
      token: { type: 'none' },
      index: [],
    } as const
    const node = 'n1' as NodeId
    measurements.fault({ kind: 'kill' }, false)
    measurements.fault({ kind: 'restart' }, true)
    measurements.observe({ kind: 'call', t: micros(100), id: 1, node, forward: '', ...call })
    measurements.observe({ kind: 'lead', t: micros(200), node, term: term(2), index: walIndex(9) })
    measurements.observe({
      kind: 'reply',
      t: micros(1_900_100),
      id: 1,
      status: 200,
      errors: [],
      index: null,
      token: null,
    })
    const text = runText(handMadeRun({ scenario, steps: [], measurements }), plain)
    expect(text).toContain(`
faults      at 1s: kill active, for 3s
            at 1.5s: clock-skew n1 by -5s
            every 3s or so from 2s until 40s: kill random | cut random, for 1s to 2s
            1 fault, 1 kill, 1 restart, 1 election
            nobody could write for 1.9s
`)
    expect(text).toMatch(/unavailable max<2s +1\.9s/)
    expect(runJson(handMadeRun({ scenario, measurements }), '')).toMatchObject({
      unavailable_ms: 1_900,
      counters: { faults: 1, kills: 1, restarts: 1, elections: 1, faults_left_out: 0 },
      thresholds: [{ text: 'unavailable max<2s', value: 1_900, holds: true }],
    })
  })
})
