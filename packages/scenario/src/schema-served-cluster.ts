/**
 * The file of a cluster that is served: Vault's `replication` stanza, switches, lag, and data to start with.
 * Always holds: every part has the words that it has in a scenario file; what is not written has the server's default.
 */

import type { ServerConfig } from '@fourtwelve/protocol'
import { z } from 'zod'
import { positiveDuration } from './durations.ts'
import { STANDBYS_MAX, type SchemaContext } from './names.ts'
import type { Given, LagPlan } from './scenario.ts'
import { given, NOTHING_GIVEN } from './schema-given.ts'
import { lagPlan } from './schema-lag.ts'
import { electionTimeout, replication, serverConfig, switches } from './schema-server.ts'
import { section } from './section.ts'

export interface ServedCluster {
  readonly standbys: number
  readonly config: ServerConfig
  readonly lag: LagPlan
  readonly given: Given
}

/** Three nodes: the smallest cluster that can lose one. */
export const DEFAULT_SERVED_STANDBYS = 2
/** What followers really do, so that a cluster of which nothing is said behaves like one. */
const RAFT: LagPlan = { default: { kind: 'raft' }, links: [] }

export function servedClusterSchema(context: SchemaContext): z.ZodType<ServedCluster> {
  return section({
    standbys: z.int().min(0).max(STANDBYS_MAX).optional().describe('Performance standbys n1, n2, ... Default 2.'),
    lag: lagPlan(context)
      .optional()
      .describe('From commit on the active node to applied on a standby. Default raft: up to 50ms.'),
    given: given(context)
      .optional()
      .describe('Policies, users, secrets and other writes that every node has at the start.'),
    replication: replication.optional().describe("Vault's replication stanza."),
    switches: switches.optional().describe('Points where Vault is closed or its versions differ.'),
    default_lease_ttl: positiveDuration.optional().describe('Default 768h.'),
    max_lease_ttl: positiveDuration.optional().describe('Default 768h.'),
    max_request_duration: positiveDuration.optional().describe('Default 90s.'),
    election_timeout: electionTimeout,
    version: z.string().min(1).optional().describe('What sys/health reports, in quotes.'),
  }).transform(({ standbys, lag, given: data, ...told }): ServedCluster => ({
    standbys: standbys ?? DEFAULT_SERVED_STANDBYS,
    config: serverConfig(told),
    lag: lag ?? RAFT,
    given: data ?? NOTHING_GIVEN,
  }))
}
