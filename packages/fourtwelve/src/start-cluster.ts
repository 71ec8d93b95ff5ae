/**
 * A live cluster for other people's tests, in TypeScript and JavaScript: `await using cluster = await startCluster({...})`.
 * Always holds: it listens on free ports of the loopback, so that tests run side by side; `stop` leaves nothing behind.
 */

import type { StorageMode } from '@fourtwelve/live'
import type { JsonObject, JsonValue } from '@fourtwelve/protocol'
import { formatProblem, parseServedCluster } from '@fourtwelve/scenario'
import { resolve } from 'node:path'
import { lockDataFolder } from './data-folder.ts'
import { readTextFile } from './node-ports.ts'
import { serveCluster } from './serve-cluster.ts'
import { choiceProblems, unknownKeys } from './served-choices.ts'
import { testControl, type TestControl } from './test-control.ts'

export interface StartOptions {
  /** Performance standbys. Default 2. */
  readonly standbys?: number
  /** From commit to applied: `300ms`, `raft` (the default: up to 50 ms), a distribution, or lag by link. */
  readonly lag?: JsonValue
  /** Vault's `replication` stanza. */
  readonly replication?: JsonObject
  readonly switches?: JsonObject
  /** Policies, users, secrets and other writes to start with, as in a scenario file. */
  readonly given?: JsonObject
  /** Any other key of the configuration file. */
  readonly config?: JsonObject
  /** The text of the root token. Default: a drawn one. */
  readonly rootToken?: string
  /** Of `n0`; the others follow. Default: free ports. */
  readonly port?: number
  /** Adds a load balancer. `plain` drops performance standbys, as `/v1/sys/health` does. */
  readonly balancer?: 'plain' | 'perfstandbyok'
  /** Serves HTTPS, with a certificate made at the start: `cluster.ca`. */
  readonly tls?: boolean
  /** Default `nosync`: a node that was killed finds its log again. `memory` is quicker to start, and cannot. */
  readonly storage?: StorageMode
  /** A folder that keeps the cluster. Default: none. */
  readonly data?: string
  /** Hears when a node ends that nobody ended. Default: an error that nothing catches. */
  readonly died?: (node: string, why: string) => void
}

export interface TestCluster {
  /** Of `n0`, the active node, first. */
  readonly addresses: readonly string[]
  /** Of one node, such as `n1`. */
  address(node: string): string
  /** Of the load balancer; null without one. */
  readonly balancerAddress: string | null
  /** Of the control API, for tools in other languages. */
  readonly controlAddress: string
  /** The current one: `reset` renews it. */
  readonly rootToken: string
  /** The certificate to trust, in PEM; null without TLS. */
  readonly ca: string | null
  readonly control: TestControl
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** Every option, so that one that is misspelt is not passed over. */
const OPTIONS: Readonly<Record<keyof StartOptions, true>> = {
  standbys: true,
  lag: true,
  replication: true,
  switches: true,
  given: true,
  config: true,
  rootToken: true,
  port: true,
  balancer: true,
  tls: true,
  storage: true,
  data: true,
  died: true,
}

/** Throws an Error with a line for each mistake in the options. */
export async function startCluster(options: StartOptions = {}): Promise<TestCluster> {
  const { standbys, lag, replication, switches, given, config, tls, data, port = 0 } = options
  const told = { ...config, standbys, lag, replication, switches, given }
  const read = parseServedCluster(JSON.stringify(told), { file: 'startCluster', readText: readTextFile })
  const problems = [...unknownKeys(options, Object.keys(OPTIONS)), ...choiceProblems(options, (choice) => choice)].map(
    (problem) => `startCluster: ${problem}`,
  )
  if ('problems' in read || problems.length > 0)
    throw new Error([...problems, ...('problems' in read ? read.problems.map(formatProblem) : [])].join('\n'))
  const folder = data === undefined ? null : resolve(data)
  const unlock = folder === null ? null : lockDataFolder(folder)
  const files = tls === true ? await (await import('./made-certificate.ts')).makeCertificate('localhost') : null
  const serving = await serveCluster({
    served: read.cluster,
    host: '127.0.0.1',
    port,
    controlPort: 0,
    balancer: options.balancer === undefined ? null : { port: 0, perfStandbyOk: options.balancer === 'perfstandbyok' },
    tls: files,
    rootToken: options.rootToken ?? null,
    storage: options.storage ?? (data === undefined ? 'nosync' : 'durable'),
    data: folder,
    tellWhoServed: true,
    keepsHistory: true,
    died: options.died ?? deadNode,
    wasReset: () => undefined,
  }).catch((error: unknown) => {
    unlock?.()
    throw error
  })
  const stop = async (): Promise<void> => {
    await serving.stop()
    unlock?.()
  }
  const { addresses } = serving
  return {
    addresses: Object.values(addresses),
    address(node) {
      const address = Object.entries(addresses).find(([name]) => name === node)?.[1]
      if (address === undefined)
        throw new Error(`there is no node ${node}: there are ${Object.keys(addresses).join(', ')}`)
      return address
    },
    balancerAddress: serving.balancerAddress,
    controlAddress: serving.controlAddress,
    get rootToken() {
      const token = serving.rootToken()
      if (token !== null) return token
      throw new Error(
        `${data} keeps only a hash of the root token: start the cluster with the rootToken that it was made with`,
      )
    },
    ca: files?.cert ?? null,
    control: testControl(serving.control),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** Outside of whatever waits: a test runner then reports it with the test that runs. */
function deadNode(node: string, why: string): void {
  queueMicrotask(() => {
    throw new Error(`node ${node} ended by itself: ${why}`)
  })
}
