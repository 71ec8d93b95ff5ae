/**
 * Histories written by hand: one function a record, with the plainest values for what a test does not speak of.
 * Times are given in milliseconds of the run.
 */

import { createHmac } from 'node:crypto'
import type { Law, LawVerdict } from '@fourtwelve/checker'
import {
  DEFAULT_SERVER_CONFIG,
  DIGEST_START,
  epoch,
  HISTORY_VERSION,
  milliseconds,
  mixNumber,
  nodeId,
  term,
  walIndex,
  type ApplyRecord,
  type CallRecord,
  type ClusterId,
  type CommitRecord,
  type EntryRecord,
  type HistoryRecord,
  type NodeId,
  type ReplyRecord,
  type RunRecord,
  type Switches,
  type TokenRecord,
} from '@fourtwelve/protocol'

export const CLUSTER = '9f82e03b-71fb-97a6-9c5a-46fa6715d6e4' as ClusterId
export const [N0, N1, N2]: readonly [NodeId, NodeId, NodeId] = [nodeId(0), nodeId(1), nodeId(2)]

/** The verdict of one law on one history. */
export function judge(law: Law, records: readonly HistoryRecord[]): LawVerdict {
  const state = law.start()
  for (const record of records) state.observe(record)
  return state.verdict()
}

export const run = (given: Partial<RunRecord> = {}): RunRecord => ({
  kind: 'run',
  t: milliseconds(0),
  version: HISTORY_VERSION,
  scenario: 'by hand',
  seed: 1,
  runtime: 'simulation',
  cluster: CLUSTER,
  nodes: [N0, N1, N2],
  switches: DEFAULT_SERVER_CONFIG.switches,
  ...given,
})

/** Servers whose switches are turned. */
export const turned = (switches: Partial<Switches>): Pick<RunRecord, 'switches'> => ({
  switches: { ...DEFAULT_SERVER_CONFIG.switches, ...switches },
})

export const serviceToken = (id: string, index: number | bigint, epochOfToken = 0): TokenRecord => ({
  type: 'service',
  id,
  index,
  epoch: epochOfToken,
})

/** A value of X-Vault-Index as Vault writes it (vault-consistency 3.1), made without the code under test. */
export function indexValue(local: number, { cluster = CLUSTER as string, key = 'key' } = {}): string {
  const signed = `v1:${cluster}:${local}:0`
  return Buffer.from(`${signed}:${createHmac('sha256', key).update(signed).digest('hex')}`).toString('base64')
}

export const call = (id: number, ms: number, node: NodeId, given: Partial<CallRecord> = {}): CallRecord => ({
  kind: 'call',
  t: milliseconds(ms),
  id,
  op: id,
  attempt: 1,
  session: 's9',
  node,
  method: 'GET',
  path: 'secret/data/a',
  token: { type: 'none' },
  index: [],
  forward: '',
  ...given,
})

/** A reply of which only what a client sees is known. */
export const foreignReply = (
  id: number,
  ms: number,
  status: number,
  given: Partial<ReplyRecord> = {},
): ReplyRecord => ({
  kind: 'reply',
  t: milliseconds(ms),
  id,
  status,
  errors: status === 412 ? ['required index state not present'] : [],
  index: null,
  token: null,
  ...given,
})

/** A reply of a node that handled the request itself, with `applied` when it arrived and when it was handled. */
export const reply = (
  id: number,
  ms: number,
  status: number,
  node: NodeId,
  applied: number,
  given: Partial<ReplyRecord> = {},
): ReplyRecord =>
  foreignReply(id, ms, status, {
    node,
    by: node,
    applied: walIndex(applied),
    appliedHere: walIndex(applied),
    epoch: epoch(0),
    forwarded: null,
    wrote: walIndex(0),
    waitTimedOut: false,
    ...given,
  })

/** Session s7 creates a token on n0, or gets an index state from it: a call and its reply. */
export const created = (id: number, ms: number, token: TokenRecord): readonly HistoryRecord[] => [
  call(id, ms, N0, { session: 's7', method: 'POST', path: 'auth/token/create' }),
  reply(id, ms + 1, 200, N0, 10_000, { token }),
]
export const wrote = (id: number, ms: number, index: string): readonly HistoryRecord[] => [
  call(id, ms, N0, { session: 's7', method: 'POST' }),
  reply(id, ms + 1, 200, N0, 10_000, { index }),
]

export const entry = (ms: number, node: NodeId, index: number, given: Partial<EntryRecord> = {}): EntryRecord => ({
  kind: 'entry',
  t: milliseconds(ms),
  node,
  term: term(1),
  index: walIndex(index),
  request: `r${index}`,
  key: `sys/token/id/${index}`,
  keys: 1,
  deleted: false,
  digest: digestOf(index),
  ...given,
})

export const digestOf = (index: number, termOfEntry = 1): number => mixNumber(mixNumber(7, index), termOfEntry)

/** The chain over entries with these digests. */
export const chainOver = (digests: readonly number[]): number => digests.reduce(mixNumber, DIGEST_START)

/** The chain of a log whose entries 1 to `index` are `entry(..., i)`. */
export const chainAt = (index: number): number => chainOver(Array.from({ length: index }, (_, i) => digestOf(i + 1)))

export const commit = (ms: number, node: NodeId, index: number): CommitRecord => ({
  kind: 'commit',
  t: milliseconds(ms),
  node,
  index: walIndex(index),
})

export const apply = (
  ms: number,
  node: NodeId,
  from: number,
  index: number,
  chain: number = chainAt(index),
): ApplyRecord => ({ kind: 'apply', t: milliseconds(ms), node, from: walIndex(from), index: walIndex(index), chain })
