/** What a node does with a message of another. Owns the table from message to handler. */

import { walIndex, type NodeId } from '@fourtwelve/protocol'
import { learnCommit } from '../log/apply.ts'
import { actingRole, DR_SECONDARY, hasNoKeys } from '../node-condition.ts'
import type { Call } from '../request/call.ts'
import { answerError } from '../request/respond.ts'
import { serve } from '../request/serve.ts'
import { lastWritten, type Turn } from '../turn.ts'
import { performCall } from './active-call.ts'
import { ACTIVE_UNKNOWN, loseCall, receiveAnswer } from './calls.ts'
import type { ActiveResult, PeerMessage } from './peer-message.ts'
import { receiveEntries, receiveSnapshot, standbyReceived } from './replicate.ts'
import { answerWhenCommitted } from '../request/waiting.ts'
import { epochOf } from '../tokens/generation.ts'

export function receiveMessage(turn: Turn, from: NodeId, message: PeerMessage): void {
  switch (message.kind) {
    case 'append':
      receiveEntries(turn, message.entries)
      return learnCommit(turn, message.commit, message.commitTime)
    case 'commit':
      return learnCommit(turn, message.commit, message.commitTime)
    case 'snapshot':
      return receiveSnapshot(turn, message.snapshot)
    case 'received':
      return standbyReceived(turn, from, message.received)
    case 'answer':
      return receiveAnswer(turn, message.call, message.answer)
    case 'decline':
      return loseCall(turn, message.call)
    case 'forward':
    case 'call':
      // Without its keys a node listens to nobody: what comes is lost.
      if (hasNoKeys(turn.node))
        return void turn.effects.push({ kind: 'send', to: from, message: { kind: 'decline', call: message.call } })
      return message.kind === 'forward' ? receiveForwarded(turn, from, message) : receiveCall(turn, from, message)
  }
}

/** A standby sends a request on. A node that is not active sends none any further: two that take each other for active would
 *  never end it. */
function receiveForwarded(turn: Turn, from: NodeId, { id, call, request }: MessageOf<'forward'>): void {
  const { node } = turn
  const forwarded: Call = { id, request, applied: node.log.shipped, origin: { kind: 'standby', node: from, call } }
  if (actingRole(node) === 'active') serve(turn, forwarded)
  else answerError(turn, forwarded, 500, [ACTIVE_UNKNOWN])
}

function receiveCall(turn: Turn, from: NodeId, { id, call, what }: MessageOf<'call'>): void {
  const { node } = turn
  const applied = walIndex(node.log.head)
  const result =
    actingRole(node) !== 'active'
      ? NOT_ACTIVE
      : node.condition === 'dr-secondary'
        ? REFUSED_BY_DR_SECONDARY
        : performCall(turn, id, what)
  const facts = { by: node.id, applied, epoch: epochOf(node), wrote: lastWritten(turn), head: node.log.head }
  answerWhenCommitted(turn, { kind: 'peer', to: from, call, answer: { result, ...facts } })
}

type MessageOf<K extends PeerMessage['kind']> = Extract<PeerMessage, { readonly kind: K }>

const REFUSED_BY_DR_SECONDARY: ActiveResult = { kind: 'refused', ...DR_SECONDARY }
const NOT_ACTIVE: ActiveResult = { kind: 'refused', status: 500, error: 'internal error', wrapped: true }
