/**
 * Bugs that were found, as the scenarios that showed them: of the node, of a runtime, of a law that raised a false alarm.
 * Always holds: each breaks no law in simulation. A file is named after what was wrong, and keeps the seed that showed it.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { loadScenario, simulateScenario } from 'fourtwelve'
import { expect, test } from 'vitest'

const FOLDER = new URL('regressions/', import.meta.url).pathname
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'))

test.each(files)('%s breaks no law', (name) => {
  const readText = (path: string): { readonly text: string } => ({ text: readFileSync(path, 'utf8') })
  const loaded = loadScenario(`${FOLDER}${name}`, { set: [], seed: null, readText })
  if ('problems' in loaded) throw new Error(loaded.problems.join('\n'))
  const { laws } = simulateScenario(loaded.scenario, { realCrypto: null }).judgement
  expect(laws.filter(({ verdict }) => verdict === 'broken').map(({ witness }) => witness?.prose)).toEqual([])
})
