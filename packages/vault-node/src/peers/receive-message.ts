/** What a node does with a message of another. Owns the table from message to handler. */

import { walIndex, type NodeId } from '@fourtwelve/protocol'
import { learnCommit } from '../log/apply.ts'
import { serve } from '../request/serve.ts'
import { lastWritten, type Turn } from '../turn.ts'
import { performCall } from './active-call.ts'
import { receiveAnswer } from './calls.ts'
import type { PeerMessage } from './peer-message.ts'
import { receiveEntries, receiveSnapshot, standbyReceived } from './replicate.ts'
import { answerWhenCommitted } from '../request/waiting.ts'
import { epochOf } from '../tokens/generation.ts'

export function receiveMessage(turn: Turn, from: NodeId, message: PeerMessage): void {
  const { node } = turn
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
      return serve(turn, {
        id: message.id,
        request: message.request,
        applied: node.log.shipped,
        origin: { kind: 'standby', node: from, call: message.call },
      })
    case 'call': {
      const applied = walIndex(node.log.head)
      const result = performCall(turn, message.id, message.what)
      return answerWhenCommitted(turn, {
        kind: 'peer',
        to: from,
        call: message.call,
        answer: { result, by: node.id, applied, epoch: epochOf(node), wrote: lastWritten(turn), head: node.log.head },
      })
    }
  }
}
