/**
 * Porcupine, a linearizability checker in Go, behind a program of ours (`porcupine/main.go`): where it is built, and how it is asked.
 * Always holds: what is built lies under tmp/oracle, which git ignores, for each test file its own, since they run side by side; the
 * version is the one that its go.mod pins.
 */

import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'

const SOURCE = new URL('porcupine', import.meta.url).pathname
const BUILT = new URL('../../tmp/oracle/', import.meta.url).pathname

/** Long enough to download and compile everything on a slow machine. */
export const BUILD_MS_MAX = 300_000
const TOOL_MS_MAX = 60_000
const ANSWER_MS_MAX = 60_000
/** Bytes that it may print. */
const PRINTED_MAX = 64 * 1024 * 1024

/** What Porcupine says of one register of one run. */
export interface Verdict {
  readonly verdict: 'Ok' | 'Illegal' | 'Unknown'
  /** Of the run, from 1, in the order of the file. */
  readonly run: number
  readonly scenario: string
  readonly seed: number
  readonly key: string
  readonly operations: number
}

interface Answer {
  readonly code: number | null
  readonly verdicts: readonly Verdict[]
  readonly error: string
}

/** Why it cannot be asked here; null when it can. */
export async function whyNot(): Promise<string | null> {
  if (process.env.CI !== 'true' && process.env.FOURTWELVE_ORACLE !== '1') {
    return 'it is built with Go, and downloads Porcupine: set FOURTWELVE_ORACLE=1'
  }
  try {
    await promisify(execFile)('go', ['version'], { timeout: TOOL_MS_MAX })
    return null
  } catch {
    return '`go version` does not work on this machine'
  }
}

export interface Oracle {
  build(): Promise<void>
  /** Asks about what `fourtwelve export` writes. */
  ask(exported: string): Answer
}

/** `name` is that of the test file. */
export function oracleFor(name: string): Oracle {
  const program = `${BUILT}${name}`
  return {
    async build() {
      await promisify(execFile)('go', ['build', '-C', SOURCE, '-o', program, '.'], { timeout: BUILD_MS_MAX })
    },
    ask(exported) {
      const { status, stdout, stderr, error } = spawnSync(program, ['-'], {
        input: exported,
        encoding: 'utf8',
        timeout: ANSWER_MS_MAX,
        maxBuffer: PRINTED_MAX,
      })
      if (error !== undefined) throw error
      return { code: status, verdicts: stdout.split('\n').filter(Boolean).map(readVerdict), error: stderr }
    },
  }
}

function readVerdict(line: string): Verdict {
  const [verdict, run, scenario, seed, key, operations] = line.split('\t')
  if (verdict !== 'Ok' && verdict !== 'Illegal' && verdict !== 'Unknown') throw new Error(`no verdict: ${line}`)
  if (scenario === undefined || key === undefined) throw new Error(`a verdict lacks its register: ${line}`)
  return { verdict, run: Number(run), scenario, seed: Number(seed), key, operations: Number(operations) }
}
