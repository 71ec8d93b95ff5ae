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
  $ fourtwelve ctl lag n1 2s              n1 is the link from the active node to it; all names every link
  $ fourtwelve ctl hold n1                n1 applies nothing more until: fourtwelve ctl release n1
  $ fourtwelve ctl cut 'n0->n1' --one-way
  $ fourtwelve ctl step-down              the active node gives its leadership up
  $ fourtwelve ctl kill active            restart it by its name: fourtwelve ctl restart n0
  $ fourtwelve ctl slow-disk standby 20ms
  $ fourtwelve ctl clock-skew n1 5s       or -5s; 0s ends it
  $ fourtwelve ctl shipper-buffer n0 10
  $ fourtwelve ctl forwarding n1 --fails
  $ fourtwelve ctl backup                 and later: fourtwelve ctl restore
  $ fourtwelve ctl promote
  $ fourtwelve ctl condition n2 sealed
  $ fourtwelve ctl reset

The cluster is that of --address, or of the ready file that ${READY_FILE_VARIABLE} names, or http://127.0.0.1:8300.
A node is n1, active, standby (the first that runs), or all.

The same over HTTP, from any language; a POST has a JSON body and answers the state of the cluster, as GET /state does, or
{"errors": [...]}: 400 for what makes no sense, 409 for what cannot be done now, such as to the active node while there is none:
  GET  /state
  GET  /history                                          what happened, one JSON object a line
  POST /lag         {"link": "n1", "lag": "400ms"}       or "raft", or {"dist": "lognormal", "median": "20ms", "sigma": 0.8}
  POST /hold /release /heal                              {"link": "n1"}; without link: all
  POST /cut         {"link": "n0->n1", "one_way": true}
  POST /pause /resume /restart                           {"node": "n1"}
  POST /kill        {"node": "active"}                   "loses": "nothing" keeps what was not flushed
  POST /forwarding  {"node": "n1", "delay": "200ms"}     or {"node": "n1", "fails": true}; neither: as usual again
  POST /slow-disk /slow-apply /clock-skew                {"node": "n1", "by": "20ms"}; "0s" ends it
  POST /shipper-buffer {"node": "n0", "entries": 10}     without entries: as configured
  POST /step-down                                        {"node": "n0"}, which must be active; without node: the active one
  POST /promote /backup /restore
  POST /condition   {"node": "n1", "condition": "sealed"}
  POST /reset                                            answers root_token beside the state
