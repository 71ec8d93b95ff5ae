/**
 * Small runs as plain data: a cluster, and what happens to it at which time. A plan that breaks something can be kept as it is.
 * Always holds: nothing here knows a runtime; `play-plan.ts` plays a plan in virtual time, `test/live` on real threads.
 */

import type { Distribution, LagModel } from '@fourtwelve/cluster'
import {
  DEFAULT_SERVER_CONFIG,
  micros,
  milliseconds,
  seconds,
  vaultRequest,
  type JsonObject,
  type ReplicationStanza,
  type ServerConfig,
  type Switches,
  type VaultRequest,
} from '@fourtwelve/protocol'
import { POLICY, type REQUESTS } from './plan-requests.ts'

export interface Plan {
  readonly seed: number
  readonly standbys: number
  readonly switches?: Partial<Switches>
  readonly replication?: Partial<ReplicationStanza>
  /** Milliseconds. */
  readonly electionTimeout?: number
  /** Of what is given: `epoch` of the server. */
  readonly epoch?: number
  /** Seconds. */
  readonly maxRequestDuration?: number
  readonly lag?: LagModel
  readonly client?: Distribution
  readonly delivery?: Distribution
  readonly forward?: Distribution
  readonly flush?: Distribution
  readonly cost?: number
  readonly acts: readonly Act[]
}

export type Act = RequestAct | FaultAct | NodeFaultAct

/** A request. `token` and `index` choose among what answers have given so far, the newest first; `token` 0 is root's. */
export interface RequestAct {
  readonly at: number
  readonly node: number
  readonly what: keyof typeof REQUESTS
  readonly token?: number
  readonly index?: number | 'bad'
  readonly by?: 'forward' | 'inconsistent'
  /** Who asks. Sessions above 1 send what they remember of X-Vault-Index. */
  readonly session?: number
}

/** A fault of the link between the active node and a standby. */
export interface FaultAct {
  readonly at: number
  readonly link: number
  readonly fault: 'hold' | 'release' | 'cut' | 'heal' | { readonly lag: number }
}

/** A fault of a node, or of the whole cluster. */
export interface NodeFaultAct {
  readonly at: number
  readonly victim: number
  readonly trouble: 'kill' | 'lose' | 'restart' | 'pause' | 'resume' | 'step-down' | 'promote' | 'backup' | 'restore'
}

export const constant = (value: number): Distribution => ({ dist: 'constant', value: micros(value) })
export const drawn = (from: Distribution): LagModel => ({ kind: 'drawn', from, sample: 'batch', spikes: null })
export const lagOf = (ms: number): LagModel => drawn(constant(ms * 1_000))

const post = (path: string, value: JsonObject): VaultRequest =>
  vaultRequest('POST', path, { body: { kind: 'json', value } })

export const GIVEN: readonly VaultRequest[] = [
  post('sys/policies/acl/app', { policy: POLICY }),
  post('sys/auth/userpass', { type: 'userpass' }),
  post('auth/userpass/users/ann', { password: 'pw', token_policies: ['app'], token_ttl: '1h' }),
  post('auth/userpass/users/bob', { password: 'pw', token_policies: ['app'], token_type: 'batch', token_ttl: '1h' }),
]

export const configOf = (plan: Plan): ServerConfig => {
  const { switches = {}, replication = {}, maxRequestDuration, electionTimeout, epoch } = plan
  return {
    ...DEFAULT_SERVER_CONFIG,
    ...(electionTimeout === undefined ? {} : { election_timeout: milliseconds(electionTimeout) }),
    ...(epoch === undefined ? {} : { epoch }),
    ...(maxRequestDuration === undefined ? {} : { max_request_duration: seconds(maxRequestDuration) }),
    switches: { ...DEFAULT_SERVER_CONFIG.switches, ...switches },
    replication: { ...DEFAULT_SERVER_CONFIG.replication, ...replication },
  }
}
