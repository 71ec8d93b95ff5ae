/** `fourtwelve check HISTORY...` */

import { startChecks, type Checks } from '@fourtwelve/checker'
import type { HistoryRecord, Micros, RunRecord } from '@fourtwelve/protocol'
import { checkJsonLine, checkText, checkVerdict, shellWord, type CheckReport } from '@fourtwelve/report'
import type { Command } from 'commander'
import type { CommandContext } from './command.ts'
import { count } from './count-words.ts'
import { BadInput, EXIT, worstOf, type ExitCode } from './exit-codes.ts'
import { readHistory } from './history-reader.ts'
import { internalError } from './internal-error.ts'
import { lawsListJson, lawsListText } from './laws-list.ts'
import type { Ports } from './ports.ts'
import { paletteFor } from './terminal-colours.ts'

const EXAMPLES = `
Examples:
  $ fourtwelve run scenario.yaml --history run.ndjson
  $ fourtwelve check run.ndjson
  $ fourtwelve check *.msgpack --json
  $ fourtwelve check --laws

Reads what --history wrote, lines of JSON or MessagePack, of any size, and asks every law there is today. A file may hold
several runs: each is judged by itself.

Exit codes: 0 no law is broken, 1 a law is broken, 2 unknown (nothing was there to judge), 4 a file that is no history,
5 an internal error. Of several runs the worst counts; worst first: 5, 4, 1, 2, 0.
`

interface CheckOptions {
  readonly json?: true
  readonly laws?: true
}

export function addCheckCommand(program: Command, { ports, finish }: CommandContext): void {
  program
    .command('check')
    .summary('judge histories that were written earlier')
    .description(
      'Judges histories by every law, as `run` does: on another day, with a newer checker, of any server. The format stands in packages/protocol/HISTORY.md.',
    )
    .usage('[options] <history...>')
    .argument('[history...]', 'files that `run --history` or `ctl history` wrote')
    .option('--json', 'print one JSON object a run, each on a line of its own')
    .option('--laws', 'tell every law there is, and read no file')
    .addHelpText('after', EXAMPLES)
    .action((files: readonly string[], options: CheckOptions, command: Command) => {
      if (options.laws === true) return finish(tellLaws(options, ports))
      if (files.length === 0) command.error("error: missing required argument 'history'")
      finish(check(files, options, ports))
    })
}

const CODES: Readonly<Record<ReturnType<typeof checkVerdict>, ExitCode>> = {
  pass: EXIT.pass,
  fail: EXIT.broken,
  unknown: EXIT.unknown,
}

function tellLaws({ json }: CheckOptions, { stdout, env }: Ports): ExitCode {
  stdout.write(json === true ? `${JSON.stringify(lawsListJson())}\n` : lawsListText(paletteFor(stdout, env)))
  return EXIT.pass
}

function check(files: readonly string[], { json }: CheckOptions, ports: Ports): ExitCode {
  const { stdout, env } = ports
  const codes: ExitCode[] = []
  let runs = 0
  const tell = (report: CheckReport): void => {
    const space = runs === 0 ? '' : '\n'
    runs += 1
    codes.push(CODES[checkVerdict(report)])
    stdout.write(
      json === true
        ? `${checkJsonLine(report)}\n`
        : `${space}${checkText(report, paletteFor(stdout, env), files.length > 1)}`,
    )
  }
  for (const file of files) {
    const refusal = checkFile(file, tell, ports)
    if (refusal !== null) codes.push(refusal)
  }
  if (runs > 1 && json !== true) stdout.write(`\n${totalWords(codes, runs)}\n`)
  return worstOf(codes)
}

/** Judges every run of a file, and tells of each when it has ended. A file that breaks off is told on standard error. */
function checkFile(
  file: string,
  tell: (report: CheckReport) => void,
  { stderr, env, readChunks }: Ports,
): ExitCode | null {
  try {
    const records = readHistory(file, readChunks(file), (line) => stderr.write(`fourtwelve: ${line}\n`))
    for (const report of checkRuns(file, records)) tell(report)
    return null
  } catch (error) {
    if (error instanceof BadInput) {
      stderr.write(`fourtwelve: ${error.message}\n`)
      return EXIT.badInput
    }
    stderr.write(`${internalError(error, `fourtwelve check ${shellWord(file)}`, env)}\n`)
    return EXIT.internalError
  }
}

/** Said of how many runs, or files that broke off, ended so. */
const TOTAL_WORDS: readonly { readonly code: ExitCode; readonly words: (number: number) => string }[] = [
  { code: EXIT.pass, words: (number) => `${number} passed` },
  { code: EXIT.broken, words: (number) => `${number} failed` },
  { code: EXIT.unknown, words: (number) => `${number} unknown` },
  { code: EXIT.badInput, words: (number) => `${count(number, 'file')} refused` },
  { code: EXIT.internalError, words: (number) => `${count(number, 'file')} met an internal error` },
]

const totalWords = (codes: readonly ExitCode[], runs: number): string =>
  `${count(runs, 'run')}: ${TOTAL_WORDS.flatMap(({ code, words }) => {
    const number = codes.filter((other) => other === code).length
    return number === 0 ? [] : [words(number)]
  }).join(', ')}`

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
