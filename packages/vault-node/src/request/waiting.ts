/**
 * Answers that are ready and may not leave yet.
 * On the active node they wait until a majority has everything that they were executed on (no dirty reads); on a standby,
 * after a forwarded request or an RPC, until its own state has caught up, at most `best_effort_wal_wait_duration`.
 * Always holds: each waits once and leaves once; an unmet index of a request never waits; at most WAITING_MAX of each kind wait.
 * Answers that tell of a write are beside that number: there are no more of them than entries without a majority
 * (`storage-full.ts`), and none is refused after its write was made.
 */

import {
  micros,
  NO_INDEX,
  type Micros,
  type NodeId,
  type Served,
  type VaultReply,
  type WalIndex,
} from '@fourtwelve/protocol'
import type { OpenRequest } from './open-request.ts'
import { errorReply, WAIT_WARNING, withWarning } from './envelope.ts'
import type { PendingCall } from '../peers/calls.ts'
import type { PeerAnswer } from '../peers/peer-message.ts'
import { Queue } from '../queue.ts'
import type { Turn } from '../turn.ts'

/** Replies that may wait at once, of each kind; beyond, a request is answered 503. */
export const WAITING_MAX = 100_000
/** Waits that ended and are still in line for their deadline, beside as many as go on. */
const ENDED_KEPT_MAX = 1_024

export type ReadyAnswer =
  | { readonly kind: 'client'; readonly open: OpenRequest; readonly reply: VaultReply; readonly served: Served }
  | { readonly kind: 'peer'; readonly to: NodeId; readonly call: number; readonly answer: PeerAnswer }

interface CommitWait {
  readonly head: WalIndex
  readonly deadline: Micros
  readonly ready: ReadyAnswer
}

interface StateWait {
  readonly index: WalIndex
  readonly deadline: Micros
  readonly warn: boolean
  readonly open: OpenRequest
  readonly reply: VaultReply
  readonly served: Served
  ended: boolean
}

export interface Waiting {
  readonly commits: Queue<CommitWait>
  /** By index. */
  readonly states: StateWait[]
  /** The same waits by deadline, which is the order in which they came. */
  readonly deadlines: Queue<StateWait>
  /** What this standby has asked of the active node, in order. */
  readonly calls: Map<number, PendingCall>
  nextCall: number
}

export const createWaiting = (): Waiting => ({
  commits: new Queue(),
  states: [],
  deadlines: new Queue(),
  calls: new Map(),
  nextCall: 1,
})

/** When the next wait runs out; null when nothing waits. */
export function nextDeadline(waiting: Waiting): Micros | null {
  let next: Micros | null = waiting.commits.peek()?.deadline ?? null
  const state = waiting.deadlines.peek()
  if (state !== undefined && (next === null || state.deadline < next)) next = state.deadline
  if (waiting.calls.size > 0) {
    for (const { deadline } of waiting.calls.values()) {
      if (next === null || deadline < next) next = deadline
      break // the oldest call has the earliest deadline
    }
  }
  return next
}

/** For an answer that tells nothing of what is stored: it waits for nobody. */
export const answerAtOnce = (turn: Turn, ready: ReadyAnswer): void => leave(turn, ready)

/** On the active node: the answer leaves when a majority has the log as far as it is now. */
export function answerWhenCommitted(turn: Turn, ready: ReadyAnswer): void {
  const { log, waiting, config } = turn.node
  if (log.committed >= log.head || turn.node.role !== 'active') return leave(turn, ready)
  if (waiting.commits.length >= WAITING_MAX && wroteNothing(ready))
    return leave(turn, failed(ready, 503, 'too many requests wait for storage'))
  waiting.commits.push({ head: log.head, deadline: micros(turn.now + config.max_request_duration), ready })
}

const wroteNothing = (ready: ReadyAnswer): boolean =>
  (ready.kind === 'client' ? ready.served.wrote : ready.answer.wrote) === NO_INDEX

