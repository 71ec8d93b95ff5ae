/**
 * What a standby asks of the active node, and what becomes of the answer.
 * Always holds: every call ends once: by its answer, by the loss of the link, or by `max_request_duration`; whether a call
 * that was lost was carried out, nobody here knows.
 */

import {
  micros,
  NO_INDEX,
  type ForwardCause,
  type Micros,
  type NodeId,
  type VaultReply,
  type WalIndex,
} from '@fourtwelve/protocol'
import { actingRole, knownActive } from '../node-condition.ts'
import type { Outcome } from '../outcome.ts'
import type { OpenRequest } from '../request/open-request.ts'
import { errorReply, oneError } from '../request/envelope.ts'
import { answerUnasked, ownFacts, replyOf, servedFrom, withIndex, type AnswerShape } from '../request/respond.ts'
import { answerWhenApplied, WAITING_MAX } from '../request/waiting.ts'
import type { LoginDraft } from '../tokens/login-draft.ts'
import { sealLogin } from '../tokens/register-login.ts'
import type { Turn } from '../turn.ts'
import type { ActiveCall, ActiveResult, PeerAnswer, PeerMessage } from './peer-message.ts'
import { outcomeOf } from './result-outcome.ts'

export interface PendingCall {
  readonly open: OpenRequest
  readonly deadline: Micros
  readonly after: AfterAnswer
}

/** What to do with the answer. */
type AfterAnswer =
  /** The whole request was forwarded. `silent` waits for the active node's log head and tells nobody when it ran out of
   *  time; `warn` waits for the request's own writes and says so (vault-consistency 4.3, 4.4). */
  { readonly kind: 'relay'; readonly cause: ForwardCause; readonly wait: 'silent' | 'warn' } | AfterCall

/** Only a part was asked for. */
export type AfterCall =
  /** An RPC gave an `auth` block. */
  | { readonly kind: 'auth'; readonly shape: AnswerShape; readonly warnings: readonly string[] }
  /** An RPC gave an entity: now the batch token can be sealed here. */
  | {
      readonly kind: 'seal-login'
      readonly shape: AnswerShape
      readonly draft: LoginDraft
      readonly warnings: readonly string[]
    }
  /** An RPC is done: the outcome was fixed before. */
  | { readonly kind: 'answer'; readonly shape: AnswerShape; readonly outcome: Outcome }

export const ACTIVE_UNKNOWN = 'local node not active but active cluster node not found'

/**
 * Sends a whole request to the active node. A client may forbid that with X-Vault-No-Request-Forwarding, and is told where to
 * go itself; what a standby finds out only at its storage (`warn`), it forwards all the same (vault-consistency 3.4).
 */
export function forward(turn: Turn, open: OpenRequest, cause: ForwardCause, wait: 'silent' | 'warn'): void {
  const active = knownActive(turn.node)
  if (active === null) return answerUnasked(turn, open, errorReply(500, [ACTIVE_UNKNOWN]), null)
  if (wait === 'silent' && open.request.noForwarding) return answerUnasked(turn, open, redirectTo(active), null)
  ask(turn, open, { kind: 'relay', cause, wait }, (id) => ({
    kind: 'forward',
    call: id,
    id: open.id,
    request: open.request,
  }))
}

/** Sends the part that only the active node can do. */
export function callActive(turn: Turn, open: OpenRequest, what: ActiveCall, after: AfterCall): void {
  ask(turn, open, after, (id) => ({ kind: 'call', call: id, id: open.id, what }))
}

function ask(turn: Turn, open: OpenRequest, after: AfterAnswer, question: (id: number) => PeerMessage): void {
  const { node } = turn
  const { active, waiting } = node
  const deadline = micros(turn.now + node.config.max_request_duration)
  // What is not sent has no cause of forwarding: laws and clients may rely on nobody else having seen it.
  if (active === null || node.peers.get(active)?.connected !== true)
    return answerUnasked(turn, open, failureReply(turn, after), null)
  if (waiting.calls.size >= WAITING_MAX)
    return answerUnasked(turn, open, errorReply(503, ['too many requests wait for the active node']), null)
  const id = waiting.nextCall++
  waiting.calls.set(id, { open, deadline, after })
  turn.effects.push({ kind: 'send', to: active, message: question(id) })
}

