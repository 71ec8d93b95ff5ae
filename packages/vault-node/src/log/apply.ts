/**
 * A standby makes entries visible.
 * Always holds: in the order of the log, without a gap, never beyond what is received here and known to be committed;
 * derived state is in step before the index moves, so nobody sees an index whose effects are not there yet.
 */

import { walIndex, type CryptoPort, type Micros, type WalIndex } from '@fourtwelve/protocol'
import { OWN_WORK } from '../event.ts'
import { roleOfStandby, type NodeState } from '../node-state.ts'
import { endWaitsThrough } from '../request/waiting.ts'
import { beginTurn, type Turn } from '../turn.ts'
import { noteChange } from './derived-state.ts'
import { chainAfter, entriesBetween, forget, termAt } from './log.ts'

/** The standby learns how far a majority is. Over raft the link's lag comes before apply; over Consul-like storage reads see
 *  the write at once, and only the index state lags (DESIGN section 8). */
export function learnCommit(turn: Turn, through: WalIndex, commitTime: Micros): void {
  const { log } = turn.node
  if (through <= log.committed) return
  log.committed = through
  log.committedAt = commitTime
  catchUp(turn)
  applyDue(turn)
  turn.effects.push({ kind: 'commit-known', through, commitTime })
}

/**
 * A node that came back from its disk shows all that it received and knows to be committed before it serves a read: it may have shown
 * that before. Then it is a performance standby again. What it showed was committed, and an active node knows all that ever was when
 * something of its own term is; before, it may know less.
 */
export function catchUp(turn: Turn): void {
  const { node } = turn
  const { leadership, log } = node
  if (!leadership.isCatchingUp || leadership.agreedIn !== node.term || node.active === null) return
  const isKnown = termAt(log, walIndex(Math.min(log.committed, log.matched))) === node.term
  if (isKnown) leadership.catchesUpTo ??= log.committed
  const through = walIndex(Math.min(log.committed, log.received, log.matched))
  if (leadership.catchesUpTo === null || through < leadership.catchesUpTo) return
  leadership.isCatchingUp = false
  node.role = roleOfStandby(node.config)
  applyThrough(turn, through)
}

/** Makes everything that is held visible, on a node that becomes active. */
export function applyAll(turn: Turn): void {
  const { log } = turn.node
  apply(turn, log.head)
  log.due = log.applied
  log.shipped = log.applied
  endWaitsThrough(turn, log.shipped)
}

/** Makes the held entries up to `through` visible in a node that comes to be, whatever its role: they are committed, and no lag is
 *  left. What a turn wants done is said to nobody. */
export function applyHeld(node: NodeState, through: WalIndex, now: Micros, crypto: CryptoPort): void {
  node.log.committed = through
  node.log.committedAt = now
  node.log.matched = through
  node.log.due = through
  applyDue(beginTurn(node, now, crypto))
}

/** The link's lag has passed for everything up to `through`. */
export function applyThrough(turn: Turn, through: WalIndex): void {
  const { node } = turn
  if (node.role === 'active' || through <= node.log.due) return
  node.log.due = through
  applyDue(turn)
}

/** Applies what is due, received and committed: whichever of the three came last. */
export function applyDue(turn: Turn): void {
  const { log, config, leadership } = turn.node
  const seen = config.switches.storage === 'consul' ? log.committed : Math.min(log.due, log.committed)
  apply(turn, walIndex(Math.min(seen, log.received, log.matched)))
  if (leadership.isStateUnknown) return
  const shipped = walIndex(Math.min(log.due, log.applied))
  if (shipped <= log.shipped) return
  log.shipped = shipped
  endWaitsThrough(turn, shipped)
}

function apply(turn: Turn, target: WalIndex): void {
  const { log } = turn.node
  const from = log.applied
  if (target <= from) return
  if (log.snapshot !== null) {
    if (target < log.snapshot.index) return
    installSnapshot(turn)
  }
  const entries = entriesBetween(log, log.applied, target)
  if (entries === null) {
    throw new Error(
      `${turn.node.id}: entries after ${log.applied} are gone before they were applied; keep them until then`,
    )
  }
  const { role, term, leadership } = turn.node
  for (const entry of entries) {
    // The index state of an idle cluster is unknown until a client has written (switch `index_after_election`).
    if (entry.term === term && entry.request !== String(OWN_WORK)) leadership.isStateUnknown = false
    for (const change of entry.changes) {
      if (role === 'active' && entry.index > log.committed)
        log.undo.note(entry.index, log.chain, change.key, turn.node.store.get(change.key) ?? null)
      turn.node.store.applyChange(change)
      noteChange(turn.node, change.key, change.value)
    }
    log.chain = chainAfter(log.chain, entry)
  }
  log.applied = target
  // A node that becomes active needs them for the others, and to go back those that no majority has.
  forget(log, walIndex(Math.min(target, log.committed, log.head - turn.node.shipperBuffer)))
  turn.effects.push({ kind: 'applied', from, through: target, chain: log.chain })
}

function installSnapshot({ node }: Turn): void {
  const { log } = node
  if (log.snapshot === null) return
  node.store.replaceBy(log.snapshot.values)
  node.mounts = null
  log.chain = log.snapshot.chain
  log.applied = log.snapshot.index
  log.snapshot = null
}
