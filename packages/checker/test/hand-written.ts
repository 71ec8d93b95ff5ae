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
  type LeadRecord,
  type NodeId,
  type RecoverRecord,
  type RenumberRecord,
  type ReplyRecord,
  type ResignRecord,
  type RestRecord,
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

/** An entry of a later term than the first. */
export const entryOf = (termOfEntry: number, ms: number, node: NodeId, index: number): EntryRecord =>
  entry(ms, node, index, { term: term(termOfEntry), digest: digestOf(index, termOfEntry) })

/** The chain of a log of so many entries of term 1, then so many of term 2, and so on. */
export function chainOfTerms(...lengths: readonly number[]): number {
  const terms = lengths.flatMap((length, at) => Array.from({ length }, () => at + 1))
  return chainOver(terms.map((termOfEntry, at) => digestOf(at + 1, termOfEntry)))
}

export const lead = (ms: number, node: NodeId, termOfLead: number, index: number): LeadRecord => ({
  kind: 'lead',
  t: milliseconds(ms),
  node,
  term: term(termOfLead),
  index: walIndex(index),
})

export const resign = (
  ms: number,
  node: NodeId,
  termOfLead: number,
  index: number,
  chain: number = chainAt(index),
): ResignRecord => ({
  kind: 'resign',
  t: milliseconds(ms),
  node,
  term: term(termOfLead),
  index: walIndex(index),
  chain,
})

export const recover = (ms: number, node: NodeId, index: number, chain: number = chainAt(index)): RecoverRecord => ({
  kind: 'recover',
  t: milliseconds(ms),
  node,
  term: term(1),
  index: walIndex(index),
  chain,
})

export const renumber = (ms: number, why: RenumberRecord['why'], epochAfter: number): RenumberRecord => ({
  kind: 'renumber',
  t: milliseconds(ms),
  why,
  epoch: epoch(epochAfter),
})

/** A standby at rest that has everything up to `index`. */
export const rest = (ms: number, node: NodeId, index: number, given: Partial<RestRecord> = {}): RestRecord => ({
  kind: 'rest',
  t: milliseconds(ms),
  node,
  running: true,
  role: 'performance-standby',
  term: term(1),
  received: walIndex(index),
  applied: walIndex(index),
  chain: chainAt(index),
  unended: 0,
  ...given,
})

/** How a log begins: n0 writes entries 1 to `head` in term 1, a majority has them, and all nodes apply them. */
export const founding = (ms: number, head: number): readonly HistoryRecord[] => [
  ...Array.from({ length: head }, (_, i) => entry(ms, N0, i + 1)),
  commit(ms, N0, head),
  ...[N0, N1, N2].map((node) => apply(ms, node, 0, head)),
]

/**
 * A run with an election: founded with 5 entries; n0 writes 6 to 9, of which a majority gets 6 and 7; n1 has received 8 too, takes
 * over in term 2 at 2 s, and writes 9 and 10, of which a majority gets both; n0 finds out at 3 s.
 */
export const ELECTION: readonly HistoryRecord[] = [
  run(),
  ...founding(0, 5),
  ...[6, 7, 8, 9].map((index) => entry(1000, N0, index)),
  apply(1001, N0, 5, 9),
  commit(1010, N0, 7),
  apply(1020, N1, 5, 7),
  apply(1020, N2, 5, 6),
  apply(2000, N1, 7, 8),
  lead(2000, N1, 2, 8),
  entryOf(2, 2000, N1, 9),
  apply(2000, N1, 8, 9, chainOfTerms(8, 1)),
  commit(2010, N1, 9),
  entryOf(2, 2100, N1, 10),
  apply(2100, N1, 9, 10, chainOfTerms(8, 2)),
  commit(2110, N1, 10),
  apply(2120, N2, 6, 10, chainOfTerms(8, 2)),
  resign(3000, N0, 1, 7),
  apply(3100, N0, 7, 10, chainOfTerms(8, 2)),
]