/** The active node has answered. */
export function receiveAnswer(turn: Turn, id: number, answer: PeerAnswer): void {
  const pending = turn.node.waiting.calls.get(id)
  if (pending === undefined) return // it was given up before
  turn.node.waiting.calls.delete(id)
  const { open, after } = pending
  if (after.kind === 'relay') return relay(turn, open, after, answer)
  const { result } = answer
  if (result.kind === 'reply') {
    throw new Error(
      `${turn.node.id} called for ${after.kind} and was relayed a reply: receiveCall must answer a call, under its own number`,
    )
  }
  rpcReply(turn, open, replyOf(turn, outcomeAfter(turn, after, result), after.shape), answer)
}

/** What the client is answered when the active node's part has come to this result. */
export function outcomeAfter(turn: Turn, after: AfterCall, result: ActiveResult): Outcome {
  if (after.kind === 'answer') return after.outcome
  if (after.kind === 'seal-login' && result.kind === 'entity') {
    return outcomeOf(sealLogin(turn, after.draft, result.entityId), after.warnings)
  }
  return outcomeOf(result, after.warnings)
}

function relay(
  turn: Turn,
  open: OpenRequest,
  after: Extract<AfterAnswer, { kind: 'relay' }>,
  answer: PeerAnswer,
): void {
  if (answer.result.kind !== 'reply') {
    const what = `${open.request.method} ${open.request.path}`
    throw new Error(
      `${answer.by} answered ${answer.result.kind} to the forwarded ${what}: receiveForwarded must answer it with a reply`,
    )
  }
  const { reply } = answer.result
  const served = servedFrom(turn, open, answer, after.cause)
  const { config } = turn.node
  // A plain standby has no state that anybody reads, so it waits for none (vault-consistency 4.3).
  const waits =
    actingRole(turn.node) === 'performance-standby' &&
    (after.wait === 'warn' || config.switches.forwarded_reply_wait === 'on')
  const index = waits ? waitedFor(reply, after.wait === 'warn' ? answer.wrote : answer.head) : NO_INDEX
  answerWhenApplied(turn, { index, warn: after.wait === 'warn' }, open, reply, served)
}

/** After an internal error nobody knows whether there will be anything to wait for. */
const waitedFor = (reply: VaultReply, index: WalIndex): WalIndex => (reply.status >= 500 ? NO_INDEX : index)

/** The request itself was handled here; only its writes were made on the active node. */
function rpcReply(turn: Turn, open: OpenRequest, reply: VaultReply | null, answer: PeerAnswer): void {
  if (reply === null) {
    const what = `${open.request.method} ${open.request.path}`
    throw new Error(
      `the call for ${what} came to no reply: give its outcome \`call-active\` an answer that is not \`later\``,
    )
  }
  const served = servedFrom(turn, open, ownFacts(turn, open.applied, answer.wrote), 'rpc')
  const index = waitedFor(reply, answer.wrote)
  answerWhenApplied(turn, { index, warn: true }, open, withIndex(turn, reply, answer.wrote), served)
}

/** The link to the active node broke: everything that was asked is lost. */
export function failCalls(turn: Turn): void {
  const { calls } = turn.node.waiting
  const lost = [...calls.values()]
  calls.clear()
  for (const pending of lost) fail(turn, pending)
}

/** One call will not be answered. */
export function loseCall(turn: Turn, id: number): void {
  const { calls } = turn.node.waiting
  const pending = calls.get(id)
  if (pending === undefined) return
  calls.delete(id)
  fail(turn, pending)
}

export function endOverdueCalls(turn: Turn): void {
  const { calls } = turn.node.waiting
  for (const [id, pending] of calls) {
    if (pending.deadline > turn.now) return
    calls.delete(id)
    answerUnasked(turn, pending.open, errorReply(500, ['context deadline exceeded']), causeOf(pending.after))
  }
}

/** It was sent, and nobody knows whether it was carried out: the answer keeps the cause. */
const fail = (turn: Turn, { open, after }: PendingCall): void =>
  answerUnasked(turn, open, failureReply(turn, after), causeOf(after))

/** A forward that fails sends the client to the active node itself; an RPC that fails is an internal error
 *  (vault-http-api 8, "Failure surface"). */
function failureReply({ node: { active } }: Turn, after: AfterAnswer): VaultReply {
  return after.kind === 'relay' && active !== null ? redirectTo(active) : errorReply(500, [oneError('internal error')])
}

const redirectTo = (active: NodeId): VaultReply => ({ status: 307, index: null, body: null, redirectTo: active })

const causeOf = (after: AfterAnswer): ForwardCause => (after.kind === 'relay' ? after.cause : 'rpc')
