/**
 * How a live cluster begins: its keys, its first entries, and what the history says of them.
 * Always holds: every founding has new keys, so that nothing of an earlier cluster is accepted.
 */

import {
  DIGEST_START,
  entryRecord,
  mixNumber,
  NO_INDEX,
  nodeId,
  randomUuid,
  term,
  type ClusterId,
  type Epoch,
  type HistoryRecord,
  type Micros,
  type ServedReply,
  type ServerConfig,
  type Term,
  type VaultRequest,
  type WalEntry,
} from '@fourtwelve/protocol'
import { epochOf, foundCluster, refoundCluster } from '@fourtwelve/vault-node'
import type { ClusterIdentity } from './node-setup.ts'
import { createRealCrypto, generateKeys } from './real-crypto.ts'
import { packRow, unpackPairs } from './rows.ts'
import type { Clock } from './wall-clock.ts'

export const FIRST_TERM: Term = term(1)

export interface Founded {
  readonly identity: ClusterIdentity
  /** Null when nobody here knows it. */
  readonly rootToken: string | null
  /** The entries with which every node begins, in one row. */
  readonly row: Uint8Array
  readonly given: readonly ServedReply[]
  readonly records: readonly HistoryRecord[]
}

export interface FoundingOptions {
  readonly standbys: number
  readonly config: ServerConfig
  readonly rootToken: string | null
  readonly given: readonly VaultRequest[]
}

export async function found({ standbys, config, rootToken, given }: FoundingOptions, clock: Clock): Promise<Founded> {
  const keys = generateKeys()
  const crypto = await createRealCrypto(keys)
  const cluster = randomUuid(crypto) as ClusterId
  const clusterName = `vault-cluster-${cluster.slice(0, 8)}`
  const founding = foundCluster({ cluster, clusterName, term: FIRST_TERM, config }, rootToken, given, clock(), crypto)
  return {
    identity: { cluster, clusterName, keys },
    rootToken: founding.rootToken,
    row: packRow(founding.entries).bytes,
    given: founding.replies,
    records: foundingRecords(founding.entries, standbys, clock()),
  }
}

/** What nobody here knows of a cluster that was opened from its folder. */
export const UNKNOWN: Pick<Founded, 'rootToken' | 'given'> = { rootToken: null, given: [] }

/** The same cluster, whose log begins anew with a copy of its state, in a later term. */
export async function refound(
  { standbys, config }: FoundingOptions,
  before: Pick<Founded, 'identity' | 'rootToken' | 'given'>,
  next: Term,
  copy: Uint8Array,
  epoch: Epoch | null,
  clock: Clock,
): Promise<Founded> {
  const { cluster, clusterName, keys } = before.identity
  const now = clock()
  const options = { cluster, clusterName, term: next, config }
  const entries = refoundCluster(options, unpackPairs(copy), epoch, now, await createRealCrypto(keys))
  return { ...before, row: packRow(entries).bytes, records: foundingRecords(entries, standbys, now) }
}

/** Every node begins with these entries, durable, committed and applied. */
function foundingRecords(entries: readonly WalEntry[], standbys: number, t: Micros): readonly HistoryRecord[] {
  const index = entries.at(-1)?.index ?? NO_INDEX
  const chain = entries.reduce((before, { digest }) => mixNumber(before, digest), DIGEST_START)
  const nodes = Array.from({ length: standbys + 1 }, (_, ordinal) => nodeId(ordinal))
  return [
    ...entries.map((entry) => entryRecord(t, nodeId(0), entry)),
    { kind: 'commit', t, node: nodeId(0), index },
    ...nodes.map((node): HistoryRecord => ({ kind: 'apply', t, node, from: NO_INDEX, index, chain })),
  ]
}

/** The generation of tokens in a packed copy. */
export const epochIn = (copy: Uint8Array): Epoch => epochOf({ store: new Map(unpackPairs(copy)) })
