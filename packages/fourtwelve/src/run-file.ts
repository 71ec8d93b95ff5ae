/**
 * One scenario file from start to end: read, run, judge, tell.
 * Always holds: what goes wrong with one file is told and counted, and never stops the files after it; with --json standard
 * output carries nothing but JSON.
 */

import {
  reproCommand,
  runJsonLine,
  runText,
  startTranscript,
  type JunitSuite,
  type RunReport,
} from '@fourtwelve/report'
import type { HistoryRecord } from '@fourtwelve/protocol'
import type { Scenario } from '@fourtwelve/scenario'
import { basename, dirname, extname, join } from 'node:path'
import { BadInput, EXIT, exitCodeOf, type ExitCode } from './exit-codes.ts'
import { BrokenRun } from './broken-run.ts'
import { internalError } from './internal-error.ts'
import { loadScenario } from './load-scenario.ts'
import { differenceOfRuns, startLineDigests, type FollowedRun } from './difference-of-runs.ts'
import type { HistoryWriter } from './history-writer.ts'
import type { Ports } from './ports.ts'
import type { RunOptions } from './run-options.ts'
import { realCryptoFor } from './scenario-crypto.ts'
import { BadGiven } from './given-requests.ts'
import { simulateScenario } from './simulate-scenario.ts'
import { paletteFor } from './terminal-colours.ts'

export interface FileResult {
  readonly code: ExitCode
  readonly suite: JunitSuite
}

export interface RunSurroundings {
  readonly ports: Ports
  readonly options: RunOptions
  /** Every record of every run goes there. */
  readonly history: HistoryWriter | null
  /** Whether the text is followed by that of another file. */
  readonly isOneOfSeveral: boolean
}

export async function runFile(file: string, around: RunSurroundings): Promise<FileResult> {
  const { ports, options } = around
  const loaded = loadScenario(file, { set: options.set, seed: options.seed ?? null, readText: ports.readText })
  if ('problems' in loaded) return notRun(file, EXIT.badInput, loaded.problems.join('\n'), ports)
  const { scenario } = loaded
  if (options.live === true && scenario.runtime === 'simulation') {
    return notRun(file, EXIT.badInput, `${file}: needs exact times (runtime: simulation): run it without --live`, ports)
  }
  const again = reproCommand({ file, seed: scenario.seed, set: options.set, live: options.live === true })
  const repro = options.mutant === undefined ? again : `${again} --mutant ${options.mutant}`
  try {
    const first = await runOnce(scenario, around)
    const { report } = first
    const difference = options.twice === true ? differenceOfRuns(first, await runAgain(scenario)) : null
    tell(report, repro, difference === null, around)
    if (difference !== null) {
      ports.stderr.write(`${file} is not deterministic: ${difference}\n${repro} --twice\n`)
      return { code: EXIT.notDeterministic, suite: { kind: 'not-run', file, why: `not deterministic: ${difference}` } }
    }
    if (options.updateExpected === true) updateExpected(file, first, ports)
    return { code: exitCodeOf(report.judgement.verdict), suite: { kind: 'run', report, repro } }
  } catch (error) {
    if (error instanceof BadGiven) return notRun(file, EXIT.badInput, error.message, ports)
    if (error instanceof BadInput) return notRun(file, EXIT.badInput, `${file}: ${error.message}`, ports)
    if (error instanceof BrokenRun) return notRun(file, EXIT.broken, `${file}: ${error.message}\n${repro}`, ports)
    return notRun(file, EXIT.internalError, internalError(error, repro, ports.env), ports)
  }
}

function notRun(file: string, code: ExitCode, why: string, { stderr }: Ports): FileResult {
  stderr.write(`${why}\n`)
  return { code, suite: { kind: 'not-run', file, why } }
}

interface OneRun extends FollowedRun {
  /** The golden transcript; empty when nobody asked for it. */
  readonly transcript: string
}

/** Runs, and writes whatever follows the history while it happens. */
async function runOnce(scenario: Scenario, around: RunSurroundings): Promise<OneRun> {
  const { ports, options, history } = around
  const listeners: { observe(record: HistoryRecord): void; end(fingerprint: string | null): void }[] = []
  const digests = startLineDigests()
  if (options.twice === true) listeners.push({ observe: digests.observe, end: () => undefined })
  if (history !== null) {
    listeners.push({ observe: (record) => history.write(record), end: () => undefined })
  }
  if (options.trace === true) {
    const output = options.json === true ? ports.stderr : ports.stdout
    listeners.push(startTranscript((line) => output.write(`${line}\n`), Number.POSITIVE_INFINITY))
  }
  const expected: string[] = []
  if (options.updateExpected === true) listeners.push(startTranscript((line) => expected.push(line)))

  const observe = (record: HistoryRecord): void => {
    for (const listener of listeners) listener.observe(record)
  }
  const report =
    options.live === true
      ? await (await import('./live-run.ts')).runLive(scenario, observe)
      : simulateScenario(scenario, { observe, realCrypto: await realCryptoFor(scenario) })
  for (const listener of listeners) listener.end(report.fingerprint)
  if (options.trace === true && options.json !== true) ports.stdout.write('\n')
  return { report, lines: digests.lines, transcript: `${expected.join('\n')}\n` }
}

async function runAgain(scenario: Scenario): Promise<FollowedRun> {
  const { lines, observe } = startLineDigests()
  return { report: simulateScenario(scenario, { observe, realCrypto: await realCryptoFor(scenario) }), lines }
}

/** A golden transcript says what happens when all is well: of any other run none is written. */
function updateExpected(file: string, { report, transcript }: OneRun, ports: Ports): void {
  const path = expectedFile(file)
  const { verdict } = report.judgement
  if (verdict !== 'pass') {
    return ports.stderr.write(`${path} is not written: the run did not pass, its verdict is ${verdict}\n`)
  }
  const before = ports.readText(path)
  const change = 'error' in before ? 'new' : before.text === transcript ? 'as it was' : 'changed: read the difference'
  const sink = ports.createFile(path, 'replace')
  sink.write(transcript)
  sink.close()
  ports.stderr.write(`${path} is ${change}\n`)
}

/** Where the golden transcript of a scenario file stands: `scenarios/a.yaml` has `scenarios/expected/a.txt`. */
export const expectedFile = (file: string): string =>
  join(dirname(file), 'expected', `${basename(file, extname(file))}.txt`)

function tell(
  report: RunReport,
  repro: string,
  isRepeated: boolean,
  { ports, options, isOneOfSeveral }: RunSurroundings,
): void {
  const { stdout, env } = ports
  if (options.json === true) return stdout.write(`${runJsonLine(report, repro)}\n`)
  const palette = paletteFor(stdout, env)
  const ranTwice = options.twice === true && isRepeated
  stdout.write(runText(report, { palette, repro, ranTwice }))
  if (isOneOfSeveral) stdout.write('\n')
}
