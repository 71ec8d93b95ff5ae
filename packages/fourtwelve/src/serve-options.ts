/**
 * What `fourtwelve serve` was told, from its flags and its file.
 * Always holds: what is contradictory or cannot be is refused before anything is started; a flag wins over the file.
 */

import type { StorageMode } from '@fourtwelve/live'
import {
  formatProblem,
  parseLagText,
  parseServedCluster,
  STANDBYS_MAX,
  type ServedCluster,
  type Setting,
} from '@fourtwelve/scenario'
import { InvalidArgumentError } from 'commander'
import { dirname, resolve } from 'node:path'
import { BadInput } from './exit-codes.ts'
import type { Ports } from './ports.ts'
import { choiceProblems, PORT_MAX, type BalancerCheck } from './served-choices.ts'
import type { TlsChoice } from './tls-files.ts'

export interface ServeFlags extends TlsChoice {
  readonly standbys?: number
  readonly lag?: string
  readonly port: number
  readonly host: string
  readonly controlPort?: number
  readonly rootToken?: string
  readonly config?: string
  readonly set?: readonly Setting[]
  readonly data?: string
  readonly storage?: StorageMode
  readonly balancer?: true | BalancerCheck
  readonly balancerPort?: number
  readonly readyFile?: string
  readonly servedHeaders: boolean
  readonly history: boolean
  readonly json?: true
}

export const DEFAULT_PORT = 8200
/** Far enough from the nodes', and easy to remember: 8300 beside 8200. */
export const CONTROL_PORT_AFTER = 100

/** The cluster that is to be served. Throws BadInput, with a line for each mistake. */
export function readServedCluster(
  { config, set = [], standbys, lag }: ServeFlags,
  readText: Ports['readText'],
): ServedCluster {
  const text = config === undefined ? { text: '{}' } : readText(config)
  if ('error' in text) throw new BadInput(`--config ${config}: cannot be read: ${text.error}`)
  const beside: Ports['readText'] = (path) => readText(resolve(dirname(config ?? '.'), path))
  const file = config ?? 'the configuration'
  const read = parseServedCluster(text.text, { file, readText: beside, set, standbys: standbys ?? null })
  if ('problems' in read) throw new BadInput(read.problems.map(formatProblem).join('\n'))
  if (lag === undefined) return read.cluster
  const plan = parseLagText(lag, read.cluster.standbys, readText)
  if ('refused' in plan) throw new BadInput(`--lag ${lag}: ${plan.refused}`)
  return { ...read.cluster, lag: plan.plan }
}

/** Throws BadInput for flags that do not go together. */
export function checkServeFlags({ data, storage, rootToken, balancer, balancerPort, host }: ServeFlags): void {
  const [problem] = choiceProblems({ rootToken, storage, data }, (choice) => FLAGS[choice] ?? `--${choice}`)
  if (problem !== undefined) throw new BadInput(problem)
  if (balancerPort !== undefined && balancer === undefined)
    throw new BadInput('--balancer-port is for --balancer: give both')
  if (host === '') throw new BadInput('--host is empty: name an address of this machine, such as 127.0.0.1')
}

/** Flags that are not called as what they choose. */
const FLAGS: Readonly<Record<string, string>> = { rootToken: '--root-token' }

/** What a killed process should leave behind: with a folder of the user's everything, without one nothing that lasts. */
export const storageOf = ({ storage, data }: ServeFlags): StorageMode =>
  storage ?? (data === undefined ? 'nosync' : 'durable')

/** A port of its own, where the flags name none: none of a cluster on free ports is fixed. */
export const portBeside = (given: number | undefined, port: number, distance: number): number =>
  given ?? (port === 0 ? 0 : port + distance)

export function readPort(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= PORT_MAX) return port
  throw new InvalidArgumentError(`A port is a whole number from 0 (any free one) to ${PORT_MAX}.`)
}

export function readStandbys(text: string): number {
  const standbys = Number(text)
  if (/^\d{1,2}$/.test(text) && standbys <= STANDBYS_MAX) return standbys
  throw new InvalidArgumentError(`There are 0 to ${STANDBYS_MAX} standbys.`)
}

export function oneOf<W extends string>(words: readonly W[]): (text: string) => W {
  return (text) => {
    const found = words.find((word) => word === text)
    if (found === undefined) throw new InvalidArgumentError(`It is one of ${words.join(', ')}.`)
    return found
  }
}
