/** What a node does with a message of another. Owns the table from message to handler. */

import { walIndex, type NodeId } from '@fourtwelve/protocol'
import { learnCommit } from '../log/apply.ts'
import type { Call } from '../request/call.ts'
import { answerError } from '../request/respond.ts'
import { serve } from '../request/serve.ts'
import { lastWritten, type Turn } from '../turn.ts'
import { performCall } from './active-call.ts'
import { ACTIVE_UNKNOWN, receiveAnswer } from './calls.ts'
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
    case 'forward':
      return receiveForwarded(turn, from, message)
    case 'call':
      return receiveCall(turn, from, message)
  }
}

/** A standby sends a request on. A node that is not active sends none any further: two that take each other for active would
 *  never end it. */
function receiveForwarded(turn: Turn, from: NodeId, { id, call, request }: MessageOf<'forward'>): void {
  const { node } = turn
  const forwarded: Call = { id, request, applied: node.log.shipped, origin: { kind: 'standby', node: from, call } }
  if (node.role === 'active') serve(turn, forwarded)
  else answerError(turn, forwarded, 500, [ACTIVE_UNKNOWN])
}

function receiveCall(turn: Turn, from: NodeId, { id, call, what }: MessageOf<'call'>): void {
  const { node } = turn
  const applied = walIndex(node.log.head)
  const result = node.role === 'active' ? performCall(turn, id, what) : NOT_ACTIVE
  const facts = { by: node.id, applied, epoch: epochOf(node), wrote: lastWritten(turn), head: node.log.head }
  answerWhenCommitted(turn, { kind: 'peer', to: from, call, answer: { result, ...facts } })
}

type MessageOf<K extends PeerMessage['kind']> = Extract<PeerMessage, { readonly kind: K }>

const NOT_ACTIVE: ActiveResult = { kind: 'refused', status: 500, error: 'internal error', wrapped: true }
