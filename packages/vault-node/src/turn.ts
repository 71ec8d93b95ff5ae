/**
 * One turn of a node: what `step` hands down to whoever handles the event.
 * Always holds: effects leave in the order in which they were put; entries written in a turn are appended together, before
 * anything that was said after them.
 */

import {
  DIGEST_START,
  mixNumber,
  mixText,
  mixValue,
  NO_INDEX,
  WAL_FORMAT,
  walIndex,
  type Change,
  type CryptoPort,
  type Micros,
  type StoredValue,
  type WalEntry,
  type WalIndex,
} from '@fourtwelve/protocol'
import type { Effect } from './effect.ts'
import type { RequestId } from './event.ts'
import { append, chainAfter } from './log/log.ts'
import { noteChange } from './log/derived-state.ts'
import { nextLeadershipDeadline } from './leadership/leadership.ts'
import type { NodeState } from './node-state.ts'
import { isStorageFull } from './log/storage-full.ts'
import { scopeOf } from './storage-keys.ts'
import { revokesExpired } from './tokens/revoke-job.ts'
import { nextDeadline } from './request/waiting.ts'

export interface Turn {
  readonly node: NodeState
  readonly now: Micros
  readonly crypto: CryptoPort
  readonly effects: Effect[]
  /** Entries written in this turn. */
  readonly written: WalEntry[]
  /** How many of them are among the effects already, */
  told: number
  /** and where the last of these ends: what is written later comes behind. */
  toldThrough: number
}

export const beginTurn = (node: NodeState, now: Micros, crypto: CryptoPort): Turn => ({
  node,
  now,
  crypto,
  effects: [],
  written: [],
  told: 0,
  toldThrough: 0,
})

/** Closes a turn: the append goes first, then what was put, then the timer. */
export function endTurn(turn: Turn): readonly Effect[] {
  const { node, effects } = turn
  tellWritten(turn, 0)
  // While storage is full the next commit goes on with it.
  if (node.revocations.length > 0 && !isStorageFull(node)) effects.push({ kind: 'continue' })
  const deadline = earlier(
    earlier(nextDeadline(node.waiting), revokesExpired(node) ? node.expiries.next() : null),
    nextLeadershipDeadline(node),
  )
  if (deadline !== null && (node.wakeAt === null || deadline < node.wakeAt)) {
    node.wakeAt = deadline
    effects.push({ kind: 'wake', at: deadline })
  }
  return effects
}

/** Puts what was written since among the effects, at `place`: before everything that was said after it. */
export function tellWritten(turn: Turn, place: number): void {
  const { node, effects, written } = turn
  if (written.length === turn.told) return
  const entries = written.slice(turn.told)
  turn.told = written.length
  const from = walIndex(node.log.head - entries.length)
  const at = Math.max(place, turn.toldThrough)
  turn.toldThrough = at + 2
  effects.splice(
    at,
    0,
    { kind: 'append', origin: 'written', entries },
    { kind: 'applied', from, through: node.log.head, chain: node.log.chain },
  )
}

const earlier = (a: Micros | null, b: Micros | null): Micros | null => (a === null ? b : b === null || a < b ? a : b)

/**
 * Writes one key: one entry, one index, applied here at once. Null deletes.
 * Throws on any node but the active one: a standby forwards before it comes here, so such a write is a bug.
 */
export const write = (turn: Turn, request: RequestId, key: string, value: StoredValue | null): WalIndex =>
  writeTogether(turn, request, [{ key, value }])

/** A key and its new value; null deletes. */
export interface KeyWrite {
  readonly key: string
  readonly value: StoredValue | null
}

/** Writes several keys as one entry with one index: no standby ever sees some of them without the others. */
export function writeTogether(turn: Turn, request: RequestId, writes: readonly KeyWrite[]): WalIndex {
  const changes = writes.map(({ key, value }): Change => ({ scope: scopeOf(key), namespace: '', key, value }))
  const { node } = turn
  if (node.role !== 'active') {
    const keys = changes.map((change) => change.key).join(', ')
    throw new Error(`${node.id} is ${node.role} and would write ${keys}: mark the path's operation as \`on: 'active'\``)
  }
  const index = walIndex(node.log.head + 1)
  let digest = mixNumber(mixNumber(mixNumber(DIGEST_START, index), node.term), turn.now)
  for (const { key, value } of changes) digest = mixValue(mixText(digest, key), value)
  const entry: WalEntry = {
    format: WAL_FORMAT,
    cluster: node.cluster,
    term: node.term,
    index,
    time: turn.now,
    request: String(request),
    changes,
    digest,
  }
  append(node.log, entry)
  const undoes = node.nodes.length > 1
  for (const change of changes) {
    if (undoes) node.log.undo.note(index, node.log.chain, change.key, node.store.get(change.key) ?? null)
    node.store.applyChange(change)
    noteChange(node, change.key, change.value)
  }
  node.log.applied = index
  node.log.matched = index
  node.log.shipped = index
  node.log.chain = chainAfter(node.log.chain, entry)
  turn.written.push(entry)
  return index
}

/** The last index that was written in this turn; 0 for none. A turn serves one request, so these are the request's own. */
export const lastWritten = (turn: Turn): WalIndex => turn.written.at(-1)?.index ?? NO_INDEX
