/**
 * The node: `step(node, event, now, crypto) -> effects`.
 * Owns the table from event to handler. Always holds: synchronous; no clock, no I/O, no chance but by arguments; the same
 * state, event, time and crypto give the same effects. Effects are in the order in which they must be performed.
 */

import type { CryptoPort, Micros } from '@fourtwelve/protocol'
import type { Effect } from './effect.ts'
import type { NodeEvent } from './event.ts'
import type { NodeState } from './node-state.ts'
import { beginTurn, endTurn, type Turn } from './turn.ts'
import { receiveRequest } from './request/receive.ts'
import { receiveMessage } from './peers/receive-message.ts'
import { connect, disconnect } from './peers/connection.ts'
import { entriesFlushed } from './peers/replicate.ts'
import { applyThrough } from './log/apply.ts'
import { standWhenOverdue } from './leadership/election.ts'
import { beatWhenDue, resignWithoutLease } from './leadership/heartbeat.ts'
import { stepDown } from './leadership/resign.ts'
import { continueRevocations } from './tokens/revoke-tree.ts'
import { revokeExpired } from './tokens/revoke-expired.ts'
import { endOverdueCalls, loseCall } from './peers/calls.ts'
import { endOverdueWaits } from './request/waiting.ts'

export function step(node: NodeState, event: NodeEvent, now: Micros, crypto: CryptoPort): readonly Effect[] {
  const turn = beginTurn(node, now, crypto)
  if (event.kind !== 'clock') resignWithoutLease(turn)
  handle(turn, event)
  if (node.stepsDown) {
    node.stepsDown = false
    stepDown(turn)
  }
  return endTurn(turn)
}

function handle(turn: Turn, event: NodeEvent): void {
  switch (event.kind) {
    case 'request':
      return receiveRequest(turn, event.id, event.request)
    case 'message':
      return receiveMessage(turn, event.from, event.message)
    case 'flushed':
      return entriesFlushed(turn, event.through)
    case 'apply':
      return applyThrough(turn, event.through)
    case 'timer':
      turn.node.wakeAt = null
      endOverdueWaits(turn)
      endOverdueCalls(turn)
      beatWhenDue(turn)
      standWhenOverdue(turn)
      return revokeExpired(turn)
    case 'continue':
      return continueRevocations(turn)
    case 'call-lost':
      return loseCall(turn, event.call)
    case 'connected':
      return connect(turn, event.peer)
    case 'disconnected':
      return disconnect(turn, event.peer)
    case 'clock':
      turn.node.clockSkew = event.skew
      // What it waits for by its clock comes sooner or later now.
      turn.node.wakeAt = null
      return
    case 'step-down':
      return stepDown(turn)
    case 'shipper-buffer':
      turn.node.shipperBuffer = event.entries ?? turn.node.config.replication.logshipper_buffer_length
      return
    case 'condition':
      turn.node.condition = event.condition
  }
}
