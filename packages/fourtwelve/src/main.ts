/**
 * The command line: from words to an exit code.
 * Always holds: never throws; what the user can correct is told on standard error and ends with 4, a bug of ours with 5;
 * no message repeats a token.
 */

import { Command, CommanderError } from 'commander'
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
    const mutant = mutantAsked(argv)
    if (mutant !== null) (await import('./mutant-loader.ts')).loadMutant(mutant)
    const program = createProgram(context)
    for (const add of await commandsFor(argv)) add(program, context)
    pointToHelp(program, program.name())
    await program.parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    // Commander has told it already, help included.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.pass : EXIT.badInput
    if (error instanceof BadInput) {
      ports.stderr.write(`fourtwelve: ${error.message}\n`)
      return EXIT.badInput
    }
    ports.stderr.write(`${internalError(error, await reproOf(argv), ports.env)}\n`)
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
  return program
}

/** What commander refuses ends with where the command explains itself. */
function pointToHelp(command: Command, name: string): void {
  command.showHelpAfterError(`see \`${name} --help\``)
  for (const sub of command.commands) pointToHelp(sub, `${name} ${sub.name()}`)
}

/** Commands whose words hold no secret: of the others nothing but the first is repeated. */
const REPEATED_WHOLE: readonly string[] = ['check', 'export', 'fuzz', 'mutants']

async function reproOf(argv: readonly string[]): Promise<string> {
  const { shellWord } = await import('@fourtwelve/report')
  const words = REPEATED_WHOLE.includes(argv[0] ?? '') ? argv : argv.slice(0, 1)
  return ['fourtwelve', ...words.map(shellWord)].join(' ')
}

type AddCommand = (program: Command, context: CommandContext) => void

/** Loaded when they are asked for: all of them take longer than most take to run. In the order of the help. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  run: async () => (await import('./command-run.ts')).addRunCommand,
  check: async () => (await import('./command-check.ts')).addCheckCommand,
  export: async () => (await import('./command-export.ts')).addExportCommand,
  fuzz: async () => (await import('./command-fuzz.ts')).addFuzzCommand,
  mutants: async () => (await import('./command-mutants.ts')).addMutantsCommand,
  serve: async () => (await import('./command-serve.ts')).addServeCommand,
  ctl: async () => (await import('./command-ctl.ts')).addCtlCommand,
  token: async () => (await import('./command-token.ts')).addTokenCommand,
  index: async () => (await import('./command-index.ts')).addIndexCommand,
  schema: async () => (await import('./command-schema.ts')).addSchemaCommand,
  init: async () => (await import('./command-init.ts')).addInitCommand,
}

/** The one that is asked for; all of them where help tells of all, or a word is none of them. */
async function commandsFor([word = '']: readonly string[]): Promise<readonly AddCommand[]> {
  if (word === '-V' || word === '--version') return []
  const asked = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined
  return Promise.all((asked === undefined ? Object.values(COMMANDS) : [asked]).map((load) => load()))
}

/** The mutant that `run` is to carry: it must be there before the command loads the node. Threads of the other commands load their own. */
function mutantAsked([word, ...rest]: readonly string[]): string | null {
  if (word !== 'run') return null
  const at = rest.findIndex((given) => given === '--mutant' || given.startsWith('--mutant='))
  const given = rest[at]
  return given === undefined
    ? null
    : given.startsWith('--mutant=')
      ? given.slice('--mutant='.length)
      : (rest[at + 1] ?? null)
}

const withoutTokens = (text: string): string => text.replaceAll(/\b(hv[sbr])\.[\w.-]+/g, '$1.…')