`

interface Verb {
  readonly name: string
  readonly arguments: readonly Argument[]
  readonly about: string
  /** Its own options, each a key of the body. */
  readonly options?: readonly { readonly flags: string; readonly about: string }[]
  /** Whether an argument may begin with a minus. */
  readonly takesMinus?: true
}

interface Argument {
  readonly name: string
  readonly about: string
  readonly isOptional?: true
  /** How its word stands in the body; as text, if nothing is said. */
  readonly json?: (word: string) => JsonObject[string]
}

const LINK: Argument = { name: 'link', about: 'n1 for the link from the active node to it, n0->n2, or all' }
const OPTIONAL_LINK: Argument = { ...LINK, isOptional: true }
const NODE: Argument = { name: 'node', about: 'a node such as n1, active, standby, or all' }
const BY: Argument = { name: 'by', about: 'such as 20ms; 0s ends it' }

const TABLE: readonly Verb[] = [
  {
    name: 'lag',
    arguments: [LINK, { name: 'lag', about: '400ms, raft, or a distribution in JSON', json: lagJson }],
    about: 'change how far a standby runs behind',
  },
  { name: 'hold', arguments: [OPTIONAL_LINK], about: 'let a standby apply nothing more; acknowledgements go on' },
  { name: 'release', arguments: [OPTIONAL_LINK], about: 'end hold' },
  {
    name: 'cut',
    arguments: [OPTIONAL_LINK],
    about: 'part a standby from the active node, or any two nodes',
    options: [{ flags: '--one-way', about: 'only what the first says to the second is lost' }],
  },
  { name: 'heal', arguments: [OPTIONAL_LINK], about: 'end cut' },
  { name: 'pause', arguments: [NODE], about: 'freeze a node: it accepts connections and answers nothing' },
  { name: 'resume', arguments: [NODE], about: 'end pause' },
  {
    name: 'kill',
    arguments: [NODE],
    about: 'end a node in the middle of whatever it does',
    options: [{ flags: '--loses <what>', about: 'unflushed, as when the power fails (the default), or nothing' }],
  },
  { name: 'restart', arguments: [NODE], about: 'start a node again, from what its disk has' },
  {
    name: 'forwarding',
    arguments: [NODE],
    about: 'delay what a standby asks of the active node, or let it fail',
    options: [
      { flags: '--delay <duration>', about: 'how much longer it takes, such as 200ms' },
      { flags: '--fails', about: 'it fails' },
    ],
  },
  { name: 'slow-disk', arguments: [NODE, BY], about: 'let every flush of a node take longer' },
  { name: 'slow-apply', arguments: [NODE, BY], about: 'let a node apply later than its link lags' },
  {
    name: 'clock-skew',
    arguments: [NODE, { name: 'by', about: '5s is ahead of the others, -5s behind; 0s ends it' }],
    about: "put a node's clock ahead or behind",
    takesMinus: true,
  },
  {
    name: 'shipper-buffer',
    arguments: [
      NODE,
      { name: 'entries', about: 'how many; left out: as configured', isOptional: true, json: entriesJson },
    ],
    about: "change how many entries a node's log shipper keeps",
  },
  {
    name: 'step-down',
    arguments: [{ ...NODE, isOptional: true }],
    about: 'let the active node give its leadership up',
  },
  { name: 'promote', arguments: [], about: 'lose the cluster, and put its DR secondary in its place' },
  { name: 'backup', arguments: [], about: 'keep a copy of what is committed now' },
  { name: 'restore', arguments: [], about: 'put the last backup back: later writes are gone' },
  {
    name: 'condition',
    arguments: [NODE, { name: 'condition', about: 'normal, sealed, uninitialized, dr-secondary, plain-standby' }],
    about: 'put a node into a condition that load balancers must see',
  },
  {
    name: 'reset',
    arguments: [],
    about: 'an empty cluster with new keys; its root token is a new one, unless serve was given one',
  },
]

interface CtlFlags {
  readonly address?: string
  readonly json?: true
  readonly delay?: string
  readonly fails?: true
  readonly oneWay?: true
  readonly loses?: string
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
  cut: "cut 'n0->n1' --one-way",
  kill: 'kill active',
  'slow-disk': 'slow-disk n1 20ms',
  'slow-apply': 'slow-apply n1 200ms',
  'clock-skew': 'clock-skew n1 -5s',
  'shipper-buffer': 'shipper-buffer n0 10',
  'step-down': 'step-down',
  promote: 'promote',
  backup: 'backup',
  restore: 'restore',
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
  for (const { flags, about } of verb.options ?? []) added.option(flags, about)
  if (verb.takesMinus === true) added.allowUnknownOption()
  added.action(async (...given: unknown[]) => {
    const flags: CtlFlags = added.opts()
    const body: Record<string, JsonObject[string]> = {}
    for (const [at, { name, json }] of verb.arguments.entries()) {
      const word = given[at]
      if (typeof word === 'string') body[name] = json === undefined ? word : json(word)
    }
    if (flags.delay !== undefined) body['delay'] = flags.delay
    if (flags.fails === true) body['fails'] = true
    if (flags.oneWay === true) body['one_way'] = true
    if (flags.loses !== undefined) body['loses'] = flags.loses
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

/** A number stays a word where it is none: the cluster says what is wrong. */
function entriesJson(word: string): JsonObject[string] {
  return /^\d+$/.test(word) ? Number(word) : word
}
