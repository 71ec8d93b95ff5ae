/** `fourtwelve run FILE...` */

import { junitXml } from '@fourtwelve/report'
import type { Command } from 'commander'
import type { CommandContext } from './command.ts'
import { EXIT, worstOf, type ExitCode } from './exit-codes.ts'
import { openHistory } from './history-writer.ts'
import type { Ports, TextSink } from './ports.ts'
import { runFile, type FileResult } from './run-file.ts'
import { checkRunOptions, readSeed, readSetting, type RunOptions } from './run-options.ts'

const EXAMPLES = `
Examples:
  $ fourtwelve run scenario.yaml
  $ fourtwelve run scenarios/*.yaml --junit report.xml
  $ fourtwelve run scenario.yaml --seed 7 --set lag=2s --set clients.ci.mitigation=go --json

Exit codes: 0 pass, 1 a law or a step's expectation is broken, 2 unknown (nothing was shown, or a witness is missing),
3 a threshold is missed, 4 a bad scenario or flag, 5 an internal error, 6 not deterministic.
Of several files the worst counts; worst first: 5, 4, 6, 1, 2, 3, 0.
`

export function addRunCommand(program: Command, { ports, finish }: CommandContext): void {
  program
    .command('run')
    .summary('run scenarios')
    .description(
      'Runs scenarios in a simulated cluster, or with --live in a real one, and judges what happened. The same seed gives the same simulation.',
    )
    .argument('<file...>', 'scenario files')
    .option('--seed <n>', "in place of the file's seed", readSeed)
    .option('--set <path=value>', 'change a value of the file; may be repeated', readSetting)
    .option('--live', 'run on worker threads in real time, the clients over real HTTP')
    .option('--json', 'print one JSON object a file, each on a line of its own')
    .option('--junit <file>', 'write JUnit XML')
    .option('--history <file>', 'write everything that happened: lines of JSON, or MessagePack to *.msgpack')
    .option('--twice', 'run twice and compare to the byte')
    .option('--trace', 'print everything that happened (with --json: to standard error)')
    .option('--mutant <name>', 'break the node on purpose: by name or M-number: see `fourtwelve mutants --list`')
    .option('--update-expected', 'rewrite expected/<name>.txt beside each file: its transcript')
    .addHelpText('after', EXAMPLES)
    .action(async (files: readonly string[], options: Partial<RunOptions>) =>
      finish(await run(files, { ...options, set: options.set ?? [] }, ports)),
    )
}

async function run(files: readonly string[], options: RunOptions, ports: Ports): Promise<ExitCode> {
  checkRunOptions(options)
  if (options.mutant !== undefined) (await import('./mutant-loader.ts')).requireMutant(options.mutant)
  const began = ports.now()
  // Opened first, so that a run of minutes does not end at a path that cannot be written.
  const history = options.history === undefined ? null : openHistory(options.history, ports)
  const junit = openFile(options.junit, ports)
  const results: FileResult[] = []
  try {
    for (const file of files) {
      results.push(await runFile(file, { ports, options, history, isOneOfSeveral: files.length > 1 }))
    }
  } finally {
    history?.close()
  }
  junit?.write(junitXml(results.map(({ suite }) => suite)))
  junit?.close()
  const codes = results.map(({ code }) => code)
  if (files.length > 1 && options.json !== true) ports.stdout.write(`${summary(codes, ports.now() - began)}\n`)
  return worstOf(codes)
}

const openFile = (path: string | undefined, ports: Ports): TextSink | null =>
  path === undefined ? null : ports.createFile(path, 'replace')

/** Said of how many files ended so; those that are `always` said are said of none too. */
const SUMMARY_WORDS: readonly { readonly code: ExitCode; readonly words: string; readonly always: boolean }[] = [
  { code: EXIT.pass, words: 'passed', always: true },
  { code: EXIT.broken, words: 'failed', always: true },
  { code: EXIT.unknown, words: 'unknown', always: false },
  { code: EXIT.thresholdMissed, words: 'missed a threshold', always: false },
  { code: EXIT.notDeterministic, words: 'not deterministic', always: false },
  { code: EXIT.badInput, words: 'could not be run', always: false },
  { code: EXIT.internalError, words: 'met an internal error', always: false },
]

function summary(codes: readonly ExitCode[], milliseconds: number): string {
  const parts = SUMMARY_WORDS.flatMap(({ code, words, always }) => {
    const count = codes.filter((other) => other === code).length
    return count === 0 && !always ? [] : [`${count} ${words}`]
  })
  return `${parts.join(', ')} in ${(milliseconds / 1000).toFixed(1)}s`
}
