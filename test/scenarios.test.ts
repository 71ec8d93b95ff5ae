/**
 * Every scenario of the repository, as `fourtwelve run` runs it: it passes, it is repeatable, and its transcript is the one that
 * stands in scenarios/expected. `npx fourtwelve run scenarios/*.yaml --update-expected` rewrites those; read the difference.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startTranscript, type RunReport } from '@fourtwelve/report'
import { expectedFile, loadScenario, realCryptoFor, simulateScenario } from 'fourtwelve'
import { describe, expect, test } from 'vitest'

const FOLDER = new URL('../scenarios/', import.meta.url).pathname
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'))

async function run(file: string): Promise<{ readonly report: RunReport; readonly transcript: string }> {
  const readText = (path: string): { text: string } => ({ text: readFileSync(path, 'utf8') })
  const loaded = loadScenario(join(FOLDER, file), { set: [], seed: null, readText })
  if ('problems' in loaded) throw new Error(loaded.problems.join('\n'))
  const lines: string[] = []
  const transcript = startTranscript((line) => lines.push(line))
  const realCrypto = await realCryptoFor(loaded.scenario)
  const report = simulateScenario(loaded.scenario, { observe: (record) => transcript.observe(record), realCrypto })
  transcript.end(report.fingerprint)
  return { report, transcript: `${lines.join('\n')}\n` }
}

test('there are at least twelve that teach', () => {
  expect(files.length).toBeGreaterThanOrEqual(12)
})

describe.each(files)('%s', (file) => {
  test('passes, shows what it is about, and breaks no law', async () => {
    const { report } = await run(file)
    const { steps } = report.run
    expect(steps.filter(({ verdict }) => verdict === 'fail')).toEqual([])
    expect(report.judgement.witnesses.filter(({ holds }) => !holds)).toEqual([])
    expect(report.judgement.thresholds.filter(({ holds }) => !holds)).toEqual([])
    expect(report.judgement.verdict).toBe('pass')
    expect(report.judgement.witnesses.length).toBeGreaterThan(0)
    expect(report.scenario.answer).not.toBeNull()
  })

  test('happens as its transcript says', async () => {
    const { transcript } = await run(file)
    expect(transcript).toBe(readFileSync(expectedFile(join(FOLDER, file)), 'utf8'))
  })
})
