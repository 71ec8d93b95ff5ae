/**
 * The servers' configuration as a scenario writes it: Vault's `replication` stanza, the named switches, and service times.
 * The parts are also those of the file of `serve` (`schema-served-cluster.ts`), so that both have the same words.
 * Always holds: what is not written has the default of DEFAULT_SERVER_CONFIG.
 */

import {
  DEFAULT_SERVER_CONFIG,
  micros,
  SWITCHES,
  type ReplicationStanza,
  type ServerConfig,
  type Switches,
  type SwitchName,
  type Micros,
} from '@fourtwelve/protocol'
import { z } from 'zod'
import { duration, positiveDuration } from './durations.ts'
import type { ServiceCost } from './scenario.ts'
import { section } from './section.ts'

export interface ServerSettings {
  readonly config: ServerConfig
  readonly cost: ServiceCost
}

/** More entries than a run can write: a bound on memory, in entries. */
const BUFFER_LENGTH_MAX = 10_000_000

/** Vault's documents show `"new_token"` and `["new_token"]`. */
const forwardingViaToken: z.ZodType<'' | 'new_token'> = z
  .union([z.enum(['', 'new_token']), z.array(z.literal('new_token')).max(1)], {
    error: (issue) => `must be "", new_token or [new_token], not ${JSON.stringify(issue.input)}`,
  })
  .transform((value) => (typeof value === 'string' ? value : (value[0] ?? '')))

export const replication: z.ZodType<Told<ReplicationStanza>> = section({
  allow_forwarding_via_header: z.boolean().optional().describe('Obey X-Vault-Forward and X-Vault-Inconsistent.'),
  allow_forwarding_via_token: forwardingViaToken
    .optional()
    .describe('new_token: a token that is not applied here yet sends its request to the active node.'),
  best_effort_wal_wait_duration: duration.optional().describe('How long replies wait for their own writes.'),
  logshipper_buffer_length: z.int().min(1).max(BUFFER_LENGTH_MAX).optional().describe('Entries kept for standbys.'),
})

/** `bad_index: 412` is a number in YAML and a word of the switch. */
function switchWord<W extends string>(words: readonly W[]): z.ZodType<W | undefined> {
  const numbers = words.map(Number).filter((value) => !Number.isNaN(value))
  const values: (W | number)[] = [...words, ...numbers]
  return z
    .literal(values)
    .transform((value) => words.find((word) => word === String(value)))
    .optional()
    .describe(`Default ${words[0]}.`)
}

type SwitchWords = { readonly [S in SwitchName]: z.ZodType<Switches[S] | undefined> }

/** Made of SWITCHES, so that a switch is known here as soon as it has its row there. */
export const switches: z.ZodType<Told<Switches>> = section(
  Object.fromEntries(Object.entries(SWITCHES).map(([name, words]) => [name, switchWord(words)])) as SwitchWords,
)

const serviceTime = duration.optional().describe('Work on one request. Default 0s.')

/** What a file says of its servers, however it lays that out. */
export interface ToldServer extends Told<Omit<ServerConfig, 'replication' | 'switches'>> {
  readonly replication?: Told<ReplicationStanza> | undefined
  readonly switches?: Told<Switches> | undefined
}

/** The defaults, except for what is told. */
export function serverConfig({ replication: stanza, switches: turned, ...rest }: ToldServer): ServerConfig {
  const defaults = DEFAULT_SERVER_CONFIG
  return {
    ...overlay(defaults, rest),
    replication: overlay(defaults.replication, stanza ?? {}),
    switches: overlay<Switches>(defaults.switches, turned ?? {}),
  }
}

export const electionTimeout: z.ZodType<Micros | undefined> = positiveDuration
  .optional()
  .describe('Silence of the active node until a standby wants to take over: once to twice this. Default 5s.')

export const serverSettings: z.ZodType<ServerSettings> = section({
  replication: replication.optional().describe("Vault's replication stanza."),
  switches: switches.optional().describe('Points where Vault is closed or its versions differ.'),
  default_lease_ttl: positiveDuration.optional().describe('Default 768h.'),
  max_lease_ttl: positiveDuration.optional().describe('Default 768h.'),
  max_request_duration: positiveDuration.optional().describe('Default 90s.'),
  election_timeout: electionTimeout,
  epoch: z.int().min(0).optional().describe('Generation of tokens from the start on; what `given` makes has 0.'),
  disable_performance_standby: z.boolean().optional().describe('Standbys forward everything.'),
  version: z.string().min(1).optional().describe('What sys/health reports, in quotes.'),
  cost: section({ read: serviceTime, write: serviceTime, login: serviceTime })
    .optional()
    .describe('Service time of a request by kind. A live cluster takes the time that it takes.'),
}).transform((raw): ServerSettings => {
  const { cost, ...told } = raw
  return { config: serverConfig(told), cost: overlay(NO_COST, cost ?? {}) }
})

const NO_COST: ServiceCost = { read: micros(0), write: micros(0), login: micros(0) }

/** Settings of a scenario that says nothing about its servers. */
export const DEFAULT_SERVER_SETTINGS: ServerSettings = { config: DEFAULT_SERVER_CONFIG, cost: NO_COST }

/** A part of something: what is not told is not there, or undefined. */
type Told<T> = { readonly [K in keyof T]?: T[K] | undefined }

/** The defaults, except where something else is given. */
function overlay<T extends object>(defaults: T, given: Told<T>): T {
  const told = Object.entries(given).filter(([, value]) => value !== undefined)
  return Object.assign({ ...defaults }, Object.fromEntries(told))
}
