/**
 * A node is active no more: it lost its majority, was deposed, or steps down.
 * Always holds: its state is back at what a majority has, so that reads never saw more than is kept; whoever waits for an answer is
 * told that nobody knows whether it was done.
 */

import { micros, seconds, type Micros } from '@fourtwelve/protocol'
import { noteChange } from '../log/derived-state.ts'
import { failCommitWaits } from '../request/waiting.ts'
import { abandonRevocations } from '../tokens/revoke-tree.ts'
import { tellWritten, type Turn } from '../turn.ts'
import { awaitActive, LEADERSHIP_LOST, steady, waitUntil } from './leadership.ts'

/** How long a node that stepped down leaves it to the others (Vault's manualStepDownSleepPeriod). */
const STEPPED_DOWN_FOR: Micros = seconds(10)

export function resign(turn: Turn): void {
  const { node, effects, now } = turn
  const { log } = node
  tellWritten(turn, 0)
  node.role = 'standby'
  node.active = null
  node.activeSince = null
  abandonRevocations(turn)
  failCommitWaits(turn, LEADERSHIP_LOST)
  rollBack(turn)
  node.expiries.clear()
  log.commits.clear()
  for (const peer of node.peers.values()) peer.snapshot = null
  // It may know less to be committed than it has shown: it serves no read before the next active node told it.
  node.leadership.isCatchingUp = true
  awaitActive(node, now)
  effects.push({ kind: 'resign', term: node.term, index: log.applied, chain: log.chain })
}

/** Gives the leadership to the standby that has most of the log; alone, a node keeps it. */
export function stepDown(turn: Turn): void {
  const { node, effects, now } = turn
  if (node.role !== 'active' || node.nodes.length === 1) return
  const heir = [...node.peers.values()]
    .filter(({ connected, isHeard }) => connected && isHeard)
    .toSorted((a, b) => b.received - a.received)[0]
  resign(turn)
  if (heir !== undefined) effects.push({ kind: 'send', to: heir.id, message: { kind: 'take-over', term: node.term } })
  const { leadership } = node
  leadership.restsUntil = micros(steady(node, now) + STEPPED_DOWN_FOR)
  waitUntil(leadership, leadership.deadline)
}

/** Puts the values of before back. The entries stay: the next active node may have them. */
function rollBack({ node }: Turn): void {
  const { log, store } = node
  const earlier = log.undo.earlier()
  log.undo.clear()
  if (earlier !== null) {
    for (const { key, value } of earlier.changes) {
      store.applyChange({ scope: 'local', namespace: '', key, value })
      noteChange(node, key, value)
    }
    log.applied = earlier.index
    log.chain = earlier.chain
  }
  log.shipped = log.applied
  log.due = log.applied
  log.matched = log.applied
}
