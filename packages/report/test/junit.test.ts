import { micros } from '@fourtwelve/protocol'
import { junitXml, type JunitSuite } from '@fourtwelve/report'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Measurements } from '../../scenario/dist/measurements.js'
import { expecting, handMadeRun, LAWS_HOLD, step } from './hand-made-run.ts'

const suite = (report: ReturnType<typeof handMadeRun>): JunitSuite => ({
  kind: 'run',
  report,
  repro: 'fourtwelve run a.yaml --seed 7',
})

/** Reads XML as strictly as a parser would, as far as this writer goes: balanced elements, escaped texts. Answers the elements. */
function elementsOf(xml: string): string[] {
  const open: string[] = []
  const seen: string[] = []
  const token = /<\?[^?]*\?>|<(\/?)([a-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>|([^<]+)/gy
  let end = 0
  for (const match of xml.matchAll(token)) {
    expect(match.index).toBe(end)
    end += match[0].length
    const [, closing, name, attributes = '', empty, text = ''] = match
    expect(`${attributes}${text}`.replaceAll(/&(?:amp|lt|gt|quot|#10);/g, '')).not.toContain('&')
    if (name === undefined) continue
    if (closing === '/') expect(open.pop()).toBe(name)
    else {
      seen.push(name)
      if (empty !== '/') open.push(name)
    }
  }
  expect(end).toBe(xml.length)
  expect(open).toEqual([])
  return seen
}

describe('JUnit XML', () => {
  it('has a case for each step that expects something, each law, threshold and witness', () => {
    const scenario = expecting("{ thresholds: { http_412: ['rate<0.1'] }, witnesses: ['http_412 >= 1'] }")
    const xml = junitXml([suite(handMadeRun({ scenario }))])
    expect([...xml.matchAll(/<testcase classname="asked" name="([^"]*)"/g)].map(([, name]) => name)).toEqual([
      'step 1: POST auth/token/create on n0',
      'step 2: GET secret/data/app on n1',
      'law wal-prefix',
      'law token-gate',
      'law header-gate',
      'threshold http_412 rate&lt;0.1',
      'witness http_412 &gt;= 1',
    ])
    expect(xml).toContain('<testsuite name="asked" tests="7" failures="1" errors="0" skipped="1" time="11.000000">')
    expect(xml).toContain(
      '<failure message="measured 0.5">measured 0.5&#10;Repeat with: fourtwelve run a.yaml --seed 7</failure>',
    )
  })

  it('fails a step and a law with their evidence', () => {
    const failed = step({ verdict: 'fail', failures: ['expected 204', 'expected a warning'] })
    const broken = {
      name: 'token-gate',
      verdict: 'broken',
      checked: 1,
      violations: 1,
      witness: { t: micros(0), prose: 'Proof.', records: [] },
    } as const
    const xml = junitXml([suite(handMadeRun({ steps: [failed], laws: [...LAWS_HOLD.slice(0, 1), broken] }))])
    expect(xml).toContain('<failure message="expected 204">expected 204&#10;expected a warning&#10;Repeat')
    expect(xml).toContain('<failure message="Proof.">')
  })

  it('fails a run that showed nothing, though nothing in it failed', () => {
    const xml = junitXml([
      suite(handMadeRun({ scenario: expecting('{}'), steps: [], measurements: new Measurements() })),
    ])
    expect(xml).toContain('name="the run shows something"')
    expect(xml).toContain('failures="1"')
  })

  it('makes an error of what could not be run', () => {
    const xml = junitXml([{ kind: 'not-run', file: 'a.yaml', why: 'a.yaml:1:1 is no mapping' }])
    expect(xml).toContain('tests="1" failures="0" errors="1"')
    expect(elementsOf(xml)).toEqual(['testsuites', 'testsuite', 'testcase', 'error'])
  })

  it('is well-formed whatever a file or a message holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (file, why) => {
        const xml = junitXml([{ kind: 'not-run', file, why }])
        elementsOf(xml)
        // oxlint-disable-next-line no-control-regex -- XML 1.0 cannot hold them
        expect(xml).not.toMatch(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/)
        expect(Buffer.from(xml, 'utf8').toString('utf8')).toBe(xml)
      }),
    )
  })
})
