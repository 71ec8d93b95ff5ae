/** `fourtwelve export HISTORY` */

import type { RegisterEnd, RegisterSummary } from '@fourtwelve/checker'
import type { Command } from 'commander'
import type { CommandContext } from './command.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import { readHistory } from './history-reader.ts'
import type { Ports } from './ports.ts'
import { registerLines } from './register-lines.ts'

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
  const records = readHistory(file, ports.readChunks(file))
  const sink = output === undefined ? ports.stdout : ports.createFile(output, 'replace')
  let operations = 0
  try {
    for (const summary of registerLines(records, (line) => sink.write(line))) {
      operations += summary.operations
      if (output !== undefined) ports.stdout.write(`${countWords(summary)}\n`)
      const why = STOPPED[summary.through]
      if (why !== null) ports.stderr.write(`fourtwelve: ${why}: nothing is written of what comes behind it\n`)
    }
  } finally {
    if ('close' in sink) sink.close()
  }
  return operations > 0 ? EXIT.pass : EXIT.unknown
}

/** Why registers end before the history does; null when they do not. */
const STOPPED: Readonly<Record<RegisterEnd, string | null>> = {
  end: null,
  restore: 'a backup was restored, which takes secrets back on purpose',
  mounts: 'a mount was removed or moved, so paths may lead to other secrets',
}

const countWords = ({ operations, open }: RegisterSummary): string =>
  `${operations} operation${operations === 1 ? '' : 's'}, ${open} without an end`
