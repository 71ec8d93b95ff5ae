/**
 * Revocation with the tree below: leaf first, one token at a time, in slices (vault-http-api 2.7).
 * Always holds: a token is dead from its taint, which is the first write of its own revocation; a token with children is not
 * begun; the answer leaves after the last write; at most REVOKE_SLICE_WRITES a turn and job.
 */

import type { StoredValue } from '@fourtwelve/protocol'
import { OWN_WORK, type RequestId } from '../event.ts'
import { isStorageFull } from '../log/storage-full.ts'
import { LEADERSHIP_LOST } from '../leadership/leadership.ts'
import type { Store } from '../log/store.ts'
import { answerLater } from '../request/respond.ts'
import { accessorKey, childFolder, cubbyholeFolder, leaseKey, tokenKey } from '../storage-keys.ts'
import { lastWritten, write, type Turn } from '../turn.ts'
import {
  createRevokeJob,
  REVOKE_FRAMES_MAX,
  rootFrame,
  takesRevocations,
  type RevokeAnswers,
  type RevokeFrame,
  type RevokeJob,
} from './revoke-job.ts'
import { USES_SPENT, type TokenEntry } from './token-entry.ts'

/** Writes of one slice: about twenty tokens. */
const REVOKE_SLICE_WRITES = 128
/** Children of one token that are looked at together. */
const CHILDREN_AT_ONCE = 128
/** Tokens whose children are looked at in one slice: a deep tree is gone down without a write. */
const DESCENTS_A_SLICE = 4_096

export interface Revocation {
  readonly salted: string
  /** Children become orphans; else they are revoked before their parent. */
  readonly orphanChildren: boolean
  /** Answered with 204 when all is done; null for the node's own work. */
  readonly answers: RevokeAnswers | null
}

/**
 * Begins a revocation on the active node. A small one is over when this returns; the rest goes on with `continue`. Whoever has
 * a request to answer asks `takesRevocations` before; the node's own work is left for another time when there is no room.
 */
export function startRevocation(turn: Turn, { salted, orphanChildren, answers }: Revocation): void {
  if (answers === null && !takesRevocations(turn.node)) return
  startJob(turn, createRevokeJob(salted, orphanChildren, answers))
}

/** The same for a job of several tokens. */
export function startJob(turn: Turn, job: RevokeJob): void {
  // What was written before it, in the same turn, was written for the same request.
  job.wrote = lastWritten(turn)
  goOn(turn, job)
}

/** One slice of the revocation whose turn it is; the others wait, so that a large tree does not hold up a small one. */
export function continueRevocations(turn: Turn): void {
  const { node } = turn
  if (node.role !== 'active') return abandonRevocations(turn)
  if (isStorageFull(node)) return
  const job = node.revocations.shift()
  if (job !== undefined) goOn(turn, job)
}

function goOn(turn: Turn, job: RevokeJob): void {
  if (!workOn(turn, job)) turn.node.revocations.push(job)
  else if (job.answers !== null) answerLater(turn, job.answers, { kind: 'done' }, job.wrote)
}

/** Works until the job is done (true), or the slice is. */
function workOn(turn: Turn, job: RevokeJob): boolean {
  const { store } = turn.node
  let budget = REVOKE_SLICE_WRITES
  let descents = 0
  const spend = (writes: Iterable<Write>): boolean => {
    budget = writeSome(turn, job, writes, budget)
    return budget > 0
  }
  if (job.folder !== null) {
    if (!spend(writesToEmpty(store, job.folder))) return false
    job.folder = null
  }
  for (;;) {
    const frame = nextFrame(job)
    if (frame === 'done') return true
    if (frame === 'later') return false
    const folder = childFolder(frame.saltedId)
    if (store.count(folder) === 0) {
      if (!spend(writesToRevoke(store, frame))) return false
      job.stack.pop()
      if (frame === job.root) job.root = null
    } else if (job.orphanChildren) {
      if (!spend(writesToOrphan(store, folder))) return false
    } else {
      if (++descents > DESCENTS_A_SLICE) return false
      pushChildren(job, folder, store.listSome(folder, CHILDREN_AT_ONCE))
    }
  }
}

/** What goes next. */
function nextFrame(job: RevokeJob): RevokeFrame | 'done' | 'later' {
  const frame = job.stack.at(-1)
  if (frame !== undefined) return frame
  if (job.root === null) {
    const next = job.roots.next()
    if (next.done === true) return 'done'
    if (next.value === null) return 'later'
    job.root = rootFrame(next.value)
  }
  job.stack.push(job.root)
  return job.root
}

function pushChildren(job: RevokeJob, folder: string, children: readonly string[]): void {
  for (const child of children) job.stack.push({ saltedId: child, indexKey: folder + child })
  if (job.stack.length > REVOKE_FRAMES_MAX) job.stack = job.stack.slice(-REVOKE_FRAMES_MAX / 2)
}

interface Write {
  readonly key: string
  readonly value: StoredValue | null
}

/** Writes until there is nothing left, or the budget is used up. Answers what is left of it. */
function writeSome(turn: Turn, job: RevokeJob, writes: Iterable<Write>, budget: number): number {
  const request: RequestId = job.answers?.open.id ?? OWN_WORK
  let left = budget
  for (const { key, value } of writes) {
    if (left === 0) return 0
    job.wrote = write(turn, request, key, value)
    left -= 1
  }
  return left
}

/** What is left of one token, in the order in which it goes. An index may lead to a token that was never written. */
function* writesToRevoke(store: Store, { saltedId, indexKey }: RevokeFrame): Generator<Write> {
  const entry = store.get<TokenEntry>(tokenKey(saltedId))
  if (entry !== undefined && entry.numUses !== USES_SPENT) {
    yield { key: tokenKey(saltedId), value: { ...entry, numUses: USES_SPENT } }
  }
  yield* writesToEmpty(store, cubbyholeFolder(saltedId))
  const parentKey = entry !== undefined && entry.parent !== '' ? childFolder(entry.parent) + saltedId : indexKey
  const rest = [leaseKey(saltedId), accessorKey(entry?.accessor ?? ''), parentKey, tokenKey(saltedId)]
  for (const key of rest) if (store.has(key)) yield { key, value: null }
}

function* writesToEmpty(store: Store, folder: string): Generator<Write> {
  for (;;) {
    const keys = store.keysUnder(folder, REVOKE_SLICE_WRITES)
    if (keys.length === 0) return
    for (const key of keys) yield { key, value: null }
  }
}

/** Children become orphans before their parent is begun: broken off halfway, the parent lives and nothing is lost. */
function* writesToOrphan(store: Store, folder: string): Generator<Write> {
  for (const child of store.listSome(folder, CHILDREN_AT_ONCE)) {
    const entry = store.get<TokenEntry>(tokenKey(child))
    if (entry !== undefined && entry.parent !== '') yield { key: tokenKey(child), value: { ...entry, parent: '' } }
    yield { key: folder + child, value: null }
  }
}

/** A node that is no longer active may not write: whoever is active now finds the tainted tokens. */
export function abandonRevocations(turn: Turn): void {
  for (const { answers, wrote } of turn.node.revocations.splice(0)) {
    if (answers === null) continue
    answerLater(turn, answers, { kind: 'refused', status: 500, error: LEADERSHIP_LOST }, wrote)
  }
}
