/**
 * A node that comes back from its disk.
 * Always holds: it is nobody's active node and follows nobody until it has heard who leads; it sees what it received and knows to be
 * committed, and serves no read before the active node told it the rest; it does not vote again in a term in which it voted.
 */

import {
  micros,
  term as asTerm,
  walIndex,
  type CryptoPort,
  type Micros,
  type StoredValue,
  type Term,
  type WalEntry,
  type WalIndex,
} from '@fourtwelve/protocol'
import { awaitActive, type Ballot } from './leadership/leadership.ts'
import { applyHeld } from './log/apply.ts'
import { append, headTerm } from './log/log.ts'
import { createNode, type NodeOptions, type NodeState } from './node-state.ts'

/** What the disk held. */
export interface Recovered {
  /** A checkpoint: every key as it was at `index`, or as a later entry of `entries` that is committed left it. */
  readonly values: Iterable<readonly [string, StoredValue]>
  readonly index: WalIndex
  /** Of the entry at `index`. */
  readonly term: Term
  /** The chain of digests at `index`. */
  readonly chain: number
  /** The log behind the checkpoint, without a gap. */
  readonly entries: readonly WalEntry[]
  /** The last index that this node knew to be committed, and its own, when it last wrote that down. */
  readonly committed: WalIndex
  /** Null when it never voted. */
  readonly ballot: Ballot | null
}

export interface RecoverOptions extends Omit<NodeOptions, 'active'> {
  /** All nodes begin together, so that nobody counts on what this one heard before. */
  readonly allBegin?: boolean
}

export function recoverNode(options: RecoverOptions, recovered: Recovered, now: Micros, crypto: CryptoPort): NodeState {
  const node = createNode({ ...options, active: null })
  const { leadership, log } = node
  node.store.replaceBy(recovered.values)
  log.first = walIndex(recovered.index + 1)
  log.termBefore = recovered.term
  log.head = recovered.index
  log.applied = recovered.index
  log.shipped = recovered.index
  log.due = recovered.index
  log.chain = recovered.chain
  for (const entry of recovered.entries) append(log, entry)
  log.received = log.head
  applyHeld(node, walIndex(Math.min(log.head, Math.max(recovered.committed, recovered.index))), now, crypto)
  for (const peer of node.peers.values()) {
    peer.connected = false
    peer.isHeard = false
  }
  node.term = asTerm(Math.max(options.term, recovered.ballot?.term ?? 0, headTerm(log)))
  leadership.votedFor = recovered.ballot?.term === node.term ? recovered.ballot.votedFor : null
  leadership.isCatchingUp = true
  // Alone it has nobody to wait for.
  const isAlone = node.nodes.length === 1
  const isBound = !isAlone && options.allBegin !== true
  if (isBound) leadership.promisedUntil = micros(now + options.config.election_timeout / 2)
  leadership.restsUntil = leadership.promisedUntil
  awaitActive(node, now)
  if (isAlone) leadership.deadline = leadership.heardAt
  // An answer to a call of before the restart may still come: no call may have its number again. None is made a microsecond.
  node.waiting.nextCall = now
  return node
}
