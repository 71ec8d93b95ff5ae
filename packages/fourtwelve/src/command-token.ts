/** `fourtwelve token decode TOKEN` */

import { exactJson } from '@fourtwelve/report'
import type { Command } from 'commander'
import type { CommandContext } from './command.ts'
import { BadInput, EXIT } from './exit-codes.ts'
import { readSecret } from './read-secret.ts'
import { readToken } from './token-reading.ts'

const EXAMPLES = `
Examples:
  $ fourtwelve token decode hvs.CAESI...
  $ printenv VAULT_TOKEN | fourtwelve token decode -      (keeps the token out of the shell's history)
  $ fourtwelve token decode - --json < ~/.vault-token

Needs no key and no server, and sends nothing anywhere. A token that is told apart exits with 0, anything else with 4.
`

export function addTokenCommand(program: Command, { ports, finish }: CommandContext): void {
  const token = program
    .command('token')
    .summary('what a token says')
    .description('Tells what a Vault token says. See: fourtwelve token decode --help')
    .addHelpText('after', EXAMPLES)
  token
    .command('decode')
    .summary('what a token says, without a key')
    .description(
      'Tells what a real token says: its kind, and the WAL index and epoch that a node must have to take it.',
    )
    .argument('<token>', 'the token, or - to read it from standard input')
    .option(
      '--json',
      'print one JSON object: type, format, version, inner, namespace, local_index, index_epoch, length, hmac',
    )
    .addHelpText('after', EXAMPLES)
    .action(async (given: string, options: { readonly json?: true }) => {
      const reading = readToken(await readSecret(given, 'X-Vault-Token', ports))
      if ('refused' in reading) throw new BadInput(reading.refused)
      const { facts, lines } = reading
      ports.stdout.write(`${options.json === true ? exactJson(facts) : lines.join('\n')}\n`)
      finish(EXIT.pass)
    })
}
