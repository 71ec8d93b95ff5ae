/**
 * A scenario in simulation: from the file's plain data to a judged run.
 * Always holds: the same scenario, seed and listeners give the same report, byte for byte.
 */

import { ALL_LAWS, startChecks } from '@fourtwelve/checker'
import type { HistoryRecord, LinkId, VaultRequest, CryptoPort } from '@fourtwelve/protocol'
import { micros, vaultRequest } from '@fourtwelve/protocol'
import type { RunReport } from '@fourtwelve/report'
import { judge, prepareRun, type Scenario, type ScenarioRun } from '@fourtwelve/scenario'
import { createSimulation, createStandInCrypto, type SimulationOptions, type Stream } from '@fourtwelve/simulation'

/** The longest run in virtual time: a scenario that takes longer is stopped and says so. */
const RUN_MAX = micros(10 * 365 * 86_400 * 1_000_000)

export interface Listeners {
  /** Takes every record of the history, in order. */
  readonly observe?: (record: HistoryRecord) => void
  /** Real cryptography, where the scenario asks for it. Null: it cannot be had here. */
  readonly realCrypto: ((random: Stream) => CryptoPort) | null
}

export function simulateScenario(scenario: Scenario, listeners: Listeners): RunReport {
  const checks = startChecks(ALL_LAWS)
  const prepared = prepareRun(scenario)
  const simulation = createSimulation(
    optionsOf(scenario, listeners, (record) => {
      checks.observe(record)
      prepared.observe(record)
      listeners.observe?.(record)
    }),
  )
  refuseBadGivens(scenario, simulation.given)
  let ended: ScenarioRun | null = null
  prepared.start(simulation, (run) => {
    ended = run
  })
  simulation.run(RUN_MAX, () => ended !== null)
  if (ended === null) throw new Error(`scenario ${scenario.name} did not end: something in it waits for ever`)
  return {
    scenario,
    seed: scenario.seed,
    runtime: 'simulation',
    fingerprint: simulation.fingerprint(),
    events: simulation.events(),
    run: ended,
    judgement: judge(scenario, ended, checks.verdicts(), false),
  }
}

function optionsOf(
  scenario: Scenario,
  listeners: Listeners,
  observe: (record: HistoryRecord) => void,
): SimulationOptions {
  return {
    scenario: scenario.name,
    seed: scenario.seed,
    standbys: scenario.standbys,
    config: scenario.server,
    lag: {
      default: scenario.lag.default,
      links: Object.fromEntries(scenario.lag.links.map(({ link, lag }) => [link, lag])) as Record<
        LinkId,
        SimulationOptions['lag']['default']
      >,
    },
    network: scenario.network,
    flush: scenario.disk.flush,
    cost: scenario.cost,
    given: givenRequests(scenario),
    rootToken: null,
    crypto: cryptoOf(scenario, listeners),
    observe,
  }
}

function cryptoOf(scenario: Scenario, { realCrypto }: Listeners): (random: Stream) => CryptoPort {
  if (scenario.crypto === 'stand-in') return (random) => createStandInCrypto(scenario.name, random)
  if (realCrypto === null)
    throw new Error(`scenario ${scenario.name} asks for real cryptography, which was not handed in`)
  return realCrypto
}

/** What a scenario's `given` asks of the cluster before the run, as requests with the root token. */
export function givenRequests({ given }: Scenario): readonly VaultRequest[] {
  const post = (path: string, value: VaultRequest['body'] & { kind: 'json' }): VaultRequest =>
    vaultRequest('POST', path, { body: value })
  return [
    ...given.policies.map(({ name, hcl }) =>
      post(`sys/policies/acl/${name}`, { kind: 'json', value: { policy: hcl } }),
    ),
    ...(given.users.length > 0 ? [post('sys/auth/userpass', { kind: 'json', value: { type: 'userpass' } })] : []),
    ...given.users.map(({ name, fields }) => post(`auth/userpass/users/${name}`, { kind: 'json', value: fields })),
    ...given.secrets.map(({ path, fields }) =>
      post(path, { kind: 'json', value: isVersionTwo(path) ? { data: fields } : fields }),
    ),
    ...given.requests.map(({ path, body }) => post(path, { kind: 'json', value: body })),
  ]
}

const isVersionTwo = (path: string): boolean => path.startsWith('secret/data/')

export class BadGiven extends Error {}

function refuseBadGivens(scenario: Scenario, replies: ReturnType<typeof createSimulation>['given']): void {
  const requests = givenRequests(scenario)
  for (const [at, { reply }] of replies.entries()) {
    if (reply.status < 300) continue
    throw new BadGiven(
      `given: ${requests[at]?.path ?? ''} was answered with ${reply.status} ${JSON.stringify(reply.body)}: correct it in the scenario file`,
    )
  }
}
