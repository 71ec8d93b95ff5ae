/**
 * From a handler's outcome to the reply that leaves this node.
 * Always holds: X-Vault-Index stands on a successful reply of a request that wrote, and nowhere else (vault-consistency 3.2);
 * a reply that tells of what is stored leaves the active node only when a majority has what it was executed on.
 */

import {
  asGoMap,
  encodeIndexState,
  NO_INDEX,
  walIndex,
  type ForwardCause,
  type Served,
  type VaultReply,
  type WalIndex,
} from '@fourtwelve/protocol'
import type { Outcome } from '../outcome.ts'
import { epochOf } from '../tokens/generation.ts'
import type { RevokeAnswers } from '../tokens/revoke-job.ts'
import { lastWritten, type Turn } from '../turn.ts'
import type { OpenRequest } from './open-request.ts'
import { envelope, errorReply, oneError, type EnvelopeParts } from './envelope.ts'
import { demandedByHeaders } from './state-gate.ts'
import { demandedByToken } from './token-gate.ts'
import { answerAtOnce, answerWhenCommitted, type ReadyAnswer } from './waiting.ts'

/** What an answer needs to know of the path that gives it. */
export interface AnswerShape {
  readonly mountType: string
  readonly inject: boolean
  /** Whether it says X-Vault-Index after a write. */
  readonly indexed: boolean
  /** It tells nothing of what is stored, and cannot wait. */
  readonly atOnce: boolean
}

const BARE: AnswerShape = { mountType: '', inject: false, indexed: true, atOnce: false }

/** Answers a request that this node handled itself. */
export function answer(turn: Turn, open: OpenRequest, outcome: Outcome, shape: AnswerShape = BARE): void {
  const reply = replyOf(turn, outcome, shape)
  if (reply === null) return
  if (shape.atOnce) return answerAtOnce(turn, readyAnswer(turn, open, reply, NO_INDEX))
  // What has no envelope leaves Vault before the index is put on it (vault-consistency 0.G).
  const indexed = shape.indexed && outcome.kind !== 'plain' && outcome.kind !== 'text'
  send(turn, open, indexed ? withIndex(turn, reply, lastWritten(turn)) : reply, lastWritten(turn))
}

/** Answers a request whose work was spread over several turns. `wrote` is the last index that was written for it. */
export function answerLater(turn: Turn, { open, indexed }: RevokeAnswers, outcome: Outcome, wrote: WalIndex): void {
  const reply = replyOf(turn, outcome, BARE)
  if (reply !== null) send(turn, open, indexed ? withIndex(turn, reply, wrote) : reply, wrote)
}

export const answerError = (turn: Turn, open: OpenRequest, status: number, errors: readonly string[]): void =>
  send(turn, open, errorReply(status, errors), lastWritten(turn))

/** Refuses what was judged before anything stored was looked up, and what cannot wait: such an answer waits for no majority (an
 *  unmet index least of all). */
export const refuseAtOnce = (turn: Turn, open: OpenRequest, status: number, errors: readonly string[]): void =>
  answerAtOnce(turn, readyAnswer(turn, open, errorReply(status, errors), lastWritten(turn)))

/** Answers for the active node, which was not asked or did not answer: `cause` is what it was asked for; null when nothing was sent. */
export const answerUnasked = (turn: Turn, open: OpenRequest, reply: VaultReply, cause: ForwardCause | null): void =>
  answerAtOnce(turn, readyAnswer(turn, open, reply, NO_INDEX, cause))

/** Answers what a node says of itself: also while it waits for a majority in vain. */
export function answerOfNode(turn: Turn, open: OpenRequest, outcome: Outcome): void {
  const reply = replyOf(turn, outcome, BARE)
  if (reply !== null) answerAtOnce(turn, readyAnswer(turn, open, reply, NO_INDEX))
}

