/**
 * A standby makes entries visible.
 * Always holds: in the order of the log, without a gap, never beyond what is received here and known to be committed;
 * derived state is in step before the index moves, so nobody sees an index whose effects are not there yet.
 */

import type { CryptoPort, Micros, WalIndex } from '@fourtwelve/protocol'
import type { NodeState } from '../node-state.ts'
import { endWaitsThrough } from '../request/waiting.ts'
import { beginTurn, type Turn } from '../turn.ts'
import { noteChange } from './derived-state.ts'
import { chainAfter, entriesBetween, forget } from './log.ts'

/** The standby learns how far a majority is. Over raft the link's lag comes before apply; over Consul-like storage reads see
 *  the write at once, and only the index state lags (DESIGN section 8). */
export function learnCommit(turn: Turn, through: WalIndex, commitTime: Micros): void {
  const { log } = turn.node
  if (through <= log.committed) return
  log.committed = through
  log.committedAt = commitTime
  applyDue(turn)
  turn.effects.push({ kind: 'commit-known', through, commitTime })
}

/** Makes the held entries up to `through` visible in a node that comes to be, whatever its role: they are committed, and no lag is
 *  left. What a turn wants done is said to nobody. */
export function applyHeld(node: NodeState, through: WalIndex, now: Micros, crypto: CryptoPort): void {
  node.log.committed = through
  node.log.committedAt = now
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
  const { log, config } = turn.node
  const seen = config.switches.storage === 'consul' ? log.committed : Math.min(log.due, log.committed)
  apply(turn, Math.min(seen, log.received) as WalIndex)
  const shipped = Math.min(log.due, log.applied) as WalIndex
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
  for (const entry of entries) {
    for (const change of entry.changes) {
      turn.node.store.applyChange(change)
      noteChange(turn.node, change.key, change.value)
    }
    log.chain = chainAfter(log.chain, entry)
  }
  log.applied = target
  forget(log, target)
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
