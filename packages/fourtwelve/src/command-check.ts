/** `fourtwelve check HISTORY...` */

import { startChecks, type Checks } from '@fourtwelve/checker'
import type { HistoryRecord, Micros, RunRecord } from '@fourtwelve/protocol'
import { checkJsonLine, checkText, checkVerdict, type CheckReport } from '@fourtwelve/report'
import type { Command } from 'commander'
import type { CommandContext } from './command.ts'
import { BadInput, EXIT, worstOf, type ExitCode } from './exit-codes.ts'
import { readHistory } from './history-reader.ts'
import type { Ports } from './ports.ts'
import { paletteFor } from './terminal-colours.ts'

const EXAMPLES = `
Examples:
  $ fourtwelve run scenario.yaml --history run.ndjson
  $ fourtwelve check run.ndjson
  $ fourtwelve check *.msgpack --json

Reads what --history wrote, lines of JSON or MessagePack, of any size, and asks every law there is today. A file may hold
several runs: each is judged by itself.

Exit codes: 0 no law is broken, 1 a law is broken, 2 unknown (nothing was there to judge), 4 a file that is no history.
Of several runs the worst counts; worst first: 4, 1, 2, 0.
`

interface CheckOptions {
  readonly json?: true
}

export function addCheckCommand(program: Command, { ports, finish }: CommandContext): void {
  program
    .command('check')
    .summary('judge histories that were written earlier')
    .description('Judges histories by every law, as `run` does: on another day, with a newer checker, of any server.')
    .argument('<history...>', 'files that `run --history` or `ctl history` wrote')
    .option('--json', 'print one JSON object a run, each on a line of its own')
    .addHelpText('after', EXAMPLES)
    .action((files: readonly string[], options: CheckOptions) => {
      finish(worstOf(files.flatMap((file) => checkFile(file, options, ports))))
    })
}

const CODES: Readonly<Record<ReturnType<typeof checkVerdict>, ExitCode>> = {
  pass: EXIT.pass,
  fail: EXIT.broken,
  unknown: EXIT.unknown,
}

/** Judges every run of a file, and tells of each when it has ended. A file that breaks off is told on standard error. */
function checkFile(
  file: string,
  { json }: CheckOptions,
  { stdout, stderr, env, readChunks }: Ports,
): readonly ExitCode[] {
  const codes: ExitCode[] = []
  const tell = (report: CheckReport): void => {
    codes.push(CODES[checkVerdict(report)])
    stdout.write(json === true ? `${checkJsonLine(report)}\n` : checkText(report, paletteFor(stdout, env)))
  }
  try {
    for (const report of checkRuns(file, readHistory(file, readChunks(file)))) tell(report)
  } catch (error) {
    if (!(error instanceof BadInput)) throw error
    stderr.write(`fourtwelve: ${error.message}\n`)
    codes.push(EXIT.badInput)
  }
  return codes
}

/** A run that is being read. */
interface Reading {
  readonly run: RunRecord
  readonly checks: Checks
  records: number
  ended: Micros
}

function* checkRuns(file: string, records: Iterable<HistoryRecord>): Iterable<CheckReport> {
  let reading: Reading | null = null
  for (const record of records) {
    if (record.kind === 'run') {
      if (reading !== null) yield reportOf(file, reading)
      reading = { run: record, checks: startChecks(), records: 0, ended: record.t }
    }
    // The reader has made sure that a run comes first.
    if (reading === null) continue
    reading.checks.observe(record)
    reading.records++
    reading.ended = record.t
  }
  if (reading !== null) yield reportOf(file, reading)
}

const reportOf = (file: string, { run, checks, records, ended }: Reading): CheckReport => ({
  file,
  run,
  records,
  ended,
  laws: checks.verdicts(),
  outcomes: checks.outcomes(),
})