/** Signs the index state of what was written into a successful reply. */
export function withIndex(turn: Turn, reply: VaultReply, wrote: WalIndex): VaultReply {
  const { node } = turn
  if (wrote === 0 || reply.status >= 400 || node.config.switches.edition === 'community') return reply
  return { ...reply, index: encodeIndexState(turn.crypto, node.cluster, wrote, NO_INDEX) }
}

const send = (turn: Turn, open: OpenRequest, reply: VaultReply, wrote: WalIndex): void =>
  answerWhenCommitted(turn, readyAnswer(turn, open, reply, wrote))

function readyAnswer(
  turn: Turn,
  open: OpenRequest,
  reply: VaultReply,
  wrote: WalIndex,
  forwarded: ForwardCause | null = null,
): ReadyAnswer {
  const { node } = turn
  const facts = ownFacts(turn, open.applied, wrote)
  if (open.origin.kind === 'standby') {
    const answered = { result: { kind: 'reply', reply } as const, ...facts, head: node.log.head }
    return { kind: 'peer', to: open.origin.node, call: open.origin.call, answer: answered }
  }
  return { kind: 'client', open, reply, served: servedFrom(turn, open, facts, forwarded) }
}

/** Who worked on a request, and in which state. */
export type WorkFacts = Pick<Served, 'by' | 'applied' | 'epoch' | 'wrote'>

/** This node did the work, on what was `applied` when it began. */
export const ownFacts = ({ node }: Turn, applied: WalIndex, wrote: WalIndex): WorkFacts => ({
  by: node.id,
  applied,
  epoch: epochOf(node),
  wrote,
})

/** What is told beside the answer to a client of this node. */
export function servedFrom(
  { node, crypto }: Turn,
  open: OpenRequest,
  { by, applied, epoch, wrote }: WorkFacts,
  forwarded: ForwardCause | null,
): Served {
  const { token, index } = open.request
  const required = walIndex(Math.max(demandedByToken(node, crypto, token), demandedByHeaders(node, crypto, index)))
  return {
    node: node.id,
    by,
    applied,
    appliedHere: open.applied,
    required,
    epoch,
    forwarded,
    wrote,
    waitTimedOut: false,
  }
}

/** Null when the reply is not for now. */
export function replyOf(turn: Turn, outcome: Outcome, shape: AnswerShape): VaultReply | null {
  const wrap = (status: number, parts: EnvelopeParts): VaultReply => {
    const body = envelope(turn.crypto, parts, shape.mountType)
    // What is injected into the top level stands there in the order of a Go map.
    return { status, index: null, body: shape.inject && parts.data ? { ...asGoMap(parts.data), ...body } : body }
  }
  switch (outcome.kind) {
    case 'data':
      return wrap(200, { data: outcome.data, warnings: outcome.warnings, leaseDuration: outcome.leaseDuration })
    case 'keys':
      return outcome.keys.length === 0
        ? errorReply(404, [])
        : wrap(200, { data: { ...outcome.data, keys: outcome.keys } })
    case 'done':
      return outcome.warnings === undefined || outcome.warnings.length === 0
        ? { status: 204, index: null, body: null }
        : wrap(200, { warnings: outcome.warnings })
    case 'missing':
      return outcome.data === undefined && outcome.warnings === undefined
        ? errorReply(404, [])
        : wrap(404, { data: outcome.data ?? null, warnings: outcome.warnings })
    case 'auth':
      return wrap(200, { auth: outcome.auth, warnings: outcome.warnings })
    case 'refused':
      return errorReply(
        outcome.status,
        outcome.error === '' ? [] : [outcome.wrapped === true ? oneError(outcome.error) : outcome.error],
      )
    case 'plain':
      return { status: outcome.status, index: null, body: outcome.body }
    case 'text':
      return { status: outcome.status, index: null, body: null, text: { type: outcome.type, body: outcome.text } }
    case 'later':
      return null
    case 'login':
    case 'call-active':
      throw new Error(`an outcome of kind ${outcome.kind} must be finished before it is answered`)
  }
}
