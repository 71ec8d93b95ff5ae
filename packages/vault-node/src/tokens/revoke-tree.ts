/**
 * Revocation with the tree below: leaf first, one token at a time, in slices (vault-http-api 2.7).
 * Always holds: a token is dead from its taint, which is the first write of its own revocation; a token with children is not
 * begun; the answer leaves after the last write; at most REVOKE_SLICE_WRITES a turn and job.
 */

import type { StoredValue } from '@fourtwelve/protocol'
import { OWN_WORK, type RequestId } from '../event.ts'
import type { Store } from '../log/store.ts'
import type { Call } from '../request/call.ts'
import { answerLater } from '../request/respond.ts'
import { accessorKey, childFolder, cubbyholeFolder, leaseKey, tokenKey } from '../storage-keys.ts'
import { write, type Turn } from '../turn.ts'
import { createRevokeJob, type RevokeFrame, type RevokeJob } from './revoke-job.ts'
import { USES_SPENT, type TokenEntry } from './token-entry.ts'

/** Writes of one slice: about twenty tokens. */
const REVOKE_SLICE_WRITES = 128

export interface Revocation {
  readonly salted: string
  /** Children become orphans; else they are revoked before their parent. */
  readonly orphanChildren: boolean
  /** Answered with 204 when all is done; null for the node's own work. */
  readonly call: Call | null
}

/** Begins a revocation on the active node. A small one is over when this returns; the rest goes on with `continue`. */
export function startRevocation(turn: Turn, { salted, orphanChildren, call }: Revocation): void {
  goOn(turn, createRevokeJob(salted, orphanChildren, call))
}

/** One slice of the revocation whose turn it is; the others wait, so that a large tree does not hold up a small one. */
export function continueRevocations(turn: Turn): void {
  const { node } = turn
  if (node.role !== 'active') return abandon(turn)
  const job = node.revocations.shift()
  if (job !== undefined) goOn(turn, job)
}

function goOn(turn: Turn, job: RevokeJob): void {
  workOn(turn, job)
  if (job.stack.length > 0) turn.node.revocations.push(job)
  else if (job.call !== null) answerLater(turn, job.call, { kind: 'done' })
}

function workOn(turn: Turn, job: RevokeJob): void {
  const { store } = turn.node
  const request = job.call?.id ?? OWN_WORK
  let budget = REVOKE_SLICE_WRITES
  for (let frame = job.stack.at(-1); frame !== undefined && budget > 0; frame = job.stack.at(-1)) {
    const folder = childFolder(frame.saltedId)
    if (store.count(folder) === 0) {
      budget = writeSome(turn, request, writesToRevoke(store, frame), budget)
      if (budget > 0) job.stack.pop()
    } else if (job.orphanChildren) budget = writeSome(turn, request, writesToOrphan(store, folder), budget)
    else for (const child of store.list(folder)) job.stack.push({ saltedId: child, indexKey: folder + child })
  }
}

interface Write {
  readonly key: string
  readonly value: StoredValue | null
}

/** Writes until there is nothing left, or the budget is used up. Answers what is left of it. */
function writeSome(turn: Turn, request: RequestId, writes: Iterable<Write>, budget: number): number {
  let left = budget
  for (const { key, value } of writes) {
    if (left === 0) return 0
    write(turn, request, key, value)
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
  for (const key of keysUnder(store, cubbyholeFolder(saltedId))) yield { key, value: null }
  const parentKey = entry !== undefined && entry.parent !== '' ? childFolder(entry.parent) + saltedId : indexKey
  const rest = [leaseKey(saltedId), accessorKey(entry?.accessor ?? ''), parentKey, tokenKey(saltedId)]
  for (const key of rest) if (store.has(key)) yield { key, value: null }
}

/** Children become orphans before their parent is begun: broken off halfway, the parent lives and nothing is lost. */
function* writesToOrphan(store: Store, folder: string): Generator<Write> {
  for (const child of store.list(folder)) {
    const entry = store.get<TokenEntry>(tokenKey(child))
    if (entry !== undefined && entry.parent !== '') yield { key: tokenKey(child), value: { ...entry, parent: '' } }
    yield { key: folder + child, value: null }
  }
}

function* keysUnder(store: Store, folder: string): Generator<string> {
  for (const name of store.list(folder)) {
    if (name.endsWith('/')) yield* keysUnder(store, folder + name)
    else yield folder + name
  }
}

/** A node that is no longer active may not write: whoever is active now finds the tainted tokens. */
function abandon(turn: Turn): void {
  for (const job of turn.node.revocations.splice(0)) {
    if (job.call === null) continue
    answerLater(turn, job.call, {
      kind: 'refused',
      status: 500,
      error: 'active context canceled after getting state lock',
    })
  }
}