/** A majority has everything up to `commit`. */
export function endCommitWaits(turn: Turn, commit: WalIndex): void {
  const { commits } = turn.node.waiting
  for (let next = commits.peek(); next !== undefined && next.head <= commit; next = commits.peek()) {
    commits.take()
    leave(turn, next.ready)
  }
}

/** The node is active no more: whether what waits will be kept, nobody knows. */
export function failCommitWaits(turn: Turn, text: string): void {
  const { commits } = turn.node.waiting
  for (let next = commits.take(); next !== undefined; next = commits.take()) leave(turn, failed(next.ready, 500, text))
}

/** On a standby: the reply leaves when this node's own state has reached `index`, or when the wait runs out. */
export function answerWhenApplied(
  turn: Turn,
  wait: { readonly index: WalIndex; readonly warn: boolean },
  open: OpenRequest,
  reply: VaultReply,
  served: Served,
): void {
  const { log, waiting, config } = turn.node
  const longest = config.replication.best_effort_wal_wait_duration
  if (log.shipped >= wait.index) return leave(turn, { kind: 'client', open, reply, served })
  if (longest <= 0 || waiting.states.length >= WAITING_MAX) return timedOut(turn, { ...wait, open, reply, served })
  const entry: StateWait = { ...wait, open, reply, served, deadline: micros(turn.now + longest), ended: false }
  let slot = waiting.states.length
  while (slot > 0 && (waiting.states[slot - 1]?.index ?? 0) > wait.index) slot -= 1
  waiting.states.splice(slot, 0, entry)
  waiting.deadlines.push(entry)
  if (waiting.deadlines.length > 2 * waiting.states.length + ENDED_KEPT_MAX)
    waiting.deadlines.retain((one) => !one.ended)
}

/** The standby's index state has reached `index`. */
export function endWaitsThrough(turn: Turn, index: WalIndex): void {
  const { states, deadlines } = turn.node.waiting
  let reached = 0
  while (reached < states.length && (states[reached]?.index ?? 0) <= index) reached += 1
  for (const wait of states.splice(0, reached)) {
    wait.ended = true
    leave(turn, { kind: 'client', open: wait.open, reply: wait.reply, served: wait.served })
  }
  while (deadlines.peek()?.ended === true) deadlines.take()
}

/** Ends every wait whose time is over. */
export function endOverdueWaits(turn: Turn): void {
  const { commits, states, deadlines } = turn.node.waiting
  for (let next = commits.peek(); next !== undefined && next.deadline <= turn.now; next = commits.peek()) {
    commits.take()
    leave(turn, failed(next.ready, 500, 'context deadline exceeded'))
  }
  for (let next = deadlines.peek(); next !== undefined && next.deadline <= turn.now; next = deadlines.peek()) {
    deadlines.take()
    if (next.ended) continue
    next.ended = true
    states.splice(states.indexOf(next), 1)
    timedOut(turn, next)
  }
}

function timedOut(
  turn: Turn,
  wait: { readonly warn: boolean; readonly open: OpenRequest; readonly reply: VaultReply; readonly served: Served },
): void {
  const reply = wait.warn ? withWarning(turn, wait.reply, WAIT_WARNING) : wait.reply
  leave(turn, { kind: 'client', open: wait.open, reply, served: { ...wait.served, waitTimedOut: true } })
}

function leave(turn: Turn, ready: ReadyAnswer): void {
  turn.effects.push(
    ready.kind === 'client'
      ? { kind: 'reply', id: ready.open.id, answer: { reply: ready.reply, served: ready.served } }
      : { kind: 'send', to: ready.to, message: { kind: 'answer', call: ready.call, answer: ready.answer } },
  )
}

/** The same answer as an error: whether its writes will survive, nobody knows. The result of a call stays one. */
function failed(ready: ReadyAnswer, status: number, text: string): ReadyAnswer {
  const reply = errorReply(status, [text])
  if (ready.kind === 'client') return { ...ready, reply }
  const { answer } = ready
  const result: PeerAnswer['result'] =
    answer.result.kind === 'reply' ? { kind: 'reply', reply } : { kind: 'refused', status, error: text }
  return { ...ready, answer: { ...answer, result } }
}
