/** `fourtwelve schema` */

import { scenarioJsonSchema } from '@fourtwelve/scenario'
import type { Command } from 'commander'
import type { CommandContext } from './command.ts'
import { EXIT } from './exit-codes.ts'
import { KNOWN_WORDS } from './load-scenario.ts'

const EXAMPLES = `
Example:
  $ fourtwelve schema > scenario.schema.json
  and as the first line of a scenario:
  # yaml-language-server: $schema=./scenario.schema.json
`

export function addSchemaCommand(program: Command, { ports, finish }: CommandContext): void {
  program
    .command('schema')
    .summary('print the JSON Schema of scenario files')
    .description('Prints the JSON Schema of scenario files, for completion and checks in editors.')
    .addHelpText('after', EXAMPLES)
    .action(() => {
      ports.stdout.write(`${JSON.stringify(scenarioJsonSchema(KNOWN_WORDS), null, 2)}\n`)
      finish(EXIT.pass)
    })
}
