/**
 * A node becomes active.
 * Always holds: its whole log is its state from here on; the first thing that it writes is an entry of its own term, because only such
 * an entry makes the ones before it committed; what its predecessor had begun to revoke, it revokes to the end.
 */

import { micros, NO_INDEX } from '@fourtwelve/protocol'
import { OWN_WORK } from '../event.ts'
import { applyAll } from '../log/apply.ts'
import { deriveAll } from '../log/derived-state.ts'
import { failCalls } from '../peers/calls.ts'
import { TOKEN_FOLDER, LEADER_KEY } from '../storage-keys.ts'
import { queueRevocation } from '../tokens/revoke-job.ts'
import { USES_SPENT, type TokenEntry } from '../tokens/token-entry.ts'
import { tellWritten, write, type Turn } from '../turn.ts'
import { beat } from './heartbeat.ts'

export function becomeActive(turn: Turn): void {
  const { node, now, effects } = turn
  const { leadership, log } = node
  failCalls(turn)
  node.role = 'active'
  node.active = node.id
  node.activeSince = now
  leadership.stage = 'settled'
  leadership.isCatchingUp = false
  leadership.isStateUnknown = false
  log.matched = log.head
  applyAll(turn)
  deriveAll(node)
  reviveRevocations(turn)
  effects.push({ kind: 'lead', term: node.term, index: log.head })
  for (const peer of node.peers.values()) {
    peer.isHeard = false
    peer.snapshot = null
    peer.sent = NO_INDEX
    peer.received = NO_INDEX
    // Most of them voted, no earlier than they were asked.
    peer.heardAt = leadership.askedAt
    if (peer.connected) effects.push({ kind: 'send', to: peer.id, message: { kind: 'how-far', term: node.term } })
  }
  leadership.leaseEnd = micros(leadership.askedAt + node.config.election_timeout / 2)
  beat(turn)
  leadership.begins = write(turn, OWN_WORK, LEADER_KEY, { node: node.id, term: node.term })
  tellWritten(turn, effects.length)
}

/** A revocation that was begun is found by its taint (`revoke-job.ts`). */
function reviveRevocations({ node }: Turn): void {
  for (const [key, value] of node.store.entries()) {
    if (key.startsWith(TOKEN_FOLDER) && (value as TokenEntry).numUses === USES_SPENT)
      queueRevocation(node, (value as TokenEntry).saltedId)
  }
}
