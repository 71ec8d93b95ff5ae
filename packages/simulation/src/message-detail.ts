/** What of a message goes into the fingerprint. */

import type { PeerMessage } from '@fourtwelve/vault-node'

export function messageDetail(message: PeerMessage): number {
  switch (message.kind) {
    case 'append':
      return message.entries.at(-1)?.digest ?? message.commit
    case 'commit':
      return message.commit
    case 'snapshot':
      return message.snapshot.chain
    case 'this-far':
    case 'received':
      return message.received
    case 'how-far':
      return 0
    case 'forward':
    case 'call':
      return message.id
    case 'answer':
    case 'decline':
      return message.call
    case 'heartbeat':
    case 'heartbeat-heard':
    case 'take-over':
    case 'stale':
      return message.term
    case 'stand':
      return message.term * 4 + (message.trial ? 2 : 0) + (message.transfer ? 1 : 0)
    case 'vote':
      return message.term * 4 + (message.trial ? 2 : 0) + (message.granted ? 1 : 0)
  }
}
