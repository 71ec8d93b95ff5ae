/** `fourtwelve init [FILE]` */

import { STARTER_SCENARIO } from '@fourtwelve/scenario'
import type { Command } from 'commander'
import type { CommandContext } from './command.ts'
import { BadInput, EXIT } from './exit-codes.ts'
import type { Ports } from './ports.ts'

const EXAMPLES = `
Examples:
  $ fourtwelve init
  $ fourtwelve init scenarios/my-question.yaml
`

export function addInitCommand(program: Command, { ports, finish }: CommandContext): void {
  program
    .command('init')
    .summary('write a starter scenario with its comments')
    .description('Writes a scenario to start from, with a comment on every key.')
    .argument('[file]', 'where to', 'scenario.yaml')
    .option('--force', 'write over a file that is there already')
    .addHelpText('after', EXAMPLES)
    .action((file: string, options: { readonly force?: true }) => {
      writeStarter(file, options.force === true, ports)
      finish(EXIT.pass)
    })
}

function writeStarter(file: string, isForced: boolean, ports: Ports): void {
  if (!isForced && 'text' in ports.readText(file)) {
    throw new BadInput(`${file} is there already: name another file, or write over it with --force`)
  }
  const sink = ports.createFile(file, isForced ? 'replace' : 'refuse')
  sink.write(STARTER_SCENARIO.replace('fourtwelve run FILE', `fourtwelve run ${file}`))
  sink.close()
  ports.stdout.write(`${file} is written. Run it:\n  fourtwelve run ${file}\n`)
}
