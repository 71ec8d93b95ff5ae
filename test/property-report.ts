/**
 * How a property that fails is told, and repeated: loaded before every test file that has properties (vitest.config.js).
 * Always holds: the message has fast-check's own words (seed, path, counterexample, what went wrong) and ends with one command, which
 * plays the counterexample again and nothing else.
 */

import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type * as FastCheck from 'fast-check'
import { expect } from 'vitest'

/** What the command sets: `<seed>/<path>`. */
const REPEAT = 'FOURTWELVE_PROPERTY'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Where a failure was: a test's file, and its name as vitest tells it (`suite > test`). */
export interface FailedTest {
  readonly file: string
  readonly name: string
}

/** The command that plays one counterexample again. */
export function repeatCommand({ file, name }: FailedTest, seed: number, path: string): string {
  // vitest takes a pattern of the names of suites and test, with one blank between them.
  const pattern = name.replaceAll(' > ', ' ').replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return `${REPEAT}=${seed}/${path} npx vitest run ${relative(ROOT, file)} -t ${shellWord(`^${pattern}$`)}`
}

const shellWord = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`

/** fast-check's parameters to repeat what `text` says; none for no text. Throws on one that is not `<seed>/<path>`. */
export function repeatParameters(text: string | undefined): FastCheck.Parameters<unknown> {
  if (text === undefined || text === '') return {}
  const [, seed, path] = /^(-?\d+)\/([\d:]+)$/.exec(text) ?? []
  if (seed === undefined || path === undefined)
    throw new Error(`${REPEAT}=${text} is not <seed>/<path>: copy the last line of a failed property`)
  return { seed: Number(seed), path, endOnFailure: true }
}

/** For every property of this thread: repeats what the environment says, and tells of failures as the house does. */
export function reportProperties(fc: typeof FastCheck, environment: NodeJS.ProcessEnv, here: () => FailedTest): void {
  const tell = (details: FastCheck.RunDetails<unknown>): string | undefined => {
    const words = fc.defaultReportMessage(details)
    if (words === undefined) return undefined
    const { seed, counterexamplePath } = details
    const path = counterexamplePath ?? ''
    return path === '' ? words : `${words}\n\nTo repeat it:\n${repeatCommand(here(), seed, path)}`
  }
  const reporter = (details: FastCheck.RunDetails<unknown>): void => {
    const text = tell(details)
    if (text !== undefined && details.failed) throw new Error(text, { cause: details.errorInstance })
    if (details.interrupted && !details.failed) tellCutShort(details, here())
  }
  fc.configureGlobal({ ...repeatParameters(environment[REPEAT]), reporter })
}

/** Who reads that a property held must know of how many runs. */
function tellCutShort({ numRuns, runConfiguration }: FastCheck.RunDetails<unknown>, { name }: FailedTest): void {
  const { numRuns: promised, interruptAfterTimeLimit: limit } = runConfiguration
  process.stderr.write(`${name}: ${numRuns} of ${promised} runs, cut short after ${limit} ms\n`)
}

/** The test that runs now. */
function runningTest(): FailedTest {
  const { testPath = '', currentTestName = '' } = expect.getState()
  return { file: testPath, name: currentTestName }
}

// Loading fast-check takes longer than most tests, so only who uses it pays.
const { testPath } = expect.getState()
if (testPath !== undefined && readFileSync(testPath, 'utf8').includes("'fast-check'"))
  reportProperties(await import('fast-check'), process.env, runningTest)
