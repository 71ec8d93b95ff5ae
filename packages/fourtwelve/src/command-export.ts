/** `fourtwelve export HISTORY` */

import type { RegisterEnd } from '@fourtwelve/checker'
import type { Command } from 'commander'
import { resolve } from 'node:path'
import type { CommandContext } from './command.ts'
import { count } from './count-words.ts'
import { BadInput, EXIT, type ExitCode } from './exit-codes.ts'
import { readHistory } from './history-reader.ts'
import type { Ports } from './ports.ts'
import { registerLines, type RegisterRun } from './register-lines.ts'

const EXAMPLES = `
Examples:
  $ fourtwelve run scenario.yaml --history run.ndjson
  $ fourtwelve export run.ndjson -o registers.ndjson
  $ fourtwelve export run.ndjson | head

Each secret of kv version 2 is a register, and its current version the value. One JSON object a line: what runs, then the
operations, then how many there were. A checker then says whether the registers are linearizable: they are when every read is
forwarded to the active node, and need not be otherwise. test/oracle has a program that asks Porcupine, and tells the format.

Exit codes: 0 written, 2 no run has an operation on a secret, 4 a file that is no history, or one that cannot be written.
`

interface ExportOptions {
  readonly output?: string
}

export function addExportCommand(program: Command, { ports, finish }: CommandContext): void {
  program
    .command('export')
    .summary('write a history as operations on registers')
    .description(
      'Writes what clients did to secrets, for linearizability checkers that know nothing of Vault, such as Porcupine.',
    )
    .argument('<history>', 'a file that `run --history` or `ctl history` wrote')
    .option('-o, --output <file>', 'write there, and print how much it was')
    .addHelpText('after', EXAMPLES)
    .action((file: string, options: ExportOptions) => finish(exportFile(file, options, ports)))
}

function exportFile(file: string, { output }: ExportOptions, ports: Ports): ExitCode {
  if (output !== undefined && resolve(output) === resolve(file)) {
    throw new BadInput(`-o ${output} is the history itself: name another file`)
  }
  const records = readHistory(file, ports.readChunks(file), (line) => ports.stderr.write(`fourtwelve: ${line}\n`))
  const sink = output === undefined ? null : ports.createFile(output, 'replace')
  const write = sink === null ? (line: string) => ports.stdout.write(line) : (line: string) => sink.write(line)
  let operations = 0
  try {
    for (const run of registerLines(records, write)) {
      operations += run.operations
      if (sink !== null) ports.stdout.write(`${nameOf(run)}: ${countWords(run)}\n`)
      const why = STOPPED[run.through]
      if (why !== null)
        ports.stderr.write(`fourtwelve: ${nameOf(run)}: ${why}: nothing is written of what comes behind it\n`)
    }
  } catch (error) {
    // Half an export is none.
    sink?.discard()
    throw error
  }
  sink?.close()
  if (operations > 0) return EXIT.pass
  ports.stderr.write(`fourtwelve: no run of ${file} has an operation on a secret of kv version 2\n`)
  return EXIT.unknown
}

/** Why registers end before the history does; null when they do not. */
const STOPPED: Readonly<Record<RegisterEnd, string | null>> = {
  end: null,
  restore: 'a backup was restored, which takes secrets back on purpose',
  mounts: 'a mount was removed or moved, so paths may lead to other secrets',
}

const nameOf = ({ scenario, seed }: RegisterRun): string => `${scenario}, seed ${seed}`

const countWords = ({ operations, open }: RegisterRun): string =>
  `${count(operations, 'operation')}, ${open} without an end`
