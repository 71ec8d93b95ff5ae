/**
 * Every mutant is caught by the law that is meant for it, and the node as it is by none: the short version of `fourtwelve mutants`,
 * with real threads and the real simulation. FOURTWELVE_MUTANT_SEEDS=1000 runs as many seeds as the command does by itself.
 */

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ALL_LAWS } from '@fourtwelve/checker'
import { expect, it } from 'vitest'

const BIN = fileURLToPath(new URL('../bin/fourtwelve.js', import.meta.url))

/** Of the node as it is. */
const CLEAN_SEEDS = Number(process.env['FOURTWELVE_MUTANT_SEEDS'] ?? 60)
/** Of each mutant, at most: several times as many as the slowest needs. */
const SEEDS = Math.max(400, CLEAN_SEEDS)
const TIMEOUT_MS = 300_000 + 1_000 * CLEAN_SEEDS

interface Told {
  readonly caught: number
  readonly of: number
  readonly reference: { readonly caught: number; readonly of: number }
  readonly clean_seeds: number
  readonly hunts: readonly { readonly mutant: string | null; readonly law: string | null; readonly caught: boolean }[]
}

it(
  'no mutant survives, every law catches its own, and the node as it is breaks none',
  async () => {
    const { code, out } = await mutants('--seeds', String(SEEDS), '--clean-seeds', String(CLEAN_SEEDS))
    const told: Told = JSON.parse(out)
    const [clean, ...hunts] = told.hunts
    // The whole hunt, so that a failure shows seed, prose and scenario.
    expect(clean).toMatchObject({ mutant: null, caught: false })
    expect(hunts.filter(({ caught }) => !caught)).toEqual([])
    expect(told.reference).toEqual({ caught: 25, of: 25 })
    expect(told.clean_seeds).toBe(CLEAN_SEEDS)
    const catching = new Set(hunts.map(({ law }) => law))
    expect(ALL_LAWS.map(({ name }) => name).filter((name) => !catching.has(name))).toEqual([])
    expect(code).toBe(0)
  },
  TIMEOUT_MS,
)

/** Not in one blocking call: the test runner asks this thread whether it lives. */
const mutants = (...argv: readonly string[]): Promise<{ readonly code: number; readonly out: string }> =>
  new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [BIN, 'mutants', '--no-shrink', '--json', ...argv],
      { maxBuffer: 2 ** 26 },
      (_, out, err) => {
        if (child.exitCode === null) reject(new Error(`fourtwelve mutants ended without a code: ${err}`))
        else resolve({ code: child.exitCode, out })
      },
    )
  })
