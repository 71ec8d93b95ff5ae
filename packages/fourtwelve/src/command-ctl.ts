/** `fourtwelve ctl VERB`: one command a verb of the control API. */

import type { JsonObject } from '@fourtwelve/protocol'
import type { Command } from 'commander'
import type { CommandContext } from './command.ts'
import { callControl, controlAddress, readControl, READY_FILE_VARIABLE } from './control-client.ts'
import { stateText } from './ctl-text.ts'
import { EXIT } from './exit-codes.ts'

const HELP = `
Examples:
  $ fourtwelve ctl state
  $ fourtwelve ctl lag n1 2s              a link is named by its standby; all names every link
  $ fourtwelve ctl hold n1                n1 applies nothing more until: fourtwelve ctl release n1
  $ fourtwelve ctl forwarding n1 --fails
  $ fourtwelve ctl condition n2 sealed
  $ fourtwelve ctl reset

The cluster is that of --address, or of the ready file that ${READY_FILE_VARIABLE} names, or http://127.0.0.1:8300.

The same over HTTP, from any language; a POST has a JSON body and answers the state of the cluster, as GET /state does:
  GET  /state
  GET  /history                                          what happened, one JSON object a line
  POST /lag         {"link": "n1", "lag": "400ms"}       or "raft", or {"dist": "lognormal", "median": "20ms", "sigma": 0.8}
  POST /hold /release /cut /heal                         {"link": "n1"}; without link: all
  POST /pause /resume /kill /restart                     {"node": "n1"}
  POST /forwarding  {"node": "n1", "delay": "200ms"}     or {"node": "n1", "fails": true}; neither: as usual again
  POST /condition   {"node": "n1", "condition": "sealed"}
  POST /reset                                            answers root_token beside the state
`

interface Verb {
  readonly name: string
  readonly arguments: readonly { readonly name: string; readonly about: string; readonly isOptional?: true }[]
  readonly about: string
}

const LINK = { name: 'link', about: 'a standby such as n1, or all' } as const
const OPTIONAL_LINK = { ...LINK, isOptional: true } as const
const NODE = { name: 'node', about: 'a node such as n1, or all' } as const

const TABLE: readonly Verb[] = [
  {
    name: 'lag',
    arguments: [LINK, { name: 'lag', about: '400ms, raft, or a distribution in JSON' }],
    about: 'change how far a standby runs behind',
  },
  { name: 'hold', arguments: [OPTIONAL_LINK], about: 'let a standby apply nothing more; acknowledgements go on' },
  { name: 'release', arguments: [OPTIONAL_LINK], about: 'end hold' },
  { name: 'cut', arguments: [OPTIONAL_LINK], about: 'part a standby from the active node' },
  { name: 'heal', arguments: [OPTIONAL_LINK], about: 'end cut' },
  { name: 'pause', arguments: [NODE], about: 'freeze a node: it accepts connections and answers nothing' },
  { name: 'resume', arguments: [NODE], about: 'end pause' },
  { name: 'kill', arguments: [NODE], about: 'end a node in the middle of whatever it does' },
  { name: 'restart', arguments: [NODE], about: 'start a node again, from what its disk has' },
  { name: 'forwarding', arguments: [NODE], about: 'delay what a standby asks of the active node, or let it fail' },
  {
    name: 'condition',
    arguments: [NODE, { name: 'condition', about: 'normal, sealed, uninitialized, dr-secondary, plain-standby' }],
    about: 'put a node into a condition that load balancers must see',
  },
  { name: 'reset', arguments: [], about: 'an empty cluster, with a new root token' },
]

interface CtlFlags {
  readonly address?: string
  readonly json?: true
  readonly delay?: string
  readonly fails?: true
}

export function addCtlCommand(program: Command, context: CommandContext): void {
  const ctl = program
    .command('ctl')
    .summary('look at a running cluster, and do things to it')
    .description('Looks at a cluster that fourtwelve serve runs, and does things to it.')
    .addHelpText('after', HELP)
  addReading(ctl, context)
  for (const verb of TABLE) addVerb(ctl, verb, context)
}

/** The words of an example, for verbs that take other ones than a node's name. */
const EXAMPLES: Readonly<Record<string, string>> = {
  state: 'state',
  history: 'history',
  reset: 'reset',
  lag: 'lag n1 2s',
  forwarding: 'forwarding n1 --delay 200ms',
  condition: 'condition n1 sealed',
}

/** A command with what every verb has. */
const command = (ctl: Command, name: string, about: string): Command =>
  ctl
    .command(name)
    .summary(about)
    .description(`${about.charAt(0).toUpperCase()}${about.slice(1)}.`)
    .option('--address <url>', 'of the control API')
    .addHelpText('after', `\nExample:\n  $ fourtwelve ctl ${EXAMPLES[name] ?? `${name} n1`}\n`)

function addReading(ctl: Command, { ports, finish }: CommandContext): void {
  command(ctl, 'state', 'tell every node and link')
    .option('--json', 'print one JSON object')
    .action(async (flags: CtlFlags) => {
      const state = await callControl(controlAddress(flags.address, ports), 'state', null)
      ports.stdout.write(flags.json === true ? `${JSON.stringify(state)}\n` : stateText(state))
      finish(EXIT.pass)
    })
  command(ctl, 'history', 'print what happened, one JSON object a line')
    // It is always JSON; the flag is taken so that every verb has it.
    .option('--json', 'as it is anyway')
    .action(async (flags: CtlFlags) => {
      await readControl(controlAddress(flags.address, ports), 'history', null, (text) => ports.stdout.write(text))
      finish(EXIT.pass)
    })
}

function addVerb(ctl: Command, verb: Verb, { ports, finish }: CommandContext): void {
  const added = command(ctl, verb.name, verb.about).option('--json', 'print one JSON object')
  for (const { name, about, isOptional } of verb.arguments)
    added.argument(isOptional === true ? `[${name}]` : `<${name}>`, about)
  if (verb.name === 'forwarding') {
    added.option('--delay <duration>', 'how much longer it takes, such as 200ms').option('--fails', 'it fails')
  }
  added.action(async (...given: unknown[]) => {
    const flags: CtlFlags = added.opts()
    const body: Record<string, JsonObject[string]> = {}
    for (const [at, { name }] of verb.arguments.entries()) {
      const word = given[at]
      if (typeof word === 'string') body[name] = name === 'lag' ? lagJson(word) : word
    }
    if (flags.delay !== undefined) body['delay'] = flags.delay
    if (flags.fails === true) body['fails'] = true
    const answer = await callControl(controlAddress(flags.address, ports), verb.name, body)
    ports.stdout.write(flags.json === true ? `${JSON.stringify(answer)}\n` : stateText(answer))
    finish(EXIT.pass)
  })
}

/** A distribution is written as JSON; a word stays one, and so does what is no JSON: the cluster says what is wrong. */
function lagJson(word: string): JsonObject[string] {
  try {
    return word.startsWith('{') ? JSON.parse(word) : word
  } catch {
    return word
  }
}
