/**
 * The storm, scenarios/31-storm.yaml, with many seeds in simulation: random kills, cuts and step-downs are silent.
 * Always holds: every seed passes (no law broken, nothing thrown, every witness there), or is told with the command that repeats it.
 *
 * A thousand seeds take two to six minutes:  FOURTWELVE_STORM_SEEDS=1000 npx vitest run test/storms.test.ts
 */

import { readFileSync } from 'node:fs'
import { reproCommand, type RunReport } from '@fourtwelve/report'
import { loadScenario, simulateScenario } from 'fourtwelve'
import { expect, test } from 'vitest'

const FILE = 'scenarios/31-storm.yaml'
const PATH = new URL(`../${FILE}`, import.meta.url).pathname

/** About fifteen seconds of a slow machine. */
const SEEDS_DEFAULT = 60
const SEEDS_MAX = 1_000_000
/** A seed takes 100 to 350 ms. */
const SEED_MAX_MS = 2_000

const seeds = seedsWanted(process.env['FOURTWELVE_STORM_SEEDS'])

function seedsWanted(text: string | undefined): number {
  if (text === undefined || text === '') return SEEDS_DEFAULT
  const wanted = Number(text)
  if (Number.isInteger(wanted) && wanted >= 1 && wanted <= SEEDS_MAX) return wanted
  throw new Error(`FOURTWELVE_STORM_SEEDS is "${text}": give a number of seeds from 1 to ${SEEDS_MAX}`)
}

function runSeed(seed: number): RunReport {
  const loaded = loadScenario(PATH, { set: [], seed, readText: (path) => ({ text: readFileSync(path, 'utf8') }) })
  if ('problems' in loaded) throw new Error(loaded.problems.join('\n'))
  return simulateScenario(loaded.scenario, { realCrypto: null })
}

/** What is wrong with a seed; null when nothing is. */
function wrongWith(seed: number): string | null {
  const repeat = reproCommand({ file: FILE, seed, set: [], live: false })
  try {
    const { verdict, laws, thresholds, witnesses } = runSeed(seed).judgement
    if (verdict === 'pass') return null
    const broken = laws.filter((law) => law.verdict === 'broken').map(({ name }) => name)
    const missed = [...thresholds, ...witnesses].filter(({ holds }) => !holds).map(({ text }) => text)
    return `seed ${seed}: ${verdict} (${[...broken, ...missed].join('; ')})\n  npx ${repeat}`
  } catch (error) {
    return `seed ${seed}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n  npx ${repeat}`
  }
}

test(
  `${seeds} seeds of the storm pass`,
  () => {
    const wrong: string[] = []
    for (let seed = 1; seed <= seeds; seed++) {
      const found = wrongWith(seed)
      if (found !== null) wrong.push(found)
    }
    expect(wrong.join('\n')).toBe('')
  },
  seeds * SEED_MAX_MS,
)

test('every seed is a storm of its own, and elects', () => {
  const storms = [1, 2, 3].map((seed) => runSeed(seed))
  const counts = storms.map(({ run }) => run.measurements.counts())
  expect(new Set(storms.map(({ fingerprint }) => fingerprint)).size).toBe(storms.length)
  for (const { elections, kills, faults } of counts) {
    expect(elections).toBeGreaterThanOrEqual(1)
    expect(kills).toBeGreaterThanOrEqual(1)
    expect(faults).toBeGreaterThanOrEqual(5)
  }
})
