/** One schema judges file after file: nothing of one file is left for the next. */

import { describe, expect, it } from 'vitest'
import { parseScenario, type ParseOptions, type Scenario } from '@fourtwelve/scenario'

const parsed = (text: string, options: ParseOptions): Scenario => {
  const read = parseScenario(text, options)
  if ('problems' in read) throw new Error(JSON.stringify(read.problems))
  return read.scenario
}

const STEP = 'steps:\n  - { get: sys/health, node: n0 }\n'
const given = (lines: string): string =>
  `question: which?\n${lines}given:\n  secrets:\n    secret/data/a: { v: 1 }\n${STEP}`
const traced = `question: which?\nlag: { dist: trace, file: lag.csv, column: lag_ms }\n${STEP}`

describe('files that are judged one after the other', () => {
  it('have each its own name, and its own places', () => {
    const first = parsed(given(''), { file: 'first.yaml' })
    const second = parsed(given('seed: 7\nanswer: this.\n'), { file: 'second.yaml' })
    expect([first.name, second.name]).toEqual(['first', 'second'])
    expect(JSON.stringify(first.given)).toContain('first.yaml:4')
    expect(JSON.stringify(second.given)).toContain('second.yaml:6')
  })

  it('have each its own topology', () => {
    const asks = 'question: which?\nsteps:\n  - { get: sys/health, node: n2 }\n'
    expect(parseScenario(asks, { file: 'small.yaml' })).toHaveProperty('problems')
    expect(parseScenario(`topology: { standbys: 2 }\n${asks}`, { file: 'large.yaml' })).toHaveProperty('scenario')
    expect(parseScenario(asks, { file: 'small.yaml' })).toHaveProperty('problems')
  })

  it('have each its own reader of other files, or none', () => {
    const reading = (time: string): ParseOptions => ({
      file: 'traced.yaml',
      readText: () => ({ text: `lag_ms\n${time}\n${time}\n` }),
    })
    const [fast, slow] = [parsed(traced, reading('5')), parsed(traced, reading('900'))]
    expect(fast.lag).not.toEqual(slow.lag)
    expect(parseScenario(traced, { file: 'traced.yaml' })).toHaveProperty('problems')
  })

  it('have each its own known words', () => {
    const asks = 'question: which?\nsteps:\n  - { get: sys/health, node: n0, as: careful }\n'
    expect(parseScenario(asks, { file: 'a.yaml', mitigations: ['none'] })).toHaveProperty('problems')
    expect(parseScenario(asks, { file: 'a.yaml', mitigations: ['none', 'careful'] })).toHaveProperty('scenario')
  })
})
