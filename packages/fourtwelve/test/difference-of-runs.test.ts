import { loadScenario, simulateScenario } from 'fourtwelve'
import { describe, expect, it } from 'vitest'
import { differenceOfRuns, startLineDigests, type FollowedRun } from '../dist/difference-of-runs.js'
import { PASSES } from './scenarios.ts'

function runWith(seed: number, lag: string): FollowedRun {
  const loaded = loadScenario('a.yaml', { set: [['lag', lag]], seed, readText: () => ({ text: PASSES }) })
  if ('problems' in loaded) throw new Error(loaded.problems.join('\n'))
  const { lines, observe } = startLineDigests()
  return { report: simulateScenario(loaded.scenario, { observe, realCrypto: null }), lines }
}

describe('the difference of two runs', () => {
  it('is none when they are the same', () => {
    const run = runWith(7, '300ms')
    expect(run.lines.length).toBeGreaterThan(10)
    expect(differenceOfRuns(run, runWith(7, '300ms'))).toBeNull()
  })

  it('names both fingerprints, and where the histories part', () => {
    const [first, second] = [runWith(7, '300ms'), runWith(7, '301ms')]
    const difference = differenceOfRuns(first, second)
    expect(difference).toContain(first.report.fingerprint)
    expect(difference).toContain(second.report.fingerprint)
    expect(difference).toMatch(/histories differ from line \d+ on/)
  })

  it('is found in a history, longer or other, whose fingerprint is the same', () => {
    const run = runWith(7, '300ms')
    const { lines } = run
    expect(differenceOfRuns(run, { ...run, lines: [...lines, 1] })).toContain(
      `but their histories differ from line ${lines.length + 1} on`,
    )
    expect(differenceOfRuns({ ...run, lines: lines.toSpliced(4, 1, 1) }, run)).toContain('from line 5 on')
  })

  it('is found in a report whose fingerprint and history are the same', () => {
    const run = runWith(7, '300ms')
    const other = { ...run, report: { ...run.report, events: run.report.events + 1 } }
    expect(differenceOfRuns(run, other)).toContain('their reports differ')
  })
})
