/**
 * The command line: from words to an exit code.
 * Always holds: never throws; what the user can correct is one line on standard error and exit code 4, a bug of ours is 5;
 * no message repeats a token.
 */

import { Command, CommanderError } from 'commander'
import { addCtlCommand } from './command-ctl.ts'
import { addIndexCommand } from './command-index.ts'
import { addInitCommand } from './command-init.ts'
import { addRunCommand } from './command-run.ts'
import { addSchemaCommand } from './command-schema.ts'
import { addServeCommand } from './command-serve.ts'
import { addTokenCommand } from './command-token.ts'
import type { CommandContext } from './command.ts'
import { BadInput, EXIT, type ExitCode } from './exit-codes.ts'
import { internalError } from './internal-error.ts'
import { nodePorts } from './node-ports.ts'
import type { Ports } from './ports.ts'
import { VERSION } from './version.ts'

/** Runs one command; `argv` begins after the program's name. */
export async function main(argv: readonly string[], ports: Ports = nodePorts()): Promise<ExitCode> {
  let code: ExitCode = EXIT.pass
  const context: CommandContext = {
    ports,
    finish: (ended) => {
      code = ended
    },
  }
  try {
    await createProgram(context).parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    // Commander has told it already, help included.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.pass : EXIT.badInput
    if (error instanceof BadInput) {
      ports.stderr.write(`fourtwelve: ${error.message}\n`)
      return EXIT.badInput
    }
    ports.stderr.write(`${internalError(error, `fourtwelve ${argv[0] ?? ''}`.trim(), ports.env)}\n`)
    return EXIT.internalError
  }
}

/** Help is as wide everywhere, whatever the terminal. */
const HELP_WIDTH = 100

const EXAMPLES = `
Start here:
  $ fourtwelve init
  $ fourtwelve run scenario.yaml
  $ fourtwelve serve --standbys 2 --lag 400ms
`

function createProgram(context: CommandContext): Command {
  const { stdout, stderr } = context.ports
  const program = new Command('fourtwelve')
    .description(
      'A Vault Enterprise cluster with lagging performance standbys, on one machine: see what clients do about 412.',
    )
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'say what a command does')
    .helpCommand('help [command]', 'say what a command does')
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => write(withoutTokens(text).replace(/^error: /, 'fourtwelve: ')),
      getOutHelpWidth: () => HELP_WIDTH,
      getErrHelpWidth: () => HELP_WIDTH,
    })
  // Subcommands take over what is set above, so they come last.
  for (const add of [
    addRunCommand,
    addServeCommand,
    addCtlCommand,
    addTokenCommand,
    addIndexCommand,
    addSchemaCommand,
    addInitCommand,
  ]) {
    add(program, context)
  }
  return program
}

const withoutTokens = (text: string): string => text.replaceAll(/\b(hv[sbr])\.[\w.-]+/g, '$1.…')
