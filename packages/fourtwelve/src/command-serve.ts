/** `fourtwelve serve` */

import { prepareThreads } from '@fourtwelve/live/spare-threads'
import type { Command } from 'commander'
import type { CommandContext } from './command.ts'
import { readSetting } from './run-options.ts'
import { DEFAULT_PORT, oneOf, readPort, readStandbys, type ServeFlags } from './serve-options.ts'
import { planServe } from './serve-plan.ts'
import { BALANCER_CHECKS, STORAGE_MODES } from './served-choices.ts'
import { WORKER_ENTRY } from './worker-entry.ts'

const EXAMPLES = `
Examples:
  $ fourtwelve serve --standbys 2 --lag 400ms --root-token root
  $ fourtwelve serve --config cluster.yaml --set replication.allow_forwarding_via_token=new_token
  $ fourtwelve serve --port 0 --ready-file ready.json --json       (any free ports; for scripts)

Node n listens on port + n, the control API on port + 100, the load balancer on port - 1.

The configuration, in YAML; every key may be left out:
  standbys: 2
  lag: { default: 20ms, links: { n0->n2: 1s } }   # or 400ms, raft, { dist: lognormal, median: 20ms, sigma: 0.8 }
  replication: { allow_forwarding_via_token: new_token, best_effort_wal_wait_duration: 2s }
  election_timeout: 5s                            # silence of the active node until another wants its place
  switches: { token_create: rpc }                 # points where Vault's versions differ
  given:                                          # data to start with
    policies: { app: 'path "secret/data/app" { capabilities = ["read"] }' }
    users: { alice: { password: wonderland, token_policies: [app] } }
    secrets: { secret/data/app: { colour: blue } }

The ready file is written when every port answers: JSON with addresses, root token and process id, readable by you alone.
It is no place for real secrets. Ctrl-C ends it; what was not kept with --data is gone then. Another one, more than a second
later, ends it at once, whatever is under way.
Exit codes: 0 ended as asked, 4 a bad flag, file, folder or port, 5 an internal error, 130 ended at once.
`

export function addServeCommand(program: Command, { ports, finish }: CommandContext): void {
  program
    .command('serve')
    .summary('a live cluster for real clients')
    .description("Serves Vault's HTTP API from a live cluster: an active node and lagging performance standbys.")
    .option('--standbys <n>', 'performance standbys (default: 2)', readStandbys)
    .option('--lag <lag>', 'from commit to applied: 400ms, raft, or a distribution in YAML (default: raft, up to 50ms)')
    .option('--port <port>', 'of the active node n0; 0 takes any free ports', readPort, DEFAULT_PORT)
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .option('--control-port <port>', 'of the control API (default: port + 100)', readPort)
    .option('--root-token <token>', 'the text of the root token (default: a drawn one)')
    .option('--config <file>', 'configuration of the cluster, in YAML')
    .option('--set <path=value>', 'change a value of the configuration; may be repeated', readSetting)
    .option('--data <folder>', 'keep the cluster in a folder, and find it there the next time')
    .option(
      '--storage <mode>',
      `${STORAGE_MODES.join(', ')}: survives loss of power, of the process, nothing (default: durable with --data, else nosync)`,
      oneOf(STORAGE_MODES),
    )
    .option(
      '--balancer [check]',
      'add a load balancer; plain drops performance standbys as /v1/sys/health does, perfstandbyok keeps them',
      oneOf(BALANCER_CHECKS),
    )
    .option('--balancer-port <port>', 'of the load balancer (default: port - 1)', readPort)
    .option('--tls', 'serve HTTPS, with a certificate made at the start')
    .option('--tls-cert <file>', 'a certificate of your own, in PEM')
    .option('--tls-key <file>', 'its key, in PEM')
    .option('--ready-file <file>', 'where to write addresses and root token when the cluster is ready')
    .option('--no-served-headers', 'leave out X-Fourtwelve-*, which tell who served an answer and why')
    .option('--no-history', 'keep no history, which the control API can read')
    .option('--json', 'print one JSON object when ready, and nothing else')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ServeFlags) => {
      const plan = await planServe(flags, ports)
      // The threads load what they need while this one does.
      prepareThreads(WORKER_ENTRY, 1 + plan.served.standbys)
      // Loaded only here: no other command needs threads, disks and HTTP.
      const { serveUntilSignal } = await import('./serve-until-signal.ts')
      finish(await serveUntilSignal(plan, ports))
    })
}
