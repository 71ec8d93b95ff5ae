/** `fourtwelve index decode HEADER` */

import { exactJson } from '@fourtwelve/report'
import type { Command } from 'commander'
import type { CommandContext } from './command.ts'
import { BadInput, EXIT } from './exit-codes.ts'
import { readIndex } from './index-reading.ts'
import { readSecret } from './read-secret.ts'

const EXAMPLES = `
Examples:
  $ fourtwelve index decode djE6OWY4MmUwM2It...
  $ curl -si ... | grep -i x-vault-index | fourtwelve index decode - --json

Needs no key and no server, and sends nothing anywhere. A value that can be read exits with 0, anything else with 4.
`

export function addIndexCommand(program: Command, { ports, finish }: CommandContext): void {
  const index = program
    .command('index')
    .summary('what a value of X-Vault-Index says')
    .description('Tells what a value of X-Vault-Index says. See: fourtwelve index decode --help')
    .addHelpText('after', EXAMPLES)
  index
    .command('decode')
    .summary('what a value of X-Vault-Index says, without a key')
    .description('Tells what a real value of X-Vault-Index says: the cluster, and what a node must have applied.')
    .argument('<header>', 'the value, or - to read it from standard input')
    .option('--json', 'print one JSON object: version, cluster_id, local_index, replicated_index, hmac')
    .addHelpText('after', EXAMPLES)
    .action(async (given: string, options: { readonly json?: true }) => {
      const reading = readIndex(await readSecret(given, 'X-Vault-Index', ports))
      if ('refused' in reading) throw new BadInput(reading.refused)
      const { facts, lines } = reading
      ports.stdout.write(`${options.json === true ? exactJson(facts) : lines.join('\n')}\n`)
      finish(EXIT.pass)
    })
}
