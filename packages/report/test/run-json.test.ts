import { micros, type NodeId } from '@fourtwelve/protocol'
import { runJson, runJsonLine } from '@fourtwelve/report'
import { describe, expect, it } from 'vitest'
import { expecting, handMadeRun, LAWS_HOLD } from './hand-made-run.ts'

const REPRO = 'fourtwelve run a.yaml --seed 42'

describe('the JSON of a run', () => {
  it('has the fields that programs were promised, in this order', () => {
    expect(Object.keys(runJson(handMadeRun(), REPRO))).toEqual([
      'scenario',
      'question',
      'seed',
      'runtime',
      'fingerprint',
      'verdict',
      'steps',
      'laws',
      'thresholds',
      'witnesses',
      'counters',
      'clients',
      'latency_ms',
      'unavailable_ms',
      'events',
      'repro',
    ])
  })

  it('tells of a step what was asked, what came, from whom, and how long it took', () => {
    expect(runJson(handMadeRun(), REPRO).steps[1]).toEqual({
      step: 2,
      at_ms: 0.7,
      what: 'GET secret/data/app',
      node: 'n1',
      status: 412,
      errors: ['required index state not present'],
      served_by: 'n1',
      applied: 16,
      forwarded: null,
      attempts: 1,
      took_ms: 0.05,
      note: null,
      verdict: 'pass',
      failures: [],
    })
  })

  it('leaves the fields of an answer null where nothing was asked', () => {
    expect(runJson(handMadeRun(), REPRO).steps[2]).toMatchObject({
      node: null,
      status: null,
      attempts: null,
      took_ms: null,
    })
  })

  it('counts, and gives every time in milliseconds', () => {
    const json = runJson(handMadeRun(), REPRO)
    expect(json.counters).toMatchObject({ requests: 2, ok: 1, http_412: 1, failed_412: 1, forwarded: 0 })
    expect(json.latency_ms).toEqual({ min: 0.05, avg: 0.375, p50: 0.05, p90: 0.7, p99: 0.7, max: 0.7 })
  })

  it('gives the value of a threshold in the unit of the other times, and a share as a share', () => {
    const scenario = expecting("{ thresholds: { latency: ['max<2500ms'], http_412: ['rate<0.6', 'count<2'] } }")
    expect(runJson(handMadeRun({ scenario }), REPRO).thresholds).toEqual([
      { text: 'latency max<2500ms', value: 0.7, holds: true },
      { text: 'http_412 rate<0.6', value: 0.5, holds: true },
      { text: 'http_412 count<2', value: 1, holds: true },
    ])
  })

  it('has a witness only for a law that was broken', () => {
    const node = 'n1' as NodeId
    const record = {
      kind: 'call',
      t: micros(5),
      id: 1,
      op: 1,
      attempt: 1,
      session: 's',
      node,
      method: 'GET',
      path: 'p',
      index: [],
      forward: '',
    } as const
    const token = { type: 'service', index: 2n ** 60n, epoch: 0, id: 'a' } as const
    const broken = {
      name: 'token-gate',
      verdict: 'broken',
      checked: 9,
      violations: 2,
      witness: { t: micros(1500), prose: 'Told.', records: [{ ...record, token }] },
    } as const
    const json = JSON.parse(runJsonLine(handMadeRun({ laws: [...LAWS_HOLD.slice(0, 1), broken] }), REPRO))
    expect(json.laws[0]).toEqual({ name: 'wal-prefix', verdict: 'holds', checked: 6 })
    expect(json.laws[1].witness.at_ms).toBe(1.5)
    expect(json.laws[1].witness.records[0].token.index).toBe('1152921504606846976')
    expect(json.verdict).toBe('fail')
  })

  it('has no fingerprint for a run in real time', () => {
    expect(runJson(handMadeRun({ runtime: 'live' }), REPRO)).toMatchObject({ runtime: 'live', fingerprint: null })
  })
})
