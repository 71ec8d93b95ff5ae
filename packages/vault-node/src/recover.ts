/**
 * A node that comes back from its disk.
 * Always holds: a standby sees all that it received and knows to be committed; the active node sees its whole log, because it
 * executed requests on it; no link is made until the runtime says so, and then both ends say how far they are.
 */

import type { CryptoPort, Micros, StoredValue, WalEntry, WalIndex } from '@fourtwelve/protocol'
import { walIndex } from '@fourtwelve/protocol'
import { applyHeld } from './log/apply.ts'
import { append } from './log/log.ts'
import { deriveAll } from './log/derived-state.ts'
import { createNode, type NodeOptions, type NodeState } from './node-state.ts'
import { quorum } from './peers/replicate.ts'

/** What the disk held. */
export interface Recovered {
  /** A checkpoint: every key as it was at `index`, or as a later entry of `entries` left it. */
  readonly values: Iterable<readonly [string, StoredValue]>
  readonly index: WalIndex
  /** The chain of digests at `index`. */
  readonly chain: number
  /** The log behind the checkpoint, without a gap. */
  readonly entries: readonly WalEntry[]
  /** The last index that this node knew to be committed when it last wrote that down. */
  readonly committed: WalIndex
}

export function recoverNode(options: NodeOptions, recovered: Recovered, now: Micros, crypto: CryptoPort): NodeState {
  const node = createNode(options)
  const { role, log } = node
  node.store.replaceBy(recovered.values)
  log.first = walIndex(recovered.index + 1)
  log.head = recovered.index
  log.applied = recovered.index
  log.shipped = recovered.index
  log.due = recovered.index
  log.chain = recovered.chain
  for (const entry of recovered.entries) append(log, entry)
  log.received = log.head
  log.committed = recovered.index
  const seen =
    role === 'active' ? log.head : walIndex(Math.min(log.head, Math.max(recovered.committed, recovered.index)))
  const held = [...log.entries]
  applyHeld(node, seen, now, crypto)
  for (const peer of node.peers.values()) {
    peer.connected = false
    peer.isHeard = false
  }
  // An answer to a call of before the restart may still come: no call may have its number again. None is made a microsecond.
  node.waiting.nextCall = now
  if (role === 'active') becomeActiveAgain(node, recovered, held, now)
  return node
}

/** What the active node has beside the store: the log for its standbys, and when leases end. */
function becomeActiveAgain(node: NodeState, { index, committed }: Recovered, held: WalEntry[], now: Micros): void {
  const { log } = node
  node.activeSince = now
  log.entries = held
  log.forgotten = 0
  log.first = walIndex(index + 1)
  // A checkpoint may hold what no majority has yet: only standbys can say how far it is.
  log.committed = quorum(node.nodes.length) === 1 ? log.received : committed
  deriveAll(node)
}
