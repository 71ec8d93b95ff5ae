import { loadScenario, simulateScenario } from 'fourtwelve'
import type { RunReport } from '@fourtwelve/report'
import { describe, expect, it } from 'vitest'
import { differenceOfRuns } from '../dist/difference-of-runs.js'
import { PASSES } from './scenarios.ts'

function runWith(seed: number, lag: string): RunReport {
  const loaded = loadScenario('a.yaml', { set: [['lag', lag]], seed, readText: () => ({ text: PASSES }) })
  if ('problems' in loaded) throw new Error(loaded.problems.join('\n'))
  return simulateScenario(loaded.scenario, { realCrypto: null })
}

describe('the difference of two runs', () => {
  it('is none when they are the same', () => {
    expect(differenceOfRuns(runWith(7, '300ms'), runWith(7, '300ms'))).toBeNull()
  })

  it('names both fingerprints', () => {
    const [first, second] = [runWith(7, '300ms'), runWith(7, '301ms')]
    const difference = differenceOfRuns(first, second)
    expect(difference).toContain(first.fingerprint)
    expect(difference).toContain(second.fingerprint)
  })

  it('is found in a report whose fingerprint is the same', () => {
    const run = runWith(7, '300ms')
    expect(differenceOfRuns(run, { ...run, events: run.events + 1 })).toContain('their reports differ')
  })
})
