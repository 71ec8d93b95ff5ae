/**
 * The configuration of a cluster's servers: Vault's own `replication` stanza, and a named switch for every point where Vault
 * is closed or its versions differ (DESIGN section 8, vault-consistency 11).
 * Always holds: every switch is one row of SWITCHES, its first value is the default, and nothing else decides such a point.
 */

import type { ForwardingAllowed } from './history.ts'
import { micros, MICROS_PER_SECOND, type Micros } from './micros.ts'

/** The values of each switch, default first. The comment says which rule it turns. */
export const SWITCHES = {
  /** Enterprise: standbys serve reads. Community: they forward everything, and the index is 0 everywhere. */
  edition: ['enterprise', 'community'],
  /** Consul-like storage: standbys see writes at commit; tokens are not index-checked on them. */
  storage: ['raft', 'consul'],
  /** Before 1.10.5, tokens were index-checked over Consul too: spurious 412s (GH-15879). */
  consul_index_check: ['off', 'on'],
  /** A service token created on a standby: minted by RPC, or the whole request forwarded. */
  token_create: ['rpc', 'forward'],
  /** Whether lease and token are one storage write or two. */
  lease_entry: ['separate', 'same'],
  /** Whether a token revocation answers with X-Vault-Index. */
  index_on_revoke: ['off', 'on'],
  /** A malformed, forged or foreign X-Vault-Index: fail closed, or take no notice. */
  bad_index: ['412', 'ignore'],
  /** Several X-Vault-Index values: all must hold, or any. */
  several_indexes: ['all', 'any'],
  /** An hvs. token whose MAC is wrong: refused, or the 500 with a dump seen in some versions. */
  bad_token: ['403', '500'],
  /** What an unknown token is told: newer Vault's two errors, or the single one before 1.16. */
  invalid_token_text: ['two-errors', 'one-error'],
  /** Whether a forwarded request's reply waits for the active node's log head on the standby. */
  forwarded_reply_wait: ['on', 'off'],
  /** Five bad logins in 15 minutes lock a user for 15 minutes. */
  user_lockout: ['on', 'off'],
  /** VAULT_DISABLE_SERVER_SIDE_CONSISTENT_TOKENS of 1.10 to 1.13: new tokens are `s.` and `b.`, and carry no index. */
  consistent_tokens: ['on', 'off'],
  /** After an election, what a standby's index state says before it has applied a write of the new leadership: what it has, or 0, which
   *  was a fault of before 1.14 and made reads fail with 412 on an idle cluster (vault-consistency 4.6). */
  index_after_election: ['known', 'unknown'],
  /** Whether a token of an older epoch skips the index check, or is checked by an index that means nothing any more: a historical
   *  fault (vault-consistency 1.8). */
  old_epoch: ['skips', 'checked'],
  /** Whether tokens of before survive a second promotion: they did not in some versions. */
  second_promotion: ['keeps-tokens', 'loses-tokens'],
  /** Whether the epoch rises when a backup is restored; else tokens that are newer than the backup meet 412 even on the active node. */
  epoch_on_restore: ['rises', 'keeps'],
} as const

export type SwitchName = keyof typeof SWITCHES
export type Switches = { readonly [S in SwitchName]: (typeof SWITCHES)[S][number] }

/** Vault's `replication` stanza (vault-consistency 3.5), as far as one cluster needs it. */
export interface ReplicationStanza {
  readonly allow_forwarding_via_header: boolean
  readonly allow_forwarding_via_token: '' | 'new_token'
  readonly best_effort_wal_wait_duration: Micros
  /** Entries kept for standbys that have not received them; one that needs older ones gets a snapshot. */
  readonly logshipper_buffer_length: number
}

export interface ServerConfig {
  readonly replication: ReplicationStanza
  readonly switches: Switches
  /** Standbys forward everything, as in community. */
  readonly disable_performance_standby: boolean
  /** The generation of tokens that the cluster begins with; what is given to it beforehand is of generation 0
   *  (vault-consistency 1.8). */
  readonly epoch: number
  readonly default_lease_ttl: Micros
  readonly max_lease_ttl: Micros
  readonly max_request_duration: Micros
  /** How long a node hears nothing of the active node until it wants to become active itself: a time between once and twice this, drawn
   *  anew by each. An active node that hears of no majority for half of it steps down; heartbeats come ten times as often
   *  (raft's timeouts at Vault's default performance_multiplier). */
  readonly election_timeout: Micros
  /** What sys/health and its kin report. */
  readonly version: string
}

const DEFAULT_SWITCHES = Object.fromEntries(
  Object.entries(SWITCHES).map(([name, values]) => [name, values[0]]),
) as unknown as Switches

const MONTH_OF_VAULT = micros(768 * 3600 * MICROS_PER_SECOND)

export const DEFAULT_SERVER_CONFIG: ServerConfig = {
  replication: {
    allow_forwarding_via_header: false,
    allow_forwarding_via_token: '',
    best_effort_wal_wait_duration: micros(2 * MICROS_PER_SECOND),
    logshipper_buffer_length: 16_384,
  },
  switches: DEFAULT_SWITCHES,
  disable_performance_standby: false,
  epoch: 0,
  default_lease_ttl: MONTH_OF_VAULT,
  max_lease_ttl: MONTH_OF_VAULT,
  max_request_duration: micros(90 * MICROS_PER_SECOND),
  election_timeout: micros(5 * MICROS_PER_SECOND),
  version: '1.18.5+ent',
}

/** What a history says of the `replication` stanza: whether a client's headers, or a token that is ahead, make a standby forward. */
export const forwardingAllowed = ({ replication, switches }: ServerConfig): ForwardingAllowed => ({
  header: replication.allow_forwarding_via_header && switches.edition === 'enterprise',
  token: replication.allow_forwarding_via_token === 'new_token',
})
