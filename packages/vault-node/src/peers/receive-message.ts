/** What a node does with a message of another. Owns the table from message to handler. */

import type { NodeId } from '@fourtwelve/protocol'
import { receiveStand, receiveVote, takeOver } from '../leadership/election.ts'
import { hearActive, hearStale, hearStandby, thisFar } from '../leadership/follow.ts'
import { heartbeatHeard } from '../leadership/heartbeat.ts'
import { learnCommit } from '../log/apply.ts'
import { isStorageFull, STORAGE_FULL } from '../log/storage-full.ts'
import { actingRole, DR_SECONDARY, hasNoKeys } from '../node-condition.ts'
import type { NodeState } from '../node-state.ts'
import type { OpenRequest } from '../request/open-request.ts'
import { answerError, ownFacts } from '../request/respond.ts'
import { serve } from '../request/serve.ts'
import { lastWritten, type Turn } from '../turn.ts'
import { performCall } from './active-call.ts'
import { ACTIVE_UNKNOWN, loseCall, receiveAnswer } from './calls.ts'
import type { ActiveResult, PeerMessage } from './peer-message.ts'
import { receiveEntries, receiveSnapshot, standbyJoined, standbyReceived } from './replicate.ts'
import { answerAtOnce, answerWhenCommitted } from '../request/waiting.ts'

export function receiveMessage(turn: Turn, from: NodeId, message: PeerMessage): void {
  switch (message.kind) {
    case 'append':
    case 'commit':
    case 'snapshot':
    case 'how-far':
    case 'heartbeat':
    case 'take-over':
      return hearActive(turn, from, message.term) ? obeyActive(turn, from, message) : undefined
    case 'this-far':
      return hearStandby(turn, message.term) ? standbyJoined(turn, from, message) : undefined
    case 'received':
      return hearStandby(turn, message.term) ? standbyReceived(turn, from, message.received) : undefined
    case 'heartbeat-heard':
      return hearStandby(turn, message.term) ? heartbeatHeard(turn, from, message.sentAt) : undefined
    case 'stand':
      return receiveStand(turn, from, message)
    case 'vote':
      return receiveVote(turn, from, message)
    case 'stale':
      return hearStale(turn, message.term)
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

type FromActive = MessageOf<'append' | 'commit' | 'snapshot' | 'how-far' | 'heartbeat' | 'take-over'>

function obeyActive(turn: Turn, from: NodeId, message: FromActive): void {
  const { node, effects } = turn
  switch (message.kind) {
    case 'append':
      receiveEntries(turn, message.after, message.entries)
      return learnCommit(turn, message.commit, message.commitTime)
    case 'commit':
      return learnCommit(turn, message.commit, message.commitTime)
    case 'snapshot':
      return receiveSnapshot(turn, message.snapshot)
    case 'how-far':
      return void effects.push({ kind: 'send', to: from, message: thisFar(turn) })
    case 'heartbeat': {
      const { sentAt } = message
      return void effects.push({
        kind: 'send',
        to: from,
        message: { kind: 'heartbeat-heard', term: node.term, sentAt },
      })
    }
    case 'take-over':
      return takeOver(turn)
  }
}

/** A standby sends a request on. A node that is not active sends none any further: two that take each other for active would
 *  never end it. */
function receiveForwarded(turn: Turn, from: NodeId, { id, call, request }: MessageOf<'forward'>): void {
  const { node } = turn
  const forwarded: OpenRequest = {
    id,
    request,
    applied: node.log.shipped,
    origin: { kind: 'standby', node: from, call },
  }
  if (actingRole(node) === 'active') serve(turn, forwarded)
  else answerError(turn, forwarded, 500, [ACTIVE_UNKNOWN])
}

function receiveCall(turn: Turn, from: NodeId, { id, call, what }: MessageOf<'call'>): void {
  const { node } = turn
  const applied = node.log.head
  const refusal = refusalOfCalls(node)
  const result = refusal ?? performCall(turn, id, what)
  const answer = { result, ...ownFacts(turn, applied, lastWritten(turn)), head: node.log.head }
  const ready = { kind: 'peer', to: from, call, answer } as const
  if (refusal === null) answerWhenCommitted(turn, ready)
  else answerAtOnce(turn, ready)
}

function refusalOfCalls(node: NodeState): ActiveResult | null {
  if (actingRole(node) !== 'active') return NOT_ACTIVE
  if (node.condition === 'dr-secondary') return REFUSED_BY_DR_SECONDARY
  return isStorageFull(node) ? REFUSED_BY_STORAGE : null
}

type MessageOf<K extends PeerMessage['kind']> = Extract<PeerMessage, { readonly kind: K }>

const REFUSED_BY_DR_SECONDARY: ActiveResult = { kind: 'refused', ...DR_SECONDARY }
const REFUSED_BY_STORAGE: ActiveResult = { kind: 'refused', ...STORAGE_FULL }
const NOT_ACTIVE: ActiveResult = { kind: 'refused', status: 500, error: 'internal error', wrapped: true }
